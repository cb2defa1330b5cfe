import { describe, expect, it } from '@jest/globals';
import { compareTarget } from '../../../../src/oauth/proof/compare-target.ts';

const origin = 'https://api.example';

describe('compareTarget', () => {
  it.each([
    ['the same', `${origin}/orders/1`, '/orders/1', `${origin}/orders`],
    ['the base itself', `${origin}/orders`, '/orders', `${origin}/orders/`],
    ['a query of the request', `${origin}/orders/1`, '/orders/1?a=https://b/', `${origin}/orders`],
    ['a query and a fragment of htu', `${origin}/orders/1?b#c`, '/orders/1', `${origin}/orders`],
    ['a public_url without a path', `${origin}/orders/1`, '/orders/1', origin],
    ['other spellings', 'HTTPS://API.example:443/%6frders/./1', '/orders/%31', `${origin}/orders`],
    ['a path with two slashes', `${origin}//orders`, '//orders', origin],
  ])('accepts %s', (_name, htu, path, publicUrl) => {
    expect(compareTarget(htu, path, publicUrl)).toBeNull();
  });

  it.each([
    ['another scheme', 'http://api.example/orders/1', '/orders/1', 'another scheme, host or port'],
    ['another host', 'https://evil.example/orders/1', '/orders/1', 'another scheme, host or port'],
    ['another port', `${origin}:8443/orders/1`, '/orders/1', 'another scheme, host or port'],
    ['another path', `${origin}/orders/2`, '/orders/1', 'another path'],
    ['a trailing slash', `${origin}/orders/1/`, '/orders/1', 'another path'],
    ['an encoded slash', `${origin}/orders%2F1`, '/orders/1', 'another path'],
    ['another case of the path', `${origin}/ORDERS/1`, '/orders/1', 'another path'],
    ['a path alone', '/orders/1', '/orders/1', 'htu is no URL'],
    ['a request elsewhere', `${origin}/bills`, '/bills', 'not below public_url'],
    ['a request beside', `${origin}/orders-old`, '/orders-old', 'not below public_url'],
    ['a request that climbs out', `${origin}/bills`, '/orders/../bills', 'not below public_url'],
    ['OPTIONS for all', `${origin}/orders`, '*', 'cannot be compared'],
  ])('refuses %s', (_name, htu, path, problem) => {
    expect(compareTarget(htu, path, `${origin}/orders`)).toContain(problem);
  });

  it.each([[null], ['not a URL']])('refuses all where public_url is %p', (publicUrl) => {
    expect(compareTarget(`${origin}/`, '/', publicUrl)).toBe('no public_url to compare htu with');
  });
});
