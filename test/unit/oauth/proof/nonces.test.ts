import { describe, expect, it } from '@jest/globals';
import { Secret } from '../../../../src/lib/secret.ts';
import { Nonces } from '../../../../src/oauth/proof/nonces.ts';

const windowMs = 60_000;
const start = 60_000 * 1000;
const scope = { service: 'orders', windowMs };
let now = start;
const clock = { now: () => now };
const noncesOf = (key: string | null) => new Nonces(key === null ? null : new Secret(key), clock);

describe('Nonces', () => {
  it.each([
    [0, 'current'],
    [windowMs - 1, 'current'],
    [windowMs, 'older'],
    [2 * windowMs - 1, 'older'],
    [2 * windowMs, 'wrong'],
    // Of a replica whose clock is ahead.
    [-5_000, 'current'],
    [-5_001, 'wrong'],
  ])('judges a nonce after %d ms: %s', (passed, expected) => {
    now = start;
    const nonces = noncesOf('key');
    const nonce = nonces.issue(scope);

    now = start + passed;
    expect(nonces.judge(nonce, scope)).toBe(expected);
  });

  it('takes those of a replica with the same key, and of no other', () => {
    now = start;
    const nonce = noncesOf('key').issue(scope);

    expect(noncesOf('key').judge(nonce, scope)).toBe('current');
    expect(noncesOf('other').judge(nonce, scope)).toBe('wrong');
    expect(noncesOf(null).judge(nonce, scope)).toBe('wrong');
    expect(noncesOf(null).judge(noncesOf(null).issue(scope), scope)).toBe('wrong');
  });

  it.each([
    ['another Service', { service: 'bills', windowMs }],
    ['another lifetime', { service: 'orders', windowMs: windowMs * 2 }],
  ])('takes no nonce of %s', (_name, other) => {
    now = start;
    const nonces = noncesOf('key');

    expect(nonces.judge(nonces.issue(other), scope)).toBe('wrong');
  });

  it.each([[''], ['é'.repeat(43)], ['a'.repeat(43)]])('takes no made-up nonce %p', (nonce) => {
    expect(noncesOf('key').judge(nonce, scope)).toBe('wrong');
  });

  it('writes what RFC 9449 section 8.1 lets a nonce be', () => {
    expect(noncesOf('key').issue(scope)).toMatch(/^[\x21\x23-\x5b\x5d-\x7e]+$/);
  });
});
