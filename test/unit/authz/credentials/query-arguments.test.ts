import { describe, expect, it } from '@jest/globals';
import { fc } from '../../../support/properties.ts';
import { readQueryArguments } from '../../../../src/authz/credentials/query-arguments.ts';
import { requestOf } from '../../../support/builders.ts';

function valuesOf(path: string, name = 'token') {
  return readQueryArguments(requestOf({ path })).values(name);
}

/** Any code points, the invisible and the unpaired ones among them. */
const anyText = fc.string({
  unit: fc
    .oneof(fc.integer({ max: 0x7f, min: 0 }), fc.integer({ max: 0x10ffff, min: 0 }))
    .map((code) => String.fromCodePoint(code)),
});

describe('reads the query arguments of a name', () => {
  it.each<[string, string, readonly (string | null)[]]>([
    ['alone', '/a?token=x', ['x']],
    ['among others', '/a?b=1&token=x&c=2', ['x']],
    ['after a path that is no URL', '//a?token=x', ['x']],
    ['of which a later `?` is a part', '/a?token=x?y', ['x?y']],
    ['of which a `#` is a part', '/a?token=x#y', ['x#y']],
    ['with `=` in it', '/a?token=x==', ['x==']],
    ['escaped', '/a?token=%78%2b+%C3%A9', ['x+ é']],
    ['empty', '/a?token=', ['']],
    ['without `=`', '/a?token', ['']],
    ['twice', '/a?token=x&token=y', ['x', 'y']],
    ['with an escape that is cut', '/a?token=%4', [null]],
    ['with an escape that is none', '/a?token=%zz', [null]],
    ['that is not UTF-8', '/a?token=%ff', [null]],
    ['that is an overlong form', '/a?token=%c0%af', [null]],
  ])('%s', (_name, path, values) => {
    expect(valuesOf(path)).toEqual(values);
  });

  it.each([
    ['of another case', '/a?Token=x'],
    ['with an escaped name', '/a?%74oken=x'],
    ['that stands before the query', '/token=x'],
    ['after a semicolon', '/a?b=1;token=x'],
    ['in the value of another', '/a?b=token=x'],
    ['without a query', '/a'],
    ['in an empty query', '/a?'],
  ])('and none %s', (_name, path) => {
    expect(valuesOf(path)).toEqual([]);
  });

  it('as they were written', () => {
    const text = anyText.filter((value) => value.isWellFormed());
    const pair = fc.tuple(fc.constantFrom('token', 'a', 'Token', '%74oken'), text);
    fc.assert(
      fc.property(fc.array(pair), (pairs) => {
        const query = pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
        const own = pairs.filter(([name]) => name === 'token').map(([, value]) => value);

        expect(valuesOf(`/a?${query.join('&')}`)).toEqual(own);
      }),
    );
  });

  it('whose removal, as Envoy does it, leaves none', () => {
    const part = fc.oneof(
      anyText,
      fc.constantFrom('token=x', 'token', '&', '?', '=', 'token==', '%74oken=x'),
    );
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const query = parts.join('&');
        const kept = query.split('&').filter((field) => field.split('=', 1)[0] !== 'token');

        expect(valuesOf(`/a?${kept.join('&')}`)).toEqual([]);
        expect(valuesOf(`/a?${query}`)).toHaveLength(query.split('&').length - kept.length);
      }),
    );
  });
});
