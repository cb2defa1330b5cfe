import { describe, expect, it } from '@jest/globals';
import { writeClaimHeaders } from '../../../src/authz/claim-headers.ts';

const name = 'x-tenant';

function write(claims: Record<string, unknown>, path: readonly string[] = ['tenant']) {
  return writeClaimHeaders(claims, [{ name, path }]);
}

describe('a claim becomes a header', () => {
  it.each<[string, unknown, string]>([
    ['a string', 'acme', 'acme'],
    ['a number', 42, '42'],
    ['false, which is a value', false, 'false'],
    ['a list', ['a', 'b', 3], 'a, b, 3'],
    ['an object', { id: 7 }, Buffer.from('{"id":7}').toString('base64url')],
    ['a list of objects', [{ a: 1 }], Buffer.from('[{"a":1}]').toString('base64url')],
  ])('%s', (_name, tenant, value) => {
    expect(write({ tenant })).toEqual([[name, value]]);
  });

  it('from inside another', () => {
    expect(write({ org: { tenant: 'acme' } }, ['org', 'tenant'])).toEqual([[name, 'acme']]);
  });
});

describe('a claim gives no header', () => {
  it.each<[string, Record<string, unknown>]>([
    ['when it is absent', {}],
    ['when it is null', { tenant: null }],
    ['when it is empty', { tenant: '' }],
    ['when it is an empty list', { tenant: [] }],
    ['when it would split a header', { tenant: 'a\r\nx-admin: true' }],
    ['when an item would be two', { tenant: ['a,b'] }],
    ['when it is too long', { tenant: 'x'.repeat(9000) }],
    ['when it is only inherited', Object.create({ tenant: 'acme' }) as Record<string, unknown>],
  ])('%s', (_name, claims) => {
    expect(write(claims)).toEqual([]);
  });
});
