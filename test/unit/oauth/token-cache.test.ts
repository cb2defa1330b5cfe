import { beforeEach, describe, expect, it } from '@jest/globals';
import { fc } from '../../support/properties.ts';
import { deny, unavailable } from '../../../src/authz/refusal.ts';
import { refused, type Judgement, type Validity } from '../../../src/oauth/judgement.ts';
import { TokenCache } from '../../../src/oauth/token-cache.ts';

let now: number;
const currentKeys = new Set<string>();
const options = {
  maxTtlMs: 60_000,
  negativeTtlMs: 10_000,
  staleIfErrorMs: 0,
  maxEntries: 3,
  negativeMaxEntries: 3,
};

function cacheOf(more: Partial<typeof options> = {}): TokenCache {
  const isCurrentKey = (id: string) => currentKeys.has(id);
  return new TokenCache({ ...options, ...more }, { clock: { now: () => now }, isCurrentKey });
}

function verified(validity: Partial<Validity> = {}, keyId: string | null = null): Judgement {
  const token = {
    provider: 'p',
    issuer: 'i',
    method: 'bearer',
    claims: {},
    expiresAt: null,
  } as const;
  return {
    kind: 'verified',
    token,
    keyId,
    validity: { notBefore: null, expiresAt: null, ...validity },
  };
}

beforeEach(() => {
  now = 1_000_000;
  currentKeys.clear();
});

describe('TokenCache', () => {
  it('serves a token as a hit until max_ttl', () => {
    const cache = cacheOf();
    cache.store('k', verified());

    now += 59_999;
    expect(cache.accepted('k')).toMatchObject({ ok: true, value: { cache: 'hit' } });
    now += 1;
    expect(cache.accepted('k')).toBeNull();
  });

  it('allocates nothing at a hit', () => {
    const cache = cacheOf();
    cache.store('k', verified());

    expect(cache.accepted('k')).toBe(cache.accepted('k'));
  });

  it('ends a token at exp, the leeway left out', () => {
    const cache = cacheOf();
    cache.store('k', verified({ expiresAt: now + 1000 }));

    now += 1000;
    expect(cache.accepted('k')).toBeNull();
  });

  it.each([0, -1])('does not take in a token with %d ms to live', (left) => {
    const cache = cacheOf({ staleIfErrorMs: 60_000 });
    cache.store('k', verified({ expiresAt: now + left }));

    expect(cache.sizes.accepted).toBe(0);
  });

  it('judges nbf again, should the clock be set back', () => {
    const cache = cacheOf();
    cache.store('k', verified({ notBefore: now }));

    now -= 1;
    expect(cache.accepted('k')).toBeNull();
    now += 1;
    expect(cache.accepted('k')).not.toBeNull();
  });

  it('drops what a withdrawn key verified, for stale service too', () => {
    currentKeys.add('a');
    const cache = cacheOf({ staleIfErrorMs: 60_000 });
    cache.store('k', verified({}, 'a'));
    expect(cache.accepted('k')).not.toBeNull();

    currentKeys.clear();

    expect(cache.stale('k')).toBeNull();
    expect(cache.accepted('k')).toBeNull();
    expect(cache.sizes.accepted).toBe(0);
  });

  it('remembers a refusal, but not beyond the moment at which it may differ', () => {
    const cache = cacheOf();
    cache.store('a', refused(deny('token_inactive')));
    cache.store('b', refused(deny('token_signature_invalid'), now + 500));
    now += 500;

    expect(cache.refused('a')).toEqual({ ok: false, stop: deny('token_inactive') });
    expect(cache.refused('b')).toBeNull();
  });

  it('never remembers an outage, and forgets nothing because of one', () => {
    const cache = cacheOf();
    cache.store('k', verified());
    cache.store('k', refused(unavailable('idp_unavailable')));

    expect(cache.sizes).toEqual({ accepted: 1, refused: 0 });
  });

  it('lets a verdict replace its contrary', () => {
    const cache = cacheOf();
    cache.store('k', verified());
    cache.store('k', refused(deny('token_inactive')));
    expect([cache.accepted('k'), cache.refused('k') !== null]).toEqual([null, true]);

    cache.store('k', verified());
    expect([cache.accepted('k') !== null, cache.refused('k')]).toEqual([true, null]);
  });

  it('keeps within both bounds, and refusals never push tokens out', () => {
    const cache = cacheOf();
    cache.store('good', verified());
    for (let each = 0; each < 100; each++) {
      cache.store(`bad-${each}`, refused(deny('token_inactive')));
    }

    expect(cache.sizes).toEqual({ accepted: 1, refused: 3 });
    expect(cache.accepted('good')).not.toBeNull();
  });

  it('never serves a token at or after its exp, in whatever way', () => {
    const ms = fc.integer({ min: 0, max: 200_000 });
    fc.assert(
      fc.property(ms, ms, ms, ms, (maxTtlMs, staleIfErrorMs, life, later) => {
        now = 1_000_000;
        const cache = cacheOf({ maxTtlMs, staleIfErrorMs });
        cache.store('k', verified({ expiresAt: now + life }));
        now += later;
        const hit = cache.accepted('k') !== null;
        const stale = cache.stale('k') !== null;
        expect(hit).toBe(later < Math.min(life, maxTtlMs));
        // With max_ttl 0 nothing is kept at all, and nothing can be stale.
        expect(stale).toBe(maxTtlMs > 0 && later < Math.min(life, maxTtlMs + staleIfErrorMs));
      }),
    );
  });
});
