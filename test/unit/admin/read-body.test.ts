import { describe, expect, it } from '@jest/globals';
import { readBody } from '../../../src/admin/http/read-body.ts';

const json = 'application/json';
const form = 'application/x-www-form-urlencoded';

const tooMany = {
  ok: false,
  stop: { status: 400, body: { message: expect.stringMatching(/1000/) } },
};

function writeFields(count: number): string {
  return JSON.stringify(
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`a${String(at)}`, 1])),
  );
}

describe('readBody', () => {
  it.each([
    [json, '{"a":1}', { a: 1 }],
    ['Application/JSON; charset=utf-8', '[]', []],
    [json, '', undefined],
    [undefined, '', undefined],
    [form, 'username=1&tags=x', { username: '1', tags: ['x'] }],
    [form, 'tags[]=a&tags[]=b&tags[2]=c', { tags: ['a', 'b', 'c'] }],
    [form, 'a=b+c%2B%C3%A4&b', { a: 'b c+ä', b: '' }],
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
    [form, 'a.b=1&a.b=2', 400],
    [form, '%5F_proto__=1', 400],
    [form, 'a=%zz', 400],
    [form, 'a=%ff', 400],
    ['text/plain', 'a', 415],
    ['constructor', 'a', 415],
    [undefined, '{}', 415],
  ])('refuses %s: %s', (type, text, status) => {
    expect(readBody(type, Buffer.from(text))).toMatchObject({ ok: false, stop: { status } });
  });

  it.each([
    [json, '{"a":"', '"}'],
    [form, 'a=', ''],
  ])('refuses bytes of %s that are no UTF-8', (type, before, after) => {
    const bytes = Buffer.concat([Buffer.from(before), Buffer.from([0xff]), Buffer.from(after)]);

    expect(readBody(type, bytes)).toMatchObject({ ok: false, stop: { status: 400 } });
  });

  it.each([
    ['a list', '['.repeat(120_000) + ']'.repeat(120_000), { ok: true }],
    ['a record', '{"a":'.repeat(40_000) + '1' + '}'.repeat(40_000), { ok: true }],
    ['many fields', writeFields(1001), tooMany],
    ['as many fields as it may have', writeFields(1000), { ok: true }],
    ['a list of many', JSON.stringify(Array(1001).fill(1)), tooMany],
  ])('reads JSON of any depth, and of no more fields than a body has: %s', (_, text, result) => {
    expect(readBody(json, Buffer.from(text))).toMatchObject(result);
  });

  it('takes a name of JSON for nothing but a name', () => {
    const read = readBody(json, Buffer.from('{"__proto__":{"admin":true},"constructor":1}'));

    expect(read.ok && Object.keys(read.value as object)).toEqual(['__proto__', 'constructor']);
    expect(Object.hasOwn(Object.prototype, 'admin')).toBe(false);
  });

  it.each([
    ['tags[]=a&', 1001],
    ['tags=a&', 1001],
    ['&', 1001],
    ['a=1&', 100_000],
  ])('refuses a form of %j, %i times', (piece, times) => {
    expect(readBody(form, Buffer.from(piece.repeat(times)))).toMatchObject(tooMany);
  });

  it('reads as many fields of a form as it may have', () => {
    const names = Array.from({ length: 1000 }, (_, index) => `a.b${String(index)}=1`);
    const read = readBody(form, Buffer.from(names.join('&')));

    expect(read.ok && Object.keys((read.value as { a: object }).a)).toHaveLength(1000);
  });

  it('takes a name of a form for nothing but a name', () => {
    const read = readBody(form, Buffer.from('constructor=1&toString.valueOf=2'));

    expect(read).toEqual({ ok: true, value: { constructor: '1', toString: { valueOf: '2' } } });
    expect(read.ok && Object.getPrototypeOf(read.value)).toBeNull();
  });
});
