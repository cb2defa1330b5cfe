import { describe, expect, it } from '@jest/globals';
import { deny } from '../../../../src/authz/refusal.ts';
import type { ObtainedToken } from '../../../../src/authz/token.ts';
import { GrantCache } from '../../../../src/oauth/grants/grant-cache.ts';

const options = {
  maxTtlMs: 60_000,
  maxEntries: 100,
  negativeTtlMs: 5000,
  negativeMaxEntries: 100,
  staleIfErrorMs: 0,
};

function createCache(isCurrentKey: (keyId: string) => boolean = () => true) {
  const clock = { time: 1_700_000_000_000, now: () => clock.time };
  return { clock, cache: new GrantCache(options, { clock, isCurrentKey }) };
}

function tokenOf(accessToken: string): ObtainedToken {
  const claims = { sub: accessToken };
  const base = { provider: 'idp', issuer: 'https://idp', method: 'bearer' } as const;
  const token = { ...base, claims, expiresAt: null };
  return { token, accessToken, acceptedId: 'app', obtainedAt: 0, fetchedAt: 0, cache: 'miss' };
}

describe('exchanged pairs', () => {
  it('are served as hits until their end, and not at it', () => {
    const { clock, cache } = createCache();
    cache.accept('key', tokenOf('first'), { until: clock.time + 10_000, keyId: null });
    clock.time += 9999;
    expect(cache.accepted('key')).toEqual({
      ok: true,
      value: { ...tokenOf('first'), cache: 'hit' },
    });
    clock.time += 1;
    expect(cache.accepted('key')).toBeNull();
  });

  it('are forgotten by who has no use for their token any more, and by nobody else', () => {
    const { clock, cache } = createCache();
    cache.accept('key', tokenOf('first'), { until: clock.time + 10_000, keyId: null });

    expect(cache.accepted('key', 'another')).not.toBeNull();
    expect(cache.accepted('key', 'first')).toBeNull();
    expect(cache.accepted('key')).toBeNull();
  });

  it('are not kept when their end is now', () => {
    const { clock, cache } = createCache();
    cache.accept('key', tokenOf('first'), { until: clock.time, keyId: null });
    expect(cache.sizes.accepted).toBe(0);
  });

  it('end with the key that verified their token', () => {
    let current = true;
    const { clock, cache } = createCache(() => current);
    cache.accept('key', tokenOf('first'), { until: clock.time + 10_000, keyId: 'k1' });
    current = false;
    expect(cache.accepted('key')).toBeNull();
  });

  it('leave memory within a second of their end, though nobody asks for them', () => {
    const { clock, cache } = createCache();
    cache.accept('one', tokenOf('first'), { until: clock.time + 500, keyId: null });
    cache.accept('two', tokenOf('second'), { until: clock.time + 10_000, keyId: null });
    expect(cache.sizes.accepted).toBe(2);
    clock.time += 1500;
    expect(cache.sizes.accepted).toBe(1);
    expect(cache.accepted('two')).not.toBeNull();
    clock.time += 10_000;
    expect(cache.sizes.accepted).toBe(0);
  });

  it('stay when they were renewed before their first end', () => {
    const { clock, cache } = createCache();
    cache.accept('key', tokenOf('first'), { until: clock.time + 1000, keyId: null });
    cache.accept('key', tokenOf('second'), { until: clock.time + 30_000, keyId: null });
    clock.time += 5000;
    expect(cache.sizes.accepted).toBe(1);
    expect(cache.accepted('key')).toMatchObject({ value: { accessToken: 'second' } });
  });

  it.each(['accepted', 'refused'] as const)('forget the other verdict once %s', (kind) => {
    const { clock, cache } = createCache();
    const accept = () => {
      cache.accept('key', tokenOf('first'), { until: clock.time + 10_000, keyId: null });
    };
    const refuse = () => {
      cache.refuse('key', deny('client_rejected'));
    };
    for (const step of kind === 'accepted' ? [refuse, accept] : [accept, refuse]) step();
    expect(cache.accepted('key') !== null).toBe(kind === 'accepted');
    expect(cache.refused('key') !== null).toBe(kind === 'refused');
  });

  it('are refused for the negative time alone', () => {
    const { clock, cache } = createCache();
    cache.refuse('key', deny('client_rejected'));
    clock.time += options.negativeTtlMs - 1;
    expect(cache.refused('key')).toMatchObject({ ok: false, stop: { reason: 'client_rejected' } });
    clock.time += 1;
    expect(cache.refused('key')).toBeNull();
  });
});
