import { describe, expect, it } from '@jest/globals';
import { readBody } from '../../../src/admin/http/read-body.ts';

const json = 'application/json';
const form = 'application/x-www-form-urlencoded';

describe('readBody', () => {
  it.each([
    [json, '{"a":1}', { a: 1 }],
    ['Application/JSON; charset=utf-8', '[]', []],
    [json, '', undefined],
    [undefined, '', undefined],
    [form, 'username=1&tags=x', { username: '1', tags: ['x'] }],
    [form, 'tags[]=a&tags[]=b&tags[2]=c', { tags: ['a', 'b', 'c'] }],
    [form, 'group=g&consumer.id=x', { group: 'g', consumer: { id: 'x' } }],
    [form, 'status=0&suspended=true', { status: 0, suspended: true }],
    [form, 'status=approved&suspended=yes', { status: 'approved', suspended: 'yes' }],
  ])('reads %s: %s', (type, text, value) => {
    expect(readBody(type, Buffer.from(text))).toEqual({ ok: true, value });
  });

  it.each([
    [json, '{', 400],
    [json, '{"a":1}x', 400],
    [json, '\ufeff', 400],
    [form, 'a=1&a=2', 400],
    [form, 'a=1&a.b=2', 400],
    [form, 'a.b=2&a[]=1', 400],
    [form, '__proto__=1', 400],
    [form, 'a.__proto__=1', 400],
    [form, 'a.b.c=1', 400],
    ['text/plain', 'a', 415],
    ['constructor', 'a', 415],
    [undefined, '{}', 415],
  ])('refuses %s: %s', (type, text, status) => {
    expect(readBody(type, Buffer.from(text))).toMatchObject({ ok: false, stop: { status } });
  });

  it('refuses bytes that are no UTF-8', () => {
    const bytes = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff]), Buffer.from('"}')]);

    expect(readBody(json, bytes)).toMatchObject({ ok: false, stop: { status: 400 } });
  });

  it('reads depth without end', () => {
    const depth = 120_000;
    const text = '['.repeat(depth) + ']'.repeat(depth);

    expect(readBody(json, Buffer.from(text))).toMatchObject({ ok: true });
  });
});
