import { describe, expect, it } from '@jest/globals';
import { fc } from '../../support/properties.ts';
import { Secret } from '../../../src/lib/secret.ts';
import { fingerprintProvider } from '../../../src/oauth/fingerprint.ts';
import { hashParts } from '../../../src/oauth/hash-parts.ts';
import type {
  ClientKey,
  ProviderClient,
  ProviderOptions,
} from '../../../src/oauth/provider-options.ts';

type SecretClient = Extract<ProviderClient, { readonly secret: Secret }>;

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
  client: clientOf('b'),
  tls: { ca: null },
  proxy: { http: null, https: null, noProxy: [] },
  introspection: {
    hint: 'access_token',
    accept: 'application/json',
    headers: [],
    parameters: [],
    tokenParameter: 'token',
  },
  extraJwksUris: [],
  maxTokenAgeMs: null,
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
const { proxy, introspection } = base;

function clientOf(secret: string, more: Partial<SecretClient> = {}): SecretClient {
  return { authMethod: 'client_secret_basic', id: 'a', secret: new Secret(secret), ...more };
}

function keyClient(more: Partial<ClientKey> = {}): ProviderClient {
  const privateKey = { pem: new Secret('b'), keyId: null, algorithm: null, ...more };
  return { authMethod: 'private_key_jwt', id: 'a', privateKey };
}

function certificateClient(cert: string, key: string): ProviderClient {
  const certificate = { cert, key: new Secret(key) };
  return { authMethod: 'tls_client_auth', id: 'a', certificate };
}

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
    ['client id', { client: clientOf('b', { id: 'ab' }) }],
    ['client secret', { client: clientOf('c') }],
    ['client authMethod', { client: clientOf('b', { authMethod: 'client_secret_jwt' }) }],
    ['a public client', { client: { authMethod: 'none', id: 'a' } }],
    ['ca', { tls: { ca: 'PEM' } }],
    ['http proxy', { proxy: { ...proxy, http: new Secret('http://a:b@proxy.example') } }],
    ['https proxy', { proxy: { ...proxy, https: new Secret('http://a:b@proxy.example') } }],
    ['noProxy', { proxy: { ...proxy, noProxy: ['idp.example'] } }],
    ['hint', { introspection: { ...introspection, hint: null } }],
    ['accept', { introspection: { ...introspection, accept: 'application/jwt' } }],
    ['headers', { introspection: { ...introspection, headers: [['x', new Secret('y')]] } }],
    ['parameters', { introspection: { ...introspection, parameters: [['x', new Secret('y')]] } }],
    ['tokenParameter', { introspection: { ...introspection, tokenParameter: 'x' } }],
    ['extraJwksUris', { extraJwksUris: ['https://idp.example/x'] }],
    ['maxTokenAgeMs', { maxTokenAgeMs: 1 }],
    ['introspects', { introspects: false }],
    ['introspectJwtTokens', { introspectJwtTokens: true }],
    ['algorithms', { algorithms: ['RS256'] }],
    ['tokenTypes', { tokenTypes: ['at+jwt'] }],
    ['leewayMs', { leewayMs: 0 }],
    ['cache', { cache: { ...base.cache, maxTtlMs: 0 } }],
  ])('changes with %s', (_name, change) => {
    expect(fingerprintProvider({ ...base, ...change })).not.toBe(fingerprintProvider(base));
  });

  it.each<[string, ProviderClient, ProviderClient]>([
    ['key', keyClient(), keyClient({ pem: new Secret('c') })],
    ['key id', keyClient(), keyClient({ keyId: 'k' })],
    ['algorithm', keyClient(), keyClient({ algorithm: 'ES256' })],
    ['certificate', certificateClient('b', 'c'), certificateClient('d', 'c')],
    ['key of the certificate', certificateClient('b', 'c'), certificateClient('b', 'd')],
  ])('changes with the %s of the client', (_name, client, other) => {
    expect(fingerprintProvider({ ...base, client })).not.toBe(
      fingerprintProvider({ ...base, client: other }),
    );
  });

  it('is the same for the same options, and shows no secret', () => {
    const again = { ...base, client: clientOf('b') };

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
