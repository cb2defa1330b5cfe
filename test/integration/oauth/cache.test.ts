import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeProvider } from '../../support/fake-provider.ts';
import { optionsOf, outcomeOf, rigOf, type Rig } from './setup.ts';
import type { ProviderOptions, TokenCacheOptions } from '../../../src/oauth/provider-options.ts';
import { createProvider } from '../../../src/oauth/provider.ts';
import { createVerifyToken } from '../../../src/oauth/verify-token.ts';

let idp: FakeProvider;
const rigs: Rig[] = [];

beforeEach(async () => {
  idp = await FakeProvider.start();
});

afterEach(async () => {
  await Promise.all(rigs.splice(0).map((rig) => rig.close()));
  await idp.close();
});

function rigWith(cache: Partial<TokenCacheOptions> = {}): Rig {
  const options = optionsOf(idp.issuer);
  const rig = rigOf({ ...options, cache: { ...options.cache, ...cache } });
  rigs.push(rig);
  return rig;
}

const seconds = () => Math.floor(Date.now() / 1000);
const silent = {
  providerRequested: () => undefined,
  keysRefreshed: () => undefined,
  circuitChanged: () => undefined,
  cacheAsked: () => undefined,
};
const outage = { kind: 'status', status: 503 } as const;

describe('a verified token', () => {
  it('is asked about again after max_ttl, though it lives longer', async () => {
    const rig = rigWith({ maxTtlMs: 60_000 });
    const token = idp.issueOpaque({ exp: seconds() + 3600 });
    await rig.verify(token);

    rig.clock.advance(59_000);
    expect(await outcomeOf(rig.verify(token))).toBe('introspection hit');
    rig.clock.advance(1000);

    expect(await outcomeOf(rig.verify(token))).toBe('introspection miss');
  });

  it('is judged anew at its exp, though max_ttl is longer', async () => {
    const rig = rigWith({ maxTtlMs: 3_600_000 });
    const token = idp.issueOpaque({ exp: seconds() + 60 });
    await rig.verify(token);

    rig.clock.advance(55_000);
    expect(await outcomeOf(rig.verify(token))).toBe('introspection hit');
    rig.clock.advance(11_000);

    expect(await outcomeOf(rig.verify(token))).toBe('token_expired');
  });

  it('that had expired when it came is never cached', async () => {
    const rig = rigWith();
    const token = idp.issueOpaque({ exp: seconds() - 2 });

    for (let round = 0; round < 3; round++) {
      expect(await outcomeOf(rig.verify(token))).toBe('introspection miss');
    }
    expect(idp.calls('introspection')).toBe(3);
    expect(rig.provider.cacheSizes()).toEqual({ accepted: 0, refused: 0 });
  });

  it('is forgotten when the provider calls it inactive', async () => {
    const rig = rigWith({ maxTtlMs: 1000, staleIfErrorMs: 600_000 });
    const token = idp.issueOpaque();
    await rig.verify(token);
    rig.clock.advance(1000);
    idp.introspections.delete(token);
    expect(await outcomeOf(rig.verify(token))).toBe('token_inactive');

    idp.fail(outage);
    rig.clock.advance(10_000);

    expect(await outcomeOf(rig.verify(token))).toBe('idp_unavailable');
  });

  it('without exp lives for max_ttl', async () => {
    const rig = rigWith({ maxTtlMs: 60_000 });
    idp.introspections.set('no-exp', { active: true });
    await rig.verify('no-exp');

    expect(await outcomeOf(rig.verify('no-exp'))).toBe('introspection hit');
    rig.clock.advance(60_000);
    expect(await outcomeOf(rig.verify('no-exp'))).toBe('introspection miss');
  });
});

describe('an outage', () => {
  it('ends a token at max_ttl by default', async () => {
    const rig = rigWith({ maxTtlMs: 1000 });
    const token = idp.issueOpaque();
    await rig.verify(token);
    idp.fail(outage);
    rig.clock.advance(1000);

    expect(await outcomeOf(rig.verify(token))).toBe('idp_unavailable');
  });

  it('is bridged for stale_if_error, and no longer', async () => {
    const rig = rigWith({ maxTtlMs: 1000, staleIfErrorMs: 60_000 });
    const token = idp.issueOpaque();
    await rig.verify(token);
    idp.fail(outage);

    rig.clock.advance(1000);
    expect(await outcomeOf(rig.verify(token))).toBe('introspection stale');
    rig.clock.advance(58_000);
    expect(await outcomeOf(rig.verify(token))).toBe('introspection stale');
    rig.clock.advance(2000);
    expect(await outcomeOf(rig.verify(token))).toBe('idp_unavailable');
  });

  it('is never bridged beyond exp', async () => {
    const rig = rigWith({ maxTtlMs: 1000, staleIfErrorMs: 3_600_000 });
    const token = idp.issueOpaque({ exp: seconds() + 60 });
    await rig.verify(token);
    idp.fail(outage);

    rig.clock.advance(58_000);
    expect(await outcomeOf(rig.verify(token))).toBe('introspection stale');
    rig.clock.advance(2000);
    expect(await outcomeOf(rig.verify(token))).toBe('idp_unavailable');
  });

  it('is bridged for a caller whose deadline nears while the provider hangs', async () => {
    const rig = rigWith({ maxTtlMs: 1000, staleIfErrorMs: 60_000 });
    const token = idp.issueOpaque();
    await rig.verify(token);
    idp.fail({ kind: 'hang' });
    rig.clock.advance(1000);
    const hurried = new AbortController();
    const outcome = outcomeOf(rig.verify(token, { signal: hurried.signal }));

    hurried.abort();

    expect(await outcome).toBe('introspection stale');
  });

  it('is never bridged by what a withdrawn key verified', async () => {
    const options = optionsOf(idp.issuer, { introspectJwtTokens: true });
    const cache = { ...options.cache, maxTtlMs: 1000, staleIfErrorMs: 600_000 };
    const rig = rigOf({ ...options, cache });
    rigs.push(rig);
    const token = await idp.sign();
    idp.introspections.set(token, { active: true });
    await rig.verify(token);
    await idp.rotateKeys();
    rig.clock.advance(30_000);
    await rig.provider.refresh();
    idp.fail(outage);

    expect(await outcomeOf(rig.verify(token))).toBe('token_signature_invalid');
  });
});

describe('a refused token', () => {
  it('is remembered for negative_ttl', async () => {
    const rig = rigWith({ negativeTtlMs: 10_000 });
    await rig.verify('nobody’s');
    rig.clock.advance(9000);

    expect(await outcomeOf(rig.verify('nobody’s'))).toBe('token_inactive');
    expect(idp.calls('introspection')).toBe(1);
    rig.clock.advance(1000);
    await rig.verify('nobody’s');
    expect(idp.calls('introspection')).toBe(2);
  });

  it('that is early is let in when its time comes', async () => {
    const rig = rigWith({ negativeTtlMs: 3_600_000 });
    const token = idp.issueOpaque({ nbf: seconds() + 60 });

    expect(await outcomeOf(rig.verify(token))).toBe('token_not_yet_valid');
    rig.clock.advance(60_000);
    expect(await outcomeOf(rig.verify(token))).toBe('introspection miss');
  });

  it('never pushes a good one out, and both caches stay within their bounds', async () => {
    const rig = rigWith({ maxEntries: 2, negativeMaxEntries: 5 });
    const token = idp.issueOpaque();
    await rig.verify(token);
    for (let round = 0; round < 50; round++) await rig.verify(`made-up-${round}`);

    expect(await outcomeOf(rig.verify(token))).toBe('introspection hit');
    expect(rig.provider.cacheSizes()).toEqual({ accepted: 1, refused: 5 });
    for (let round = 0; round < 5; round++) await rig.verify(idp.issueOpaque());
    expect(rig.provider.cacheSizes()).toEqual({ accepted: 2, refused: 5 });
  });
});

describe('a reload', () => {
  it('that tightens a rule forgets the tokens, but not the keys, though the provider is down', async () => {
    const options = optionsOf(idp.issuer);
    const before = rigWith();
    const [plain, typed] = [await idp.sign(idp.claims(), { typ: 'JWT' }), await idp.sign()];
    expect(await outcomeOf(before.verify(plain))).toBe('bearer miss');
    expect(await outcomeOf(before.verify(typed))).toBe('bearer miss');
    idp.fail(outage);

    const after = reload(before, { ...options, tokenTypes: ['at+jwt'] });

    expect(await outcomeOf(after(plain))).toBe('token_malformed');
    expect(await outcomeOf(after(typed))).toBe('bearer miss');
  });

  it('that asks elsewhere inherits nothing', async () => {
    const before = rigWith();
    const token = await idp.sign();
    await before.verify(token);
    const jwks = `${idp.issuer}/elsewhere`;
    const options = optionsOf(idp.issuer);

    const after = reload(before, { ...options, endpoints: { ...options.endpoints, jwks } });

    expect(await outcomeOf(after(token))).toBe('idp_unavailable');
  });
});

function reload(before: Rig, options: ProviderOptions): Rig['verify'] {
  const provider = createProvider(
    options,
    { clock: before.clock, report: silent },
    before.provider.bequeath(),
  );
  const verifyToken = createVerifyToken(new Map([['idp', provider]]));
  const plan = {
    providers: ['idp'],
    verifyJwt: true,
    introspect: true,
    introspectInOrder: false,
  };
  rigs.push({ ...before, close: () => provider.close() });
  return (token) => verifyToken({ token, source: 's' }, plan, AbortSignal.timeout(20_000));
}

describe('a cached token of one provider', () => {
  it('means nothing to another, nor to the same under another rule', async () => {
    const token = idp.issueOpaque();
    const lenient = optionsOf(idp.issuer);
    const first = rigOf(lenient);
    const second = rigOf({ ...lenient, leewayMs: 0 });
    rigs.push(first, second);
    await first.verify(token);
    idp.introspections.delete(token);

    expect(await outcomeOf(first.verify(token))).toBe('introspection hit');
    expect(await outcomeOf(second.verify(token))).toBe('token_inactive');
    expect(first.provider.fingerprint).not.toBe(second.provider.fingerprint);
  });
});
