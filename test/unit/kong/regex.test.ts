import { describe, expect, it } from '@jest/globals';
import { translatePathRegex, translateSearchRegex } from '../../../src/kong/translate-regex.ts';

describe('patterns of paths', () => {
  it.each([
    ['/orders', '/orders.*'],
    ['/orders$', '/orders'],
    ['^/orders', '/orders.*'],
    [String.raw`/a/\d+$`, String.raw`/a/\d+`],
    ['/(a|b)/c', '/(?:a|b)/c.*'],
    ['/(?<name>[^/]+)/x$', '/(?:[^/]+)/x'],
    ['/(?P<name>.+)$', '/(?:.+)'],
    ['/(?i:a)?$', '/(?i:a)?'],
    ['(?i)/a$', '(?i)/a'],
    ['/a{2,3}?x*?$', '/a{2,3}?x*?'],
    [String.raw`/a\$b$`, String.raw`/a\$b`],
    ['/[]a]$', '/[]a]'],
    ['/[[:alpha:]_]+$', '/[[:alpha:]_]+'],
    ['/[$^|(]$', '/[$^|(]'],
  ])('%s becomes %s', (pattern, wanted) => {
    expect(translatePathRegex(pattern)).toEqual({ ok: true, value: wanted });
  });

  it.each([
    ['/a|/b'],
    ['/a(?=b)'],
    ['/a(?!b)'],
    ['/(?<=a)b'],
    ['/(?<!a)b'],
    ['/(?>a)b'],
    [String.raw`/(a)\1`],
    [String.raw`/\k<a>`],
    [String.raw`/\Qa\E`],
    [String.raw`/a\Z`],
    ['/a++'],
    ['/a{1001}'],
    ['/a$b'],
    ['/(a$|b)'],
    ['/(^a)'],
    ['/(a'],
    ['/a)'],
    ['/[a'],
    ['/[a&&b]'],
    [String.raw`/[\h]`],
    ['/(?x) a'],
    ['/(*UTF)a'],
  ])('%s cannot be one of Envoy', (pattern) => {
    expect(translatePathRegex(pattern)).toMatchObject({ ok: false });
  });

  it.each([
    ['beta', '.*beta.*'],
    ['^v[12]$', 'v[12]'],
    ['^v', 'v.*'],
    ['v$', '.*v'],
  ])('%s, looked for anywhere, becomes %s', (pattern, wanted) => {
    expect(translateSearchRegex(pattern)).toEqual({ ok: true, value: wanted });
  });
});
