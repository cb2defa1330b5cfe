import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Secret } from '../../../../src/lib/secret.ts';
import { createObtainToken } from '../../../../src/oauth/grants/obtain-token.ts';
import { createProvider } from '../../../../src/oauth/provider.ts';
import type { ProviderOptions, TokenCacheOptions } from '../../../../src/oauth/provider-options.ts';
import { FakeProvider } from '../../../support/fake-provider.ts';
import { optionsOf } from '../setup.ts';
import { cacheKey, grantPlan, grantRigOf, outcomeOf, type GrantRig } from './setup.ts';

let idp: FakeProvider;
const rigs: GrantRig[] = [];

beforeEach(async () => {
  idp = await FakeProvider.start();
});

afterEach(async () => {
  await Promise.all(rigs.splice(0).map((rig) => rig.close()));
  await idp.close();
});

function rigWith(
  cache: Partial<TokenCacheOptions> = {},
  more: Partial<ProviderOptions> = {},
): GrantRig {
  const options = optionsOf(idp.issuer, more);
  const rig = grantRigOf({ ...options, cache: { ...options.cache, ...cache } });
  rigs.push(rig);
  return rig;
}

interface Variant {
  readonly id?: string;
  readonly secret?: string;
  readonly plan?: { readonly parameters: readonly (readonly [string, string])[] };
}

const hour = 3_600_000;
const seconds = () => Math.floor(Date.now() / 1000);

describe('an exchanged pair', () => {
  it('is answered at once from the cache, its token with it', async () => {
    const rig = rigWith();
    const first = await rig.obtain('app-1', 'x');
    const second = rig.obtain('app-1', 'x');

    expect(second).not.toBeInstanceOf(Promise);
    expect(second).toMatchObject({
      value: { cache: 'hit', accessToken: first.ok ? first.value.accessToken : '' },
    });
    expect(idp.calls('token')).toBe(1);
    expect(idp.calls('introspection')).toBe(1);
  });

  it('costs one token call, however many bring it at once', async () => {
    const rig = rigWith();
    const asked = Array.from({ length: 50 }, (_, index) =>
      outcomeOf(rig.obtain('app-1', 'x', { source: `192.0.2.${index}` })),
    );

    expect(new Set(await Promise.all(asked))).toEqual(new Set(['client_credentials miss']));
    expect(idp.calls('token')).toBe(1);
  });

  it.each([
    ['another secret', { secret: 'y' }],
    ['another id', { id: 'app-2' }],
    ['other scopes', { plan: { parameters: [['scope', 'orders']] } }],
  ] as const)('is not taken for one with %s', async (_name, { id, secret, plan }: Variant) => {
    const rig = rigWith();
    await rig.obtain('app-1', 'x');

    const other = rig.obtain(id ?? 'app-1', secret ?? 'x', plan === undefined ? {} : { plan });
    expect(await outcomeOf(other)).toBe('client_credentials miss');
  });

  it('is asked about again before its token ends', async () => {
    const rig = rigWith({ maxTtlMs: hour });
    idp.token.claims = { exp: seconds() + 3600 };
    idp.token.fields = { expires_in: 300 };
    await rig.obtain('app-1', 'x');

    rig.clock.advance(240_000);
    expect(await outcomeOf(rig.obtain('app-1', 'x'))).toBe('client_credentials hit');
    rig.clock.advance(30_000);
    expect(await outcomeOf(rig.obtain('app-1', 'x'))).toBe('client_credentials miss');
  });

  it('is asked about again after max_ttl, so that a changed secret is noticed', async () => {
    const rig = rigWith({ maxTtlMs: 60_000 });
    idp.token.fields = { expires_in: 3600 };
    idp.token.claims = { exp: seconds() + 3600 };
    await rig.obtain('app-1', 'x');
    idp.token.clients.set('app-1', 'changed');

    rig.clock.advance(40_000);
    expect(await outcomeOf(rig.obtain('app-1', 'x'))).toBe('client_credentials hit');
    rig.clock.advance(20_000);
    expect(await outcomeOf(rig.obtain('app-1', 'x'))).toBe('client_rejected');
    expect(await outcomeOf(rig.obtain('app-1', 'changed'))).toBe('client_credentials miss');
  });

  it.each([
    ['absent, and has no exp', undefined, undefined, 2],
    ['garbage, and has no exp', 'soon', undefined, 2],
    ['zero', 0, 3600, 2],
    ['negative', -1, 3600, 2],
    ['absent', undefined, 3600, 1],
    ['garbage', 'soon', 3600, 1],
    ['text', '3600', undefined, 1],
  ])('whose expires_in is %s', async (_name, expires_in, exp, calls) => {
    idp.token.fields = { expires_in };
    idp.token.claims = { exp: exp === undefined ? undefined : seconds() + exp };
    const rig = rigWith();

    expect(await outcomeOf(rig.obtain('app-1', 'x'))).toBe('client_credentials miss');
    await rig.obtain('app-1', 'x');
    expect(idp.calls('token')).toBe(calls);
  });

  it.each([
    ['expires_in', 60, 3600, 60],
    ['its exp', 3600, 60, 60],
    ['neither', undefined, undefined, null],
  ])('has a token that ends by %s', async (_name, expires_in, exp, ends) => {
    const rig = rigWith();
    const now = seconds();
    rig.clock.now = () => now * 1000;
    idp.token.fields = { expires_in };
    idp.token.claims = { exp: exp === undefined ? undefined : now + exp };

    expect(await rig.obtain('app-1', 'x')).toMatchObject({
      value: { token: { expiresAt: ends === null ? null : (now + ends) * 1000 } },
    });
  });

  it('is fetched anew when the key of its token is withdrawn', async () => {
    idp.token.format = 'jwt';
    const rig = rigWith();
    await rig.provider.start();
    await rig.obtain('app-1', 'x');
    expect(await outcomeOf(rig.obtain('app-1', 'x'))).toBe('client_credentials hit');

    await idp.rotateKeys();
    rig.clock.advance(30_000);
    await rig.provider.refresh();

    expect(await outcomeOf(rig.obtain('app-1', 'x'))).toBe('client_credentials miss');
    expect(idp.calls('token')).toBe(2);
  });

  it('is not served past its time, whatever stale_if_error allows tokens', async () => {
    const rig = rigWith({ maxTtlMs: 60_000, staleIfErrorMs: hour });
    await rig.obtain('app-1', 'x');
    idp.fail({ kind: 'status', status: 503 });
    rig.clock.advance(60_000);

    expect(await outcomeOf(rig.obtain('app-1', 'x'))).toBe('idp_unavailable');
  });

  it('bridges an outage while it lasts', async () => {
    const rig = rigWith();
    await rig.obtain('app-1', 'x');
    idp.fail({ kind: 'status', status: 503 });

    expect(await outcomeOf(rig.obtain('app-1', 'x'))).toBe('client_credentials hit');
  });

  it('is told of', async () => {
    const rig = rigWith();
    idp.token.clients.set('app-1', 'x');
    await rig.obtain('app-1', 'x');
    await rig.obtain('app-1', 'x');
    await rig.obtain('app-1', 'wrong');
    await rig.obtain('app-1', 'wrong');

    expect(rig.events.filter((event) => 'cache' in event)).toEqual([
      { cache: 'credential', result: 'miss' },
      { cache: 'credential', result: 'hit' },
      { cache: 'credential', result: 'miss' },
      { cache: 'credential_negative', result: 'hit' },
    ]);
    expect(rig.events.filter((event) => event['operation'] === 'token')).toMatchObject([
      { provider: 'idp', outcome: 'success' },
      { provider: 'idp', outcome: 'http_4xx' },
    ]);
  });
});

describe('a refused pair', () => {
  it('is remembered for negative_ttl', async () => {
    idp.token.clients.set('app-1', 'right');
    const rig = rigWith({ negativeTtlMs: 10_000 });
    await rig.obtain('app-1', 'wrong');

    rig.clock.advance(5000);
    const known = rig.obtain('app-1', 'wrong');
    expect(known).not.toBeInstanceOf(Promise);
    expect(await outcomeOf(known)).toBe('client_rejected');
    expect(idp.calls('token')).toBe(1);

    idp.token.clients.set('app-1', 'wrong');
    rig.clock.advance(5000);
    expect(await outcomeOf(rig.obtain('app-1', 'wrong'))).toBe('client_credentials miss');
  });

  it('pushes no good one out, however many there are', async () => {
    idp.token.clients.set('app-1', 'right');
    const rig = rigWith({ maxEntries: 2, negativeMaxEntries: 3 });
    await rig.obtain('app-1', 'right');
    for (let guess = 0; guess < 10; guess++) await rig.obtain('app-1', `guess-${guess}`);

    expect(await outcomeOf(rig.obtain('app-1', 'right'))).toBe('client_credentials hit');
    expect(rig.provider.credentialCacheSizes()).toEqual({ accepted: 1, refused: 3 });
  });

  it('keeps nothing of what was presented', async () => {
    idp.token.clients.set('app-1', 'right');
    const rig = rigWith();
    const obtained = await rig.obtain('app-1', 'wr0ng-s3cret');

    expect(JSON.stringify([obtained, rig.events])).not.toContain('wr0ng-s3cret');
  });
});

describe('a provider that a reload keeps', () => {
  it('keeps its pairs, as long as the key of the hash stays', async () => {
    const rig = rigWith();
    await rig.obtain('app-1', 'x');
    const afterReload = (key: string) => {
      const obtain = createObtainToken(rig.providers, { cacheKey: new Secret(key) });
      const presented = { pair: { id: 'app-1', secret: 'x' }, alternative: null, source: 'x' };
      return outcomeOf(obtain(presented, grantPlan(), AbortSignal.timeout(20_000)));
    };

    expect(await afterReload(cacheKey)).toBe('client_credentials hit');
    expect(await afterReload('another key')).toBe('client_credentials miss');
  });
});

describe('a changed provider', () => {
  it('starts with no pairs at all', async () => {
    const rig = rigWith();
    await rig.obtain('app-1', 'x');
    const { clock } = rig;
    const silent = () => undefined;
    const report = {
      providerRequested: silent,
      keysRefreshed: silent,
      circuitChanged: silent,
      cacheAsked: silent,
    };
    const next = createProvider(
      optionsOf(idp.issuer, { leewayMs: 0 }),
      { clock, report },
      rig.provider.bequeath(),
    );

    expect(next.credentialCacheSizes()).toEqual({ accepted: 0, refused: 0 });
    await next.close();
  });
});

describe('a provider that keeps its tokens as well', () => {
  it('is asked once in a while for another than the one that was revoked', async () => {
    const rig = rigWith({ negativeTtlMs: 10_000 });
    idp.token.fields = { access_token: idp.issueOpaque({ client_id: 'app-1' }) };
    const first = await rig.obtain('app-1', 'x');
    const except = first.ok ? first.value.accessToken : '';
    const again = () => outcomeOf(rig.obtain('app-1', 'x', { except }));

    expect(await again()).toBe('token_revoked');
    expect([await again(), await outcomeOf(rig.obtain('app-1', 'x'))]).toEqual([
      'token_revoked',
      'token_revoked',
    ]);
    expect(idp.calls('token')).toBe(2);

    idp.token.fields = {};
    rig.clock.advance(10_000);
    expect(await again()).toBe('client_credentials miss');
  });
});
