import { describe, expect, it } from '@jest/globals';
import { fc } from '../../support/properties.ts';
import { checkClaims, meets } from '../../../src/authz/check-claims.ts';
import { readFirstClaim, readWords } from '../../../src/authz/claims.ts';
import type { ClaimRule, Policy, ProviderPolicy } from '../../../src/authz/policy.ts';
import { policyOf, providerPolicyOf, tokenOf } from '../../support/builders.ts';

function judge(claims: Record<string, unknown>, needs: { aud?: string[]; scope?: string[] }) {
  const words = (items: string[] = []) => items.map((item) => item.split(' '));
  return checkClaims(
    tokenOf(claims),
    providerPolicyOf({ audienceRequired: words(needs.aud) }),
    policyOf({ scopesRequired: words(needs.scope) }),
  );
}

describe('audience', () => {
  it.each<[string, unknown, string[], boolean]>([
    ['a string', 'api', ['api'], true],
    ['one of an array', ['x', 'api'], ['api'], true],
    ['one of the alternatives', 'b', ['a', 'b'], true],
    ['all words of an alternative', ['a', 'b'], ['a b'], true],
    ['only one word of an alternative', ['a'], ['a b'], false],
    ['a string that holds the words', 'a b', ['a b'], false],
    ['another case', 'API', ['api'], false],
    ['a prefix', 'api://orders', ['api://'], false],
    ['absent', undefined, ['api'], false],
    ['null', null, ['api'], false],
    ['an object', { api: true }, ['api'], false],
    ['a nested array', [['api']], ['api'], false],
    ['absent, not required', undefined, [], true],
  ])('%s', (_name, aud, required, accepted) => {
    const judged = judge({ aud }, { aud: required });

    expect(judged.ok).toBe(accepted);
    if (!judged.ok) expect(judged.stop.reason).toBe('token_audience_mismatch');
  });
});

describe('scopes', () => {
  it.each<[string, Record<string, unknown>, string[], boolean]>([
    ['a string', { scope: 'a b' }, ['b'], true],
    ['an array', { scp: ['a', 'b'] }, ['a b'], true],
    ['the first claim that is present wins', { scp: 'a', scope: 'b' }, ['b'], false],
    ['null counts as absent', { scp: null, scope: 'b' }, ['b'], true],
    ['the strings of a mixed array', { scope: ['a', 1] }, ['a'], true],
    ['what is no string there', { scope: ['a', 1] }, ['1'], false],
    ['a number', { scope: 1 }, ['1'], false],
    ['absent', {}, ['a'], false],
  ])('%s', (_name, claims, required, accepted) => {
    const judged = judge(claims, { scope: required });

    expect(judged.ok).toBe(accepted);
    if (!judged.ok) expect(judged.stop.reason).toBe('scope_insufficient');
  });

  it('a requirement is an OR of ANDs', () => {
    const word = fc.constantFrom('a', 'b', 'c', 'd');
    fc.assert(
      fc.property(fc.array(word), fc.array(fc.array(word, { minLength: 1 })), (has, needs) => {
        const expected =
          needs.length === 0 || needs.some((all) => all.every((need) => has.includes(need)));
        expect(meets(new Set(has), needs)).toBe(expected);
      }),
    );
  });
});

describe('a refusal names what is configured, and nothing of the token:', () => {
  const token = tokenOf({ aud: 'secret-aud', scope: 'secret-scope' });
  const many = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((word) => [word]);

  it.each<[string, Partial<ProviderPolicy>, Partial<Policy>, string]>([
    [
      'the audience of a provider',
      { name: 'okta', audienceRequired: [['api://orders']] },
      { audienceRequired: [['x']] },
      'identity provider okta requires audience api://orders',
    ],
    [
      'the audience of a Service',
      { audienceRequired: [['secret-aud']] },
      { audienceRequired: [['a', 'b'], ['c']] },
      'the Service requires audience a b or c',
    ],
    [
      'the scope of a Service',
      {},
      { scopesRequired: [['orders.read']] },
      'the Service requires scope orders.read',
    ],
    [
      'the scope of a Route, five alternatives of many',
      {},
      { route: 'admin', scopesRequired: many },
      'the Route requires scope a or b or c or d or e or one of 2 more',
    ],
  ])('%s', (_name, provider, policy, detail) => {
    expect(checkClaims(token, providerPolicyOf(provider), policyOf(policy))).toMatchObject({
      stop: { detail },
    });
  });
});

describe('groups and roles', () => {
  const provider = providerPolicyOf({ rolesClaims: [['realm_access', 'roles']] });
  const policy = policyOf({
    groupsRequired: [['gold'], ['silver', 'eu']],
    rolesRequired: [['admin']],
  });

  it.each<[string, Record<string, unknown>, boolean]>([
    ['one of each', { groups: ['gold'], realm_access: { roles: ['admin', 'x'] } }, true],
    ['all of an alternative', { groups: 'silver eu', realm_access: { roles: 'admin' } }, true],
    ['one of two groups', { groups: ['silver'], realm_access: { roles: ['admin'] } }, false],
    ['no groups', { realm_access: { roles: ['admin'] } }, false],
    ['another role', { groups: ['gold'], realm_access: { roles: ['reader'] } }, false],
    ['roles elsewhere', { groups: ['gold'], roles: ['admin'] }, false],
  ])('%s', (_name, claims, accepted) => {
    const judged = checkClaims(tokenOf(claims), provider, policy);

    expect(judged.ok).toBe(accepted);
    if (!judged.ok) expect(judged.stop.reason).toBe('claim_refused');
  });
});

describe('required and forbidden claims', () => {
  const rule = (path: string[], ...values: string[]): ClaimRule => ({
    path,
    values: values.length === 0 ? null : new Set(values),
  });

  it.each<[string, Partial<Policy>, boolean]>([
    ['a claim that is there', { claimsRequired: [rule(['tenant'])] }, true],
    ['one of the values', { claimsRequired: [rule(['tenant'], 'globex', 'acme')] }, true],
    ['a nested one', { claimsRequired: [rule(['org', 'id'], '7')] }, true],
    ['one in a list', { claimsRequired: [rule(['amr'], 'mfa')] }, true],
    ['false, which is a value', { claimsRequired: [rule(['trial'], 'false')] }, true],
    ['one that is absent', { claimsRequired: [rule(['missing'])] }, false],
    ['null, which is absent', { claimsRequired: [rule(['nothing'])] }, false],
    ['another value', { claimsRequired: [rule(['tenant'], 'Acme')] }, false],
    ['a part of the value', { claimsRequired: [rule(['tenant'], 'acm')] }, false],
    ['an object', { claimsRequired: [rule(['org'], '[object Object]')] }, false],
    ['every rule', { claimsRequired: [rule(['tenant']), rule(['missing'])] }, false],
    ['a forbidden claim', { claimsForbidden: [rule(['trial'])] }, false],
    ['a forbidden value', { claimsForbidden: [rule(['amr'], 'pwd')] }, false],
    ['a forbidden value that may be inside', { claimsForbidden: [rule(['org'], 'globex')] }, false],
    ['another than the forbidden value', { claimsForbidden: [rule(['tenant'], 'globex')] }, true],
    ['nothing forbidden', { claimsForbidden: [rule(['missing']), rule(['nothing'])] }, true],
  ])('%s', (_name, fields, accepted) => {
    const claims = {
      tenant: 'acme',
      org: { id: 7 },
      amr: ['pwd', 'mfa'],
      trial: false,
      nothing: null,
    };
    const judged = checkClaims(tokenOf(claims), providerPolicyOf(), policyOf(fields));

    expect(judged.ok).toBe(accepted);
    if (!judged.ok) expect(judged.stop.reason).toBe('claim_refused');
  });

  it('are refused without telling a value of the token', () => {
    const policy = policyOf({ claimsRequired: [rule(['tenant'], 'globex')] });
    const judged = checkClaims(tokenOf({ tenant: 'secret-tenant' }), providerPolicyOf(), policy);

    expect(judged).toMatchObject({ stop: { detail: 'a configured value of tenant is required' } });
  });
});

describe('claims', () => {
  const claims = JSON.parse(
    '{"realm_access":{"roles":["a"]},"__proto__":{"x":"y"},"n":null,"s":"  a  b "}',
  ) as Record<string, unknown>;

  it.each<[string[][], unknown]>([
    [[['realm_access', 'roles']], ['a']],
    [[['constructor']], undefined],
    [[['toString']], undefined],
    [[['__proto__', 'x']], 'y'],
    [[['realm_access', 'length']], undefined],
    [[['s', 'length']], undefined],
    [[['n']], undefined],
    [[['n'], ['s']], '  a  b '],
    [[], undefined],
  ])('reads %j', (paths, expected) => {
    expect(readFirstClaim(claims, paths)).toEqual(expected);
  });

  it('splits words at blanks', () => {
    expect(readWords(claims, [['s']])).toEqual(['a', 'b']);
  });
});
