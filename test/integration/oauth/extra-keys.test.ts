import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ProviderOptions } from '../../../src/oauth/provider-options.ts';
import { createProvider } from '../../../src/oauth/provider.ts';
import { createVerifyToken } from '../../../src/oauth/verify-token.ts';
import { FakeProvider } from '../../support/fake-provider.ts';
import { optionsOf, outcomeOf, recordReport, rigOf, type Rig } from './setup.ts';

const outage = { kind: 'status', status: 503 } as const;

let idp: FakeProvider;
/** Only its keys matter. */
let extra: FakeProvider;
const rigs: Rig[] = [];

beforeEach(async () => {
  idp = await FakeProvider.start();
  extra = await FakeProvider.start();
  extra.keys.length = 0;
  await extra.addKey('RS256', 'extra-1');
});

afterEach(async () => {
  await Promise.all(rigs.splice(0).map((rig) => rig.close()));
  await extra.close();
  await idp.close();
});

async function start(more: Partial<ProviderOptions> = {}): Promise<Rig> {
  const rig = rigOf(optionsOf(idp.issuer, { extraJwksUris: [`${extra.issuer}/jwks`], ...more }));
  rigs.push(rig);
  await rig.provider.start();
  return rig;
}

const signByOwn = () => idp.sign();
const signByExtra = () => idp.sign(idp.claims(), {}, extra.keys.at(-1));

async function refreshLater(rig: Rig): Promise<void> {
  rig.clock.advance(30_000);
  await rig.provider.refresh();
}

describe('keys from more than one place', () => {
  it('verify alike', async () => {
    const rig = await start();

    expect(await outcomeOf(rig.verify(await signByOwn()))).toBe('bearer miss');
    expect(await outcomeOf(rig.verify(await signByExtra()))).toBe('bearer miss');
    expect(rig.provider.status()).toEqual({ status: 'ready' });
  });

  it('are not believed where they are not configured', async () => {
    const rig = await start({ extraJwksUris: [] });

    expect(await outcomeOf(rig.verify(await signByExtra()))).toBe('token_signature_invalid');
  });

  it('may bear one kid', async () => {
    extra.keys.length = 0;
    await extra.addKey('RS256', idp.keys[0]!.kid);
    const rig = await start();

    expect(await outcomeOf(rig.verify(await signByOwn()))).toBe('bearer miss');
    expect(await outcomeOf(rig.verify(await signByExtra()))).toBe('bearer miss');
  });

  it('are fetched once from a place that is named twice', async () => {
    const uris = [`${idp.issuer}/jwks`, `${extra.issuer}/jwks`, `${extra.issuer}/jwks`];
    const rig = await start({ extraJwksUris: uris });

    expect(await outcomeOf(rig.verify(await signByExtra()))).toBe('bearer miss');
    expect([idp.calls('jwks'), extra.calls('jwks')]).toEqual([1, 1]);
  });

  it('are dropped when they are withdrawn from theirs, and the others stay', async () => {
    const rig = await start();
    const [own, other] = [await signByOwn(), await signByExtra()];
    await rig.verify(other);
    await extra.rotateKeys();
    await refreshLater(rig);

    expect(await outcomeOf(rig.verify(other))).toBe('token_signature_invalid');
    expect(await outcomeOf(rig.verify(own))).toBe('bearer miss');
  });

  it('stay while another place holds them', async () => {
    extra.oddKeys.push(idp.keys[0]!.publicJwk);
    const token = await signByOwn();
    const rig = await start();
    await idp.rotateKeys();
    await refreshLater(rig);

    expect(await outcomeOf(rig.verify(token))).toBe('bearer miss');
  });

  it('stay in force where their place is down; the others are renewed, and none is fresh', async () => {
    const rig = await start();
    extra.fail(outage, 'jwks');
    const fresh = await idp.rotateKeys();
    await refreshLater(rig);

    expect(await outcomeOf(rig.verify(await signByExtra()))).toBe('bearer miss');
    expect(await outcomeOf(rig.verify(await idp.sign(idp.claims(), {}, fresh)))).toBe(
      'bearer miss',
    );
    const unknown = await idp.sign(idp.claims(), { kid: 'unknown' });
    expect(await outcomeOf(rig.verify(unknown))).toBe('idp_unavailable');
    expect(rig.provider.status()).toEqual({
      status: 'degraded',
      reason: expect.stringMatching(/^keys could not be refreshed: .* answered 503$/),
    });
  });

  it('that cannot be had from elsewhere say nothing of the provider', async () => {
    extra.fail(outage, 'jwks');
    const rig = await start();
    idp.fail(outage, 'introspection');
    for (let round = 0; round < 30; round++) await rig.verify(`made-up-${round}`);

    expect(idp.calls('introspection')).toBe(10);
    expect(rig.events).not.toContainEqual({ provider: 'idp', state: 'open' });
  });

  it('serve where the provider publishes none of its own', async () => {
    await idp.close();
    idp = await FakeProvider.start({ metadata: { jwks_uri: undefined } });
    const rig = await start();

    expect(await outcomeOf(rig.verify(await signByExtra()))).toBe('bearer miss');
    expect(rig.provider.status()).toEqual({ status: 'ready' });
    const unknown = await idp.sign(idp.claims(), { kid: 'unknown' }, extra.keys[0]);
    expect(await outcomeOf(rig.verify(unknown))).toBe('token_signature_invalid');
  });

  it('outlive a reload during an outage, each in its place', async () => {
    const rig = await start();
    const token = await signByExtra();
    idp.fail(outage);
    extra.fail(outage);
    const options = optionsOf(idp.issuer, {
      extraJwksUris: [`${extra.issuer}/jwks`],
      leewayMs: 6000,
    });
    const deps = { clock: rig.clock, report: recordReport([]) };
    const next = createProvider(options, deps, rig.provider.bequeath());
    const verify = createVerifyToken(new Map([['idp', next]]));
    const plan = { verifyJwt: true, introspect: false, introspectInOrder: false };
    const ask = () =>
      verify(
        { token, source: '192.0.2.1' },
        { providers: ['idp'], ...plan },
        AbortSignal.timeout(9000),
      );

    expect(await outcomeOf(ask())).toBe('bearer miss');
    extra.recover();
    await extra.rotateKeys();
    await next.start();
    // Gone from its place; the other one, which is still down, might have it by now.
    expect(await outcomeOf(ask())).toBe('idp_unavailable');
    await next.close();
  });
});
