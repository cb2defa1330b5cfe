import { describe, expect, it } from '@jest/globals';
import { fc } from '../../../support/properties.ts';
import { normalisePath, normaliseUrl } from '../../../../src/oauth/proof/normalise-url.ts';

const pathCharacter = fc.constantFrom(
  ...`abzAZ09-._~!$&'()*+,;=:@"<>[]^{|}`.split(''),
  '%2F',
  '%25',
  '%C3%A9',
);
const segment = fc.oneof(
  fc.constantFrom('', '.', '..', '...', '.a'),
  fc.array(pathCharacter, { maxLength: 5 }).map((parts) => parts.join('')),
);
const path = fc.array(segment, { maxLength: 8 }).map((segments) => `/${segments.join('/')}`);

describe('normalisePath', () => {
  it.each([
    ['/', '/'],
    ['/orders', '/orders'],
    ['/%7eann/%41', '/~ann/A'],
    ['/a%2fb', '/a%2Fb'],
    ['/a/./b/../c', '/a/c'],
    ['/a/%2E%2e/b', '/b'],
    ['/a/..', '/'],
    ['/a/b/.', '/a/b/'],
    ['/../../a', '/a'],
    ['//evil.example/a', '//evil.example/a'],
    ['/a//b/', '/a//b/'],
    ['/a//../b', '/a/b'],
    ['/%252e', '/%252e'],
  ])('makes %s to %s', (given, expected) => {
    expect(normalisePath(given)).toBe(expected);
  });

  it.each([
    ['nothing', ''],
    ['an asterisk', '*'],
    ['a relative path', 'orders'],
    ['a whole URL', 'https://orders.example/'],
    ['a broken triplet', '/%4'],
    ['a triplet that would arise by decoding', '/%6%31'],
    ['a blank', '/a b'],
    ['a backslash', '/a\\b'],
    ['a control character', '/a\n'],
    ['letters beyond ASCII', '/é'],
    ['a query', '/a?b'],
    ['a fragment', '/a#b'],
  ])('refuses %s', (_name, given) => {
    expect(normalisePath(given)).toBeNull();
  });

  it('removes dot segments as the URL parser of browsers does', () => {
    const plain = fc.constantFrom('', '.', '..', 'a', 'b.c', '...', '%2e');
    fc.assert(
      fc.property(fc.array(plain, { minLength: 1, maxLength: 8 }), (segments) => {
        const given = `/${segments.join('/')}`;

        expect(normalisePath(given)).toBe(new URL(`https://a.example${given}`).pathname);
      }),
    );
  });

  it('leaves a normal path as it is', () => {
    fc.assert(
      fc.property(path, (given) => {
        const normal = normalisePath(given);

        expect(normal).not.toBeNull();
        expect(normalisePath(normal!)).toBe(normal);
      }),
    );
  });

  it('sees no difference in how unreserved characters are written', () => {
    fc.assert(
      fc.property(
        path,
        fc.infiniteStream(fc.constantFrom('as is', 'upper', 'lower')),
        (given, ways) => {
          const spelt = given.replace(/%..|[A-Za-z0-9\-._~]/g, (text) => {
            const way = ways.next().value;
            if (text.length > 1) return way === 'lower' ? text.toLowerCase() : text;
            const triplet = `%${text.charCodeAt(0).toString(16)}`;
            if (way === 'as is') return text;
            return way === 'upper' ? triplet.toUpperCase() : triplet;
          });

          expect(normalisePath(spelt)).toBe(normalisePath(given));
        },
      ),
    );
  });

  it('tells a reserved character from its triplet', () => {
    fc.assert(
      fc.property(fc.constantFrom(..."!$&'()*+,;=:@/".split('')), (character) => {
        const triplet = `%${character.charCodeAt(0).toString(16)}`;

        expect(normalisePath(`/a${triplet}b`)).not.toBe(normalisePath(`/a${character}b`));
      }),
    );
  });
});

describe('normaliseUrl', () => {
  it.each([
    ['https://orders.example', 'https://orders.example', '/'],
    ['HTTPS://Orders.EXAMPLE:443/a?b#c', 'https://orders.example', '/a'],
    ['http://orders.example:80/', 'http://orders.example', '/'],
    ['https://orders.example:/', 'https://orders.example', '/'],
    ['https://orders.example:0443/', 'https://orders.example', '/'],
    ['https://orders.example:8443/', 'https://orders.example:8443', '/'],
    ['http://orders.example:443/', 'http://orders.example:443', '/'],
    ['https://%6frders.example/', 'https://orders.example', '/'],
    ['https://[2001:DB8::1]:443/a', 'https://[2001:db8::1]', '/a'],
    ['https://orders.example//a', 'https://orders.example', '//a'],
    ['https://orders.example?a=/b', 'https://orders.example', '/'],
  ])('reads %s', (given, origin, expected) => {
    expect(normaliseUrl(given)).toEqual({ origin, path: expected });
  });

  it.each([
    ['another scheme', 'ftp://orders.example/'],
    ['no scheme', '//orders.example/'],
    ['no host', 'https:///orders'],
    ['user information', 'https://orders.example@evil.example/'],
    ['a port that is no number', 'https://orders.example:a/'],
    ['two ports', 'https://orders.example:1:2/'],
    ['a broken host', 'https://[::1/'],
    ['a backslash', 'https://orders.example\\@evil.example/'],
    ['a blank in front', ' https://orders.example/'],
  ])('refuses %s', (_name, given) => {
    expect(normaliseUrl(given)).toBeNull();
  });

  it('finds the origin that the URL parser of browsers finds', () => {
    const host = fc.constantFrom('orders.example', 'OrderS.example', '127.0.0.1', '[::1]');
    const port = fc.oneof(
      fc.constant(''),
      fc.integer({ min: 1, max: 65_535 }).map((n) => `:${n}`),
    );
    fc.assert(
      fc.property(fc.constantFrom('http', 'https', 'HTTPS'), host, port, (scheme, name, suffix) => {
        const url = `${scheme}://${name}${suffix}/a`;

        expect(normaliseUrl(url)?.origin).toBe(new URL(url).origin);
      }),
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const read = normaliseUrl(`https://${text}`);

        expect(read === null || read.path.startsWith('/')).toBe(true);
      }),
    );
  });
});
