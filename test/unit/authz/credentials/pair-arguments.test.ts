import { describe, expect, it } from '@jest/globals';
import { extractCredential } from '../../../../src/authz/extract-credential.ts';
import type { GrantPlan } from '../../../../src/authz/policy.ts';
import { grantOf, headersOf, policyOf, requestOf } from '../../../support/builders.ts';

function extract(query: string, fields: Partial<GrantPlan> = {}, authorization?: string) {
  const headers = headersOf(
    ...(authorization === undefined ? [] : [['authorization', authorization] as const]),
  );
  const grant = grantOf({ places: new Set(['header', 'query']), ...fields });
  return extractCredential(requestOf({ path: `/a?${query}`, headers }), policyOf({ grant }));
}

describe('takes from the query', () => {
  it('a client', () => {
    expect(extract('b=1&client_secret=x+y&client_id=%3A%C3%A9')).toEqual({
      ok: true,
      value: {
        kind: 'pair',
        pair: { id: ':é', secret: 'x y' },
        alternative: null,
        place: { kind: 'query', names: ['client_id', 'client_secret'] },
      },
    });
  });

  it('a user, for the password grant', () => {
    expect(extract('username=u&password=p&client_id=a', { grant: 'password' })).toMatchObject({
      value: {
        pair: { id: 'u', secret: 'p' },
        place: { kind: 'query', names: ['username', 'password'] },
      },
    });
  });
});

describe('finds nothing', () => {
  it.each<[string, string, Partial<GrantPlan>]>([
    ['in an id alone', 'client_id=a', {}],
    ['in two ids', 'client_id=a&client_id=b', {}],
    ['in the arguments of the other grant', 'username=u&password=p', {}],
    ['in a client, for the password grant', 'client_id=a&client_secret=b', { grant: 'password' }],
    ['under escaped names', 'client%5Fid=a&client%5Fsecret=b', {}],
    ['where the query is off', 'client_id=a&client_secret=b', { places: new Set(['header']) }],
  ])('%s', (_name, query, fields) => {
    expect(extract(query, fields)).toMatchObject({ stop: { reason: 'credential_missing' } });
  });
});

describe('refuses', () => {
  it.each([
    ['a secret alone', 'client_secret=b', 'malformed'],
    ['a secret whose id has an escaped name', 'client%5Fid=a&client_secret=b', 'malformed'],
    ['an empty id', 'client_id=&client_secret=b', 'malformed'],
    ['an empty secret', 'client_id=a&client_secret=', 'malformed'],
    ['a secret without value', 'client_id=a&client_secret', 'malformed'],
    ['a broken escape', 'client_id=a&client_secret=%4', 'malformed'],
    ['bytes that are not UTF-8', 'client_id=%ff&client_secret=b', 'malformed'],
    ['a control character', 'client_id=a&client_secret=b%0a', 'malformed'],
    ['a secret too long', `client_id=a&client_secret=${'b'.repeat(4096)}`, 'malformed'],
    ['two ids', 'client_id=a&client_id=a&client_secret=b', 'ambiguous'],
    ['two secrets', 'client_id=a&client_secret=b&client_secret=b', 'ambiguous'],
  ])('%s', (_name, query, reason) => {
    expect(extract(query)).toMatchObject({ stop: { reason: `credential_${reason}` } });
  });

  it.each(['Basic YTpi', 'Bearer x'])('a second credential: %s', (authorization) => {
    expect(extract('client_id=a&client_secret=b', {}, authorization)).toMatchObject({
      stop: { reason: 'credential_ambiguous' },
    });
  });
});
