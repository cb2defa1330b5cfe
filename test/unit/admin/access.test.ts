import { describe, expect, it } from '@jest/globals';
import { FailureLimit } from '../../../src/admin/access/failure-limit.ts';
import { findToken } from '../../../src/admin/access/find-token.ts';
import { readCredential } from '../../../src/admin/access/read-credential.ts';
import { tokensOf } from '../../support/admin.ts';

describe('findToken', () => {
  const tokens = tokensOf(['read', 'approver']);

  it('tells whose it is', () => {
    expect(findToken('approver', tokens)).toEqual({ name: 'the-approver', role: 'approver' });
  });

  it.each(['', 'Approver', 'approver ', 'admin', tokens[0]!.sha256])('knows no %j', (token) => {
    expect(findToken(token, tokens)).toBeNull();
  });
});

describe('readCredential', () => {
  it.each([
    [{ 'kong-admin-token': 'x' }, 'x'],
    [{ authorization: 'Bearer x' }, 'x'],
    [{ authorization: 'bearer  x' }, 'x'],
    [{ 'kong-admin-token': 'x', authorization: 'Bearer x' }, 'x'],
    [{ 'kong-admin-token': 'x', authorization: 'Bearer y' }, null],
    [{ 'kong-admin-token': 'x', authorization: 'Basic eDp5' }, null],
    [{ 'kong-admin-token': '' }, null],
    [{ authorization: 'Basic eDp5' }, null],
    [{ authorization: 'Bearer x y' }, null],
    [{}, null],
  ])('reads %j', (headers, credential) => {
    expect(readCredential(headers)).toBe(credential);
  });
});

describe('FailureLimit', () => {
  function createLimit() {
    const clock = { at: 0, now: () => clock.at };
    return { clock, limit: new FailureLimit(clock) };
  }

  function fail(limit: FailureLimit, address: string, times: number): void {
    for (let count = 0; count < times; count++) limit.failed(address);
  }

  it('is over after a hundred failures, and not for others', () => {
    const { limit } = createLimit();
    fail(limit, '192.0.2.1', 99);
    expect(limit.isOver('192.0.2.1')).toBe(false);
    limit.failed('192.0.2.1');

    expect(limit.isOver('192.0.2.1')).toBe(true);
    expect(limit.isOver('192.0.2.2')).toBe(false);
  });

  it('takes the addresses of one host for one source', () => {
    const { limit } = createLimit();
    fail(limit, '2001:db8::1', 100);

    expect(limit.isOver('2001:db8::2')).toBe(true);
    expect(limit.isOver('2001:db8:0:1::2')).toBe(false);
  });

  it('gives one more attempt a second, and all back in time', () => {
    const { clock, limit } = createLimit();
    fail(limit, 'a', 150);
    clock.at = 999;
    expect(limit.isOver('a')).toBe(true);
    clock.at = 1000;
    expect(limit.isOver('a')).toBe(false);
    limit.failed('a');
    expect(limit.isOver('a')).toBe(true);
    clock.at = 3_600_000;
    fail(limit, 'a', 99);

    expect(limit.isOver('a')).toBe(false);
  });

  it('knows for an hour who has succeeded', () => {
    const { clock, limit } = createLimit();
    limit.succeeded('2001:db8::1');
    fail(limit, '2001:db8::1', 100);

    expect([limit.isTrusted('2001:db8::2'), limit.isTrusted('192.0.2.1')]).toEqual([true, false]);
    clock.at = 3_599_999;
    expect(limit.isTrusted('2001:db8::1')).toBe(true);
    clock.at = 3_600_000;
    expect(limit.isTrusted('2001:db8::1')).toBe(false);
  });

  it('gives nothing for a clock that was set back', () => {
    const { clock, limit } = createLimit();
    clock.at = 10_000;
    fail(limit, 'a', 100);
    clock.at = 0;

    expect(limit.isOver('a')).toBe(true);
  });
});
