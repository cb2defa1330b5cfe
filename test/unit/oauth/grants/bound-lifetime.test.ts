import { describe, expect, it } from '@jest/globals';
import { fc } from '../../../support/properties.ts';
import { boundLifetime } from '../../../../src/oauth/grants/bound-lifetime.ts';

const askedAt = 1_000_000;
const hour = 3_600_000;

function bound(lifetimeMs: number | null, exp: number | null, maxTtlMs = 24 * hour): number {
  const expiresAt = exp === null ? null : askedAt + exp;
  return boundLifetime({ askedAt, lifetimeMs, expiresAt, maxTtlMs }) - askedAt;
}

describe('boundLifetime', () => {
  it.each([
    ['expires_in, less 30 s', hour, null, hour - 30_000],
    ['exp, less 30 s', null, hour, hour - 30_000],
    ['the earlier: expires_in', 600_000, hour, 570_000],
    ['the earlier: exp', hour, 600_000, 570_000],
    ['a tenth less where that is less', 100_000, null, 90_000],
    ['very short ones', 1000, null, 900],
    ['no end at all: not again', null, null, 0],
    ['expires_in zero: not again', 0, hour, 0],
    ['expired by its exp: not again', hour, 0, 0],
  ])('keeps to %s', (_name, lifetime, exp, until) => {
    expect(bound(lifetime, exp)).toBe(until);
  });

  it('lets no entry outlive max_ttl', () => {
    expect(bound(hour, hour, 300_000)).toBe(300_000);
    expect(bound(1e303, null, 300_000)).toBe(300_000);
  });

  it('never lies behind an end that is known', () => {
    const ends = fc.option(fc.integer({ min: 0, max: 10 * hour }));
    fc.assert(
      fc.property(ends, ends, fc.integer({ min: 1, max: hour }), (lifetime, exp, maxTtl) => {
        const until = bound(lifetime, exp, maxTtl);

        expect(until).toBeLessThanOrEqual(Math.min(lifetime ?? Infinity, exp ?? Infinity, maxTtl));
      }),
    );
  });
});
