import { beforeEach, describe, expect, it } from '@jest/globals';
import { SignedJwts } from '../../../../src/oauth/upstream-jwt/signed-jwts.ts';

const start = 1_700_000_000_000;
let now: number;
let jwts: SignedJwts;

beforeEach(() => {
  now = start;
  jwts = new SignedJwts({ now: () => now });
});

describe('JWTs that can be used again', () => {
  it('are found until their time is over', () => {
    jwts.keep('facts', 'jwt', start + 1000);

    expect([jwts.find('facts'), jwts.find('others')]).toEqual(['jwt', null]);
    now += 1000;
    expect(jwts.find('facts')).toBeNull();
  });

  it('leave memory when they are over, at the latest a minute later where others come', () => {
    jwts.keep('short', 'jwt', start + 1000);
    jwts.keep('long', 'jwt', start + 90_000);

    now += 59_999;
    jwts.keep('next', 'jwt', now + 30_000);
    expect(jwts.size).toBe(3);
    now += 1;
    jwts.keep('last', 'jwt', now + 30_000);
    expect(jwts.size).toBe(3);
    expect([jwts.find('short'), jwts.find('long')]).toEqual([null, 'jwt']);
  });

  it('are dropped after a clock was set back', () => {
    now += 3_600_000;
    jwts = new SignedJwts({ now: () => now });
    now = start;
    jwts.keep('one', 'jwt', start + 1000);
    now += 60_000;
    jwts.keep('two', 'jwt', now + 1000);

    expect(jwts.size).toBe(1);
  });
});
