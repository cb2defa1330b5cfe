import { describe, expect, it } from '@jest/globals';
import { fc } from '../../support/properties.ts';
import { hasDuplicateKeys } from '../../../src/store/has-duplicate-keys.ts';

function check(text: string): boolean {
  return hasDuplicateKeys(text, JSON.parse(text));
}

describe('a JSON text', () => {
  it.each([
    ['at the top', '{"a":1,"b":2,"a":1}'],
    ['with the first value null', '{"a":null,"a":1}'],
    ['below', '{"a":{"b":1,"b":1}}'],
    ['in a list', '[[{"b":[],"b":[]}]]'],
    ['inside of what a later one replaces', '{"a":{"b":1,"b":1},"a":{"b":1,"c":2,"d":3}}'],
    ['that is empty', '{"":1,"":2}'],
    ['in another spelling', String.raw`{"a":1,"\u0061":2}`],
    ['that names a prototype', '{"__proto__":{},"__proto__":{}}'],
    ['that is a number', '{"1":1,"1":2}'],
    ['with quotes and backslashes', String.raw`{"\"\\":1,"\"\\":2}`],
  ])('has a key twice: %s', (_, text) => {
    expect(check(text)).toBe(true);
  });

  it.each([
    ['the same key at two places', '{"a":{"a":{"a":1}},"b":[{"a":1},{"a":1}]}'],
    ['colons in strings', String.raw`{"a:\":":"\\","b":":\\\":"}`],
    ['a name of every object', '{"__proto__":1,"constructor":2,"toString":3}'],
    ['no object', '[":",1]'],
    ['only text', '"a:b"'],
  ])('has no key twice: %s', (_, text) => {
    expect(check(text)).toBe(false);
  });

  it('has none twice if it was written from a value', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(0, 2), (json, indent) => {
        expect(check(JSON.stringify(JSON.parse(json), null, indent))).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('has one twice if a member is put in again, however deep', () => {
    const path = fc.array(fc.constantFrom('list', 'object'), { maxLength: 20 });
    const key = fc.string();
    fc.assert(
      fc.property(path, key, fc.json(), fc.json(), (steps, name, first, second) => {
        const member = JSON.stringify(name);
        const inner = `{${member}:${first},${member} :${second}}`;
        const text = steps.reduce(
          (all, step) => (step === 'list' ? `[${all}]` : `{":":${all}}`),
          inner,
        );
        expect(check(text)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('may be nested deeper than any call stack', () => {
    const depth = 200_000;
    expect(check('['.repeat(depth) + '{"a":1,"a":2}' + ']'.repeat(depth))).toBe(true);
  });
});
