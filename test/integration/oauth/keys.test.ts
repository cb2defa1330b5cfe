import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createSigningKey, FakeProvider, forgeToken } from '../../support/fake-provider.ts';
import { findFreePort } from '../../support/ports.ts';
import { createProvider } from '../../../src/oauth/provider.ts';
import {
  optionsOf,
  outcomeOf,
  recordReport,
  rigOf,
  type ReportedEvent,
  type Rig,
} from './setup.ts';

let idp: FakeProvider;
let rig: Rig;

beforeEach(async () => {
  idp = await FakeProvider.start();
  rig = rigOf(optionsOf(idp.issuer));
});

afterEach(async () => {
  await rig.close();
  await idp.close();
});

const outage = { kind: 'status', status: 503 } as const;

describe('keys of a provider', () => {
  it('are fetched again once per interval, however many made-up kids arrive', async () => {
    await rig.provider.start();
    rig.clock.advance(30_000);

    const made = Array.from({ length: 5000 }, (_, index) =>
      outcomeOf(rig.verify(forgeToken({ alg: 'RS256', kid: `made-up-${index}` }, idp.claims()))),
    );

    expect(new Set(await Promise.all(made))).toEqual(new Set(['token_signature_invalid']));
    expect(idp.calls('jwks')).toBe(2);
    rig.clock.advance(30_000);
    await rig.verify(forgeToken({ alg: 'RS256', kid: 'one-more' }, idp.claims()));
    expect(idp.calls('jwks')).toBe(3);
  });

  it('that are new are found as soon as the interval has passed, whatever was refused before', async () => {
    await rig.provider.start();
    const key = await idp.rotateKeys();
    const token = await idp.sign(idp.claims(), {}, key);

    expect(await outcomeOf(rig.verify(token))).toBe('token_signature_invalid');
    rig.clock.advance(29_000);
    expect(await outcomeOf(rig.verify(token))).toBe('token_signature_invalid');
    rig.clock.advance(1000);

    expect(await outcomeOf(rig.verify(token))).toBe('bearer miss');
  });

  it('keep a refusal no longer than until the next refetch, although negative_ttl is longer', async () => {
    const base = optionsOf(idp.issuer);
    const cache = { ...base.cache, negativeTtlMs: 3_600_000 };
    const slow = rigOf({ ...base, cache });
    await slow.provider.start();
    const token = await idp.sign(idp.claims(), {}, await idp.rotateKeys());

    expect(await outcomeOf(slow.verify(token))).toBe('token_signature_invalid');
    slow.clock.advance(30_000);

    expect(await outcomeOf(slow.verify(token))).toBe('bearer miss');
    await slow.close();
  });

  it('refuse a bad signature under a known kid from the cache, however old they are', async () => {
    await rig.provider.start();
    rig.clock.advance(60_000);
    const impostor = await createSigningKey('RS256', idp.keys[0]!.kid);
    const token = await idp.sign(idp.claims(), {}, impostor);

    expect(await outcomeOf(rig.verify(token))).toBe('token_signature_invalid');

    expect(rig.verify(token)).not.toBeInstanceOf(Promise);
    expect(rig.provider.cacheSizes()).toEqual({ accepted: 0, refused: 1 });
    expect(idp.calls('jwks')).toBe(1);
  });

  it('that are withdrawn take with them what they verified', async () => {
    const token = await idp.sign();
    expect(await outcomeOf(rig.verify(token))).toBe('bearer miss');
    idp.withdrawKey('key-1');
    await idp.addKey();
    rig.clock.advance(30_000);

    await rig.provider.refresh();

    expect(await outcomeOf(rig.verify(token))).toBe('token_signature_invalid');
  });

  it('that replace others under the same kid take with them what the others verified', async () => {
    const token = await idp.sign();
    await rig.verify(token);
    idp.withdrawKey('key-1');
    const successor = await idp.addKey('RS256', 'key-1');
    rig.clock.advance(30_000);

    await rig.provider.refresh();

    expect(await outcomeOf(rig.verify(token))).toBe('token_signature_invalid');
    const next = await idp.sign(idp.claims(), {}, successor);
    expect(await outcomeOf(rig.verify(next))).toBe('bearer miss');
  });

  it('stay in force through an outage, in which an unknown kid cannot be judged', async () => {
    await rig.provider.start();
    idp.fail(outage);
    rig.clock.advance(30_000);
    await rig.provider.refresh();
    const unknown = await createSigningKey('RS256', 'never-seen');

    expect(await outcomeOf(rig.verify(await idp.sign()))).toBe('bearer miss');
    const stranger = await idp.sign(idp.claims(), {}, unknown);
    expect(await outcomeOf(rig.verify(stranger))).toBe('idp_unavailable');
    expect(rig.provider.status()).toMatchObject({ status: 'degraded' });

    idp.recover();
    rig.clock.advance(30_000);
    expect(await outcomeOf(rig.verify(stranger))).toBe('token_signature_invalid');
    await rig.provider.refresh();
    expect(rig.provider.status()).toEqual({ status: 'ready' });
  });

  it('do not have to be there at the start, and are found by themselves', async () => {
    const port = await findFreePort();
    const late = rigOf(optionsOf(`http://127.0.0.1:${port}`));
    await late.provider.start();
    expect(late.provider.status()).toMatchObject({ status: 'degraded' });

    const riser = await FakeProvider.start({ port });
    const token = await riser.sign();
    late.clock.advance(1000);

    expect(await outcomeOf(late.verify(token))).toBe('bearer miss');
    expect(late.provider.status()).toEqual({ status: 'ready' });
    await late.close();
    await riser.close();
  });

  it('that cannot be loaded for a fault of ours do not end the process', async () => {
    const events: ReportedEvent[] = [];
    const providerRequested = () => {
      throw new Error('a fault of ours');
    };
    const report = { ...recordReport(events), providerRequested };
    const faulty = createProvider(optionsOf(idp.issuer), { clock: rig.clock, report });

    await expect(faulty.start()).resolves.toBeUndefined();

    expect(events).toEqual([{ provider: 'idp', outcome: 'failure' }]);
    await faulty.close();
  });

  it('under way when the provider is closed end the start as a failure', async () => {
    idp.fail({ kind: 'hang' }, 'jwks');
    const starting = rig.provider.start();
    await idp.received('jwks', 1);

    await expect(rig.provider.close()).resolves.toBeUndefined();
    await expect(starting).resolves.toBeUndefined();
    await expect(rig.provider.close()).resolves.toBeUndefined();

    expect(rig.provider.status()).toMatchObject({ status: 'degraded' });
  });

  it('stay in force where the metadata name them no more, which readiness tells', async () => {
    await rig.provider.start();
    const metadata = JSON.stringify({ issuer: idp.issuer });
    idp.fail({ kind: 'body', body: metadata }, 'discovery');
    rig.clock.advance(30_000);
    await rig.provider.refresh();

    expect(await outcomeOf(rig.verify(await idp.sign()))).toBe('bearer miss');
    expect(rig.provider.status()).toMatchObject({ status: 'degraded' });
  });

  it.each([
    ['a 503', { kind: 'status', status: 503 }],
    ['a 404', { kind: 'status', status: 404 }],
    ['a reset', { kind: 'reset' }],
    ['truncated JSON', { kind: 'truncated' }],
    ['a body cut off', { kind: 'cut_off' }],
    ['HTML', { kind: 'html' }],
    ['a redirect', { kind: 'redirect', location: 'http://127.0.0.1:9/jwks' }],
    ['a huge body', { kind: 'huge', bytes: 2 * 1024 * 1024 }],
    ['null', { kind: 'body', body: 'null' }],
    ['keys that are no list', { kind: 'body', body: '{"keys":{}}' }],
  ] as const)('answered by %s cannot be had', async (_name, fault) => {
    idp.fail(fault, 'jwks');

    expect(await outcomeOf(rig.verify(await idp.sign()))).toBe('idp_unavailable');
    expect(rig.events).toContainEqual(
      expect.objectContaining({ provider: 'idp', outcome: 'failure', detail: expect.any(String) }),
    );
  });

  it('of unknown or broken kinds do no harm to the others', async () => {
    idp.oddKeys.push(
      null,
      'text',
      { kty: 'XYZ', kid: 'a' },
      { kty: 'RSA', kid: 'b', n: 5, e: 'AQAB' },
      { kty: 'EC', kid: 'c', crv: 'P-256', x: 'AA', y: 'AA' },
      { kty: 'EC', kid: 'd', crv: 'secp256k1', x: 'AA', y: 'AA' },
      { ['__proto__']: { kty: 'RSA' } },
    );

    expect(await outcomeOf(rig.verify(await idp.sign()))).toBe('bearer miss');
  });

  it.each([
    ['for encryption', { use: 'enc' }],
    ['of another algorithm', { alg: 'PS512' }],
    ['without the operation verify', { key_ops: ['encrypt'] }],
  ])('%s verify nothing', async (_name, change) => {
    const key = await createSigningKey('RS256', 'odd');
    idp.oddKeys.push({ ...key.publicJwk, ...change });

    const outcome = await outcomeOf(rig.verify(await idp.sign(idp.claims(), {}, key)));

    expect(outcome).toBe('token_signature_invalid');
  });
});

describe('discovery', () => {
  it.each(['appended', 'inserted_oauth', 'inserted_oidc', 'appended_oauth'] as const)(
    'finds metadata that are %s, for an issuer with a path',
    async (form) => {
      const other = await FakeProvider.start({ issuerPath: '/realms/demo', discovery: form });
      const its = rigOf(optionsOf(other.issuer));

      expect(await outcomeOf(its.verify(await other.sign()))).toBe('bearer miss');
      await its.close();
      await other.close();
    },
  );

  it('refuses a document that speaks for another issuer', async () => {
    const liar = await FakeProvider.start({ metadata: { issuer: 'https://other.example' } });
    const its = rigOf(optionsOf(liar.issuer));

    const why = `discovery failed: ${liar.issuer}/.well-known/openid-configuration says its issuer is "https://other.example", not "${liar.issuer}"`;
    expect(await its.verify(await liar.sign())).toMatchObject({
      stop: { reason: 'idp_unavailable', detail: `no current keys of the provider: ${why}` },
    });
    expect(await its.verify('opaque')).toMatchObject({
      stop: { reason: 'idp_unavailable', detail: why },
    });
    expect(its.provider.status()).toEqual({ status: 'degraded', reason: why });
    await its.close();
    await liar.close();
  });

  it('takes its own URL where it is written, and issuers beside the main one', async () => {
    const issuer = 'https://login.example';
    const url = `${idp.issuer}/.well-known/openid-configuration`;
    const issuersAllowed = [issuer, idp.issuer];
    const its = rigOf(optionsOf(issuer, { issuersAllowed, discovery: { url } }));

    expect(await outcomeOf(its.verify(await idp.sign(idp.claims({ iss: issuer }))))).toBe(
      'bearer miss',
    );
    expect(await outcomeOf(its.verify(await idp.sign()))).toBe('bearer miss');
    await its.close();
  });

  it('is left out where it is off or nothing is missing', async () => {
    const endpoints = {
      token: null,
      jwks: `${idp.issuer}/jwks`,
      introspection: `${idp.issuer}/introspection`,
    };
    const its = rigOf(optionsOf(idp.issuer, { discovery: null, endpoints }));

    expect(await outcomeOf(its.verify(await idp.sign()))).toBe('bearer miss');
    expect(await outcomeOf(its.verify(idp.issueOpaque()))).toBe('introspection miss');
    expect(idp.calls('discovery')).toBe(0);
    await its.close();
  });

  it('does not follow the metadata to an unprotected host', async () => {
    const careless = await FakeProvider.start({ metadata: { jwks_uri: 'http://192.0.2.1/jwks' } });
    const its = rigOf(optionsOf(careless.issuer));

    expect(await outcomeOf(its.verify(await careless.sign()))).toBe('idp_unavailable');
    await its.close();
    await careless.close();
  });

  it('is asked for once per interval while it fails', async () => {
    idp.fail(outage, 'discovery');
    await rig.provider.start();
    for (let round = 0; round < 20; round++) await rig.verify(await idp.sign());

    expect(idp.calls('discovery')).toBe(1);
  });
});
