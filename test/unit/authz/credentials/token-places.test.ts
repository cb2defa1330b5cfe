import { describe, expect, it } from '@jest/globals';
import { extractCredential } from '../../../../src/authz/extract-credential.ts';
import type { Policy } from '../../../../src/authz/policy.ts';
import type { AuthzRequest } from '../../../../src/authz/request.ts';
import { headersOf, policyOf, requestOf } from '../../../support/builders.ts';

const placesOn: Partial<Policy> = {
  tokenPlaces: {
    headers: ['authorization', 'x-access-token'],
    query: 'access_token',
    cookie: 'token',
    body: 'access_token',
  },
};
const dpopOn: Partial<Policy> = { proof: { ...policyOf().proof, dpop: 'optional' } };
const noHeaders = { headers: headersOf() };

function headers(...pairs: readonly (readonly [string, string])[]): Partial<AuthzRequest> {
  return { headers: headersOf(...pairs) };
}

function extract(request: Partial<AuthzRequest>, policy: Partial<Policy> = placesOn) {
  return extractCredential(requestOf({ ...noHeaders, ...request }), policyOf(policy));
}

describe('takes a token', () => {
  it.each<[string, Partial<AuthzRequest>, object]>([
    [
      'from a header of its own',
      headers(['x-access-token', 'abc']),
      { token: 'abc', place: { kind: 'header', name: 'x-access-token' } },
    ],
    [
      'with its scheme, from a header of its own',
      headers(['x-access-token', 'bearer  abc']),
      { token: 'abc', place: { kind: 'header', name: 'x-access-token' } },
    ],
    [
      'from the query',
      { path: '/a?b=1&access_token=a%2Bb' },
      { token: 'a+b', place: { kind: 'query', names: ['access_token'] } },
    ],
    [
      'from a cookie',
      headers(['cookie', 'a=1; token="abc"']),
      { token: 'abc', place: { kind: 'cookie', name: 'token' } },
    ],
    [
      'from another place, beside a scheme that is off',
      { ...headers(['authorization', 'Negotiate abc']), path: '/a?access_token=x' },
      { token: 'x' },
    ],
  ])('%s', (_name, request, credential) => {
    expect(extract(request)).toMatchObject({
      ok: true,
      value: { kind: 'token', scheme: 'bearer', ...credential },
    });
  });

  it.each(['DPoP abc', 'dpop   abc'])('with a proof of possession: %s', (value) => {
    expect(extract(headers(['authorization', value]), dpopOn)).toEqual({
      ok: true,
      value: {
        kind: 'token',
        scheme: 'dpop',
        token: 'abc',
        place: { kind: 'header', name: 'authorization' },
      },
    });
  });
});

describe('finds nothing', () => {
  it.each<[string, Partial<AuthzRequest>, Partial<Policy>]>([
    ['in a header that is off', headers(['x-access-token', 'abc']), {}],
    ['in a query that is off', { path: '/a?access_token=x' }, {}],
    ['in a cookie that is off', headers(['cookie', 'token=x']), {}],
    [
      'in `Authorization` where that is off',
      headers(['authorization', 'Bearer x']),
      {
        tokenPlaces: { ...policyOf().tokenPlaces, headers: [] },
      },
    ],
    ['of the scheme DPoP where that is off', headers(['authorization', 'DPoP x']), {}],
    ['under a name that is escaped', { path: '/a?access%5Ftoken=x' }, placesOn],
    ['under a name of another case', { path: '/a?Access_Token=x' }, placesOn],
    ['in a fragment of a name', headers(['cookie', 'xtoken=x; token2=y']), placesOn],
    [
      'where no method takes tokens',
      { path: '/a?access_token=x' },
      {
        ...placesOn,
        tokenPlan: { ...policyOf().tokenPlan, verifyJwt: false, introspect: false },
      },
    ],
  ])('%s', (_name, request, policy) => {
    expect(extract(request, policy)).toMatchObject({ stop: { reason: 'credential_missing' } });
  });
});

describe('refuses', () => {
  const good = ['authorization', 'Bearer good'] as const;

  it.each<[string, Partial<AuthzRequest>, string]>([
    ['an empty token header', headers(['x-access-token', '']), 'malformed'],
    ['a token header with a scheme only', headers(['x-access-token', 'Bearer ']), 'malformed'],
    ['another scheme there', headers(['x-access-token', 'Basic YTpi']), 'malformed'],
    ['a blank in the token there', headers(['x-access-token', 'a b']), 'malformed'],
    [
      'two token headers of a name',
      headers(['x-access-token', 'a'], ['x-access-token', 'a']),
      'ambiguous',
    ],
    ['two that Envoy joined', headers(['x-access-token', 'a,b']), 'ambiguous'],
    ['two headers', headers(good, ['x-access-token', 'b']), 'ambiguous'],
    ['a bad second header', headers(good, ['x-access-token', '']), 'malformed'],
    ['an empty query argument', { path: '/a?access_token=' }, 'malformed'],
    ['a query argument without value', { path: '/a?access_token' }, 'malformed'],
    ['a blank in the query argument', { path: '/a?access_token=a+b' }, 'malformed'],
    ['a broken escape', { path: '/a?access_token=%4' }, 'malformed'],
    ['bytes that are not UTF-8', { path: '/a?access_token=%ff' }, 'malformed'],
    ['a NUL', { path: '/a?access_token=a%00' }, 'malformed'],
    ['a fragment', { path: '/a?access_token=a#b' }, 'malformed'],
    ['a query argument twice', { path: '/a?access_token=a&access_token=a' }, 'ambiguous'],
    ['a header and a query argument', { ...headers(good), path: '/?access_token=a' }, 'ambiguous'],
    ['an empty cookie', headers(['cookie', 'token=']), 'malformed'],
    ['a cookie with a comma', headers(['cookie', 'token=a,b']), 'malformed'],
    ['a cookie with lost bytes', headers(['cookie', 'token=a\ufffd']), 'malformed'],
    ['a cookie twice', headers(['cookie', 'token=a; token=a']), 'ambiguous'],
    ['a cookie in two headers', headers(['cookie', 'token=a'], ['cookie', 'token=b']), 'ambiguous'],
    ['a header and a cookie', headers(good, ['cookie', 'token=a']), 'ambiguous'],
    [
      'a query argument and a cookie',
      { ...headers(['cookie', 'token=a']), path: '/?access_token=a' },
      'ambiguous',
    ],
  ])('%s', (_name, request, reason) => {
    expect(extract(request)).toMatchObject({
      ok: false,
      stop: { kind: 'deny', reason: `credential_${reason}` },
    });
  });

  it.each([
    ['no token', 'DPoP', 'malformed'],
    ['a token that is none', 'DPoP "a"', 'malformed'],
    ['two tokens', 'DPoP a,DPoP b', 'ambiguous'],
    ['two schemes', 'Bearer a, DPoP b', 'ambiguous'],
  ])('%s after DPoP', (_name, value, reason) => {
    expect(extract(headers(['authorization', value]), dpopOn)).toMatchObject({
      stop: { reason: `credential_${reason}` },
    });
  });
});
