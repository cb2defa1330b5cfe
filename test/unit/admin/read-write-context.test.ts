import { describe, expect, it } from '@jest/globals';
import { readWriteContext } from '../../../src/admin/http/read-write-context.ts';

const actor = { name: 'ci', role: 'admin' } as const;

function read(headers: Readonly<Record<string, string>>) {
  return readWriteContext(headers, actor, () => 'made-up');
}

describe('readWriteContext', () => {
  it('lets the caller repeat a write by the name that it gave', () => {
    expect(read({ 'idempotency-key': 'op-1' })).toEqual({
      ok: true,
      value: { actor: 'ci', operationId: 'op-1', repeatable: true },
    });
  });

  it('has nobody remember a name that nobody knows', () => {
    expect(read({})).toEqual({
      ok: true,
      value: { actor: 'ci', operationId: 'made-up', repeatable: false },
    });
  });

  it.each([
    ['*', '*'],
    ['"a"', ['a']],
    ['"a", W/"b","c"', ['a', 'c']],
    ['W/"a"', []],
  ])('reads If-Match: %s', (header, ifMatch) => {
    expect(read({ 'if-match': header })).toMatchObject({ ok: true, value: { ifMatch } });
  });

  it.each([
    [{ 'idempotency-key': '' }],
    [{ 'idempotency-key': 'a b' }],
    [{ 'idempotency-key': 'k'.repeat(129) }],
    [{ 'if-match': 'a' }],
    [{ 'if-match': '"a' }],
    [{ 'if-match': '' }],
  ])('refuses %j', (headers) => {
    expect(read(headers)).toMatchObject({ ok: false, stop: { status: 400 } });
  });
});
