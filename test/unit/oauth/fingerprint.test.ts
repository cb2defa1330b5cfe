import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Secret } from '../../../src/lib/secret.ts';
import { fingerprintProvider } from '../../../src/oauth/fingerprint.ts';
import { hashParts } from '../../../src/oauth/hash-parts.ts';
import type { ProviderOptions } from '../../../src/oauth/provider-options.ts';

const base: ProviderOptions = {
  name: 'idp',
  issuer: 'https://idp.example',
  issuersAllowed: ['https://idp.example'],
  discovery: { url: null },
  endpoints: { token: null, jwks: null, introspection: null },
  allowInsecure: false,
  rediscoveryMs: 30_000,
  jwksRefreshMs: 300_000,
  timeoutMs: 2000,
  maxConcurrentCalls: 64,
  client: { id: 'a', secret: new Secret('b'), authMethod: 'client_secret_basic' },
  introspects: true,
  introspectJwtTokens: false,
  algorithms: ['RS256', 'ES256'],
  tokenTypes: null,
  leewayMs: 5000,
  cache: {
    maxTtlMs: 1,
    negativeTtlMs: 2,
    staleIfErrorMs: 3,
    maxEntries: 4,
    negativeMaxEntries: 5,
  },
};
const { client } = base;

describe('fingerprintProvider', () => {
  it.each<[string, Partial<ProviderOptions>]>([
    ['name', { name: 'other' }],
    ['issuer', { issuer: 'https://idp.example/' }],
    ['issuersAllowed', { issuersAllowed: ['https://idp.example', 'https://b.example'] }],
    ['discovery', { discovery: null }],
    ['discovery url', { discovery: { url: 'https://idp.example/x' } }],
    ['jwks', { endpoints: { ...base.endpoints, jwks: 'https://idp.example/x' } }],
    ['introspection', { endpoints: { ...base.endpoints, introspection: 'https://idp.example/x' } }],
    ['token', { endpoints: { ...base.endpoints, token: 'https://idp.example/x' } }],
    ['allowInsecure', { allowInsecure: true }],
    ['rediscoveryMs', { rediscoveryMs: 1 }],
    ['jwksRefreshMs', { jwksRefreshMs: 1 }],
    ['timeoutMs', { timeoutMs: 1 }],
    ['maxConcurrentCalls', { maxConcurrentCalls: 1 }],
    ['client', { client: null }],
    ['client id', { client: { ...client!, id: 'ab' } }],
    ['client secret', { client: { ...client!, secret: new Secret('c') } }],
    ['client authMethod', { client: { ...client!, authMethod: 'client_secret_post' } }],
    ['introspects', { introspects: false }],
    ['introspectJwtTokens', { introspectJwtTokens: true }],
    ['algorithms', { algorithms: ['RS256'] }],
    ['tokenTypes', { tokenTypes: ['at+jwt'] }],
    ['leewayMs', { leewayMs: 0 }],
    ['cache', { cache: { ...base.cache, maxTtlMs: 0 } }],
  ])('changes with %s', (_name, change) => {
    expect(fingerprintProvider({ ...base, ...change })).not.toBe(fingerprintProvider(base));
  });

  it('is the same for the same options, and shows no secret', () => {
    const again = { ...base, client: { ...client!, secret: new Secret('b') } };

    expect(fingerprintProvider(again)).toBe(fingerprintProvider(base));
    expect(fingerprintProvider(base)).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });
});

describe('hashParts', () => {
  it('tells lists apart that only differ in where one part ends', () => {
    const lists = fc.array(fc.string(), { maxLength: 4 });
    fc.assert(
      fc.property(lists, lists, (one, other) => {
        const same = JSON.stringify(one) === JSON.stringify(other);
        expect(hashParts(one) === hashParts(other)).toBe(same);
      }),
    );
    expect(hashParts(['ab', 'c'])).not.toBe(hashParts(['a', 'bc']));
    expect(hashParts(['1:a'])).not.toBe(hashParts(['a']));
  });
});
