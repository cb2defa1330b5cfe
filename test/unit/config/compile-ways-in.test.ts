import { describe, expect, it } from '@jest/globals';
import { ownedHeaders } from '../../../src/authz/identity-headers.ts';
import type { AuthMethod } from '../../../src/authz/token.ts';
import type { Policy } from '../../../src/authz/policy.ts';
import { compilePolicies } from '../../../src/config/compile-policies.ts';
import { loadGood, write, type Parts } from './load.ts';

function compile(parts: Parts): Policy {
  return compilePolicies(loadGood(write(parts)).config).services.get('orders')!.service;
}

describe('compilePolicies: where tokens stand', () => {
  it.each([
    [
      'bearer_token_param_type: [query]',
      { headers: [], query: 'access_token', cookie: null, body: null },
    ],
    [
      'bearer_token_param_type: [header, cookie], bearer_token_header_names: [X-Token, authorization], bearer_token_cookie_name: t',
      { headers: ['x-token', 'authorization'], query: null, cookie: 't', body: null },
    ],
    [
      'bearer_token_param_type: [body], bearer_token_param_name: token, hide_credentials: false',
      { headers: [], query: null, cookie: null, body: 'token' },
    ],
    // A name that no place asks for opens none.
    [
      'bearer_token_cookie_name: t',
      { headers: ['authorization'], query: null, cookie: null, body: null },
    ],
  ])('%s', (service, places) => {
    expect(compile({ service }).tokenPlaces).toEqual(places);
  });
});

describe('compilePolicies: grants', () => {
  const methods = 'auth_methods: [client_credentials]';

  it('has the defaults where the file names the method alone', () => {
    expect(compile({ service: methods }).grant).toEqual({
      grant: 'client_credentials',
      provider: 'main',
      basicDecoding: 'auto',
      clientAuthMethod: null,
      places: new Set(['header']),
      parameters: [],
      consumerClaims: null,
    });
  });

  it('asks for scopes in one argument, then audiences, resources and the rest', () => {
    const service = `${methods}, client_credentials: { args: { z: "1", a: "2" }, resource: "urn:r", audience: [x, y], scopes: [s, t], param_type: [query], basic_decoding: raw }`;
    expect(compile({ service }).grant).toMatchObject({
      basicDecoding: 'raw',
      clientAuthMethod: null,
      places: new Set(['query']),
      parameters: [
        ['scope', 's t'],
        ['audience', 'x'],
        ['audience', 'y'],
        ['resource', 'urn:r'],
        ['z', '1'],
        ['a', '2'],
      ],
    });
  });

  it('shows pairs to the provider that is named, and to no other', () => {
    const provider = 'client: { id: a, secret: b } }\n  - { name: other, issuer: "https://other"';
    const text = write({
      provider,
      service:
        'hosts: [a] }\n  - { name: two, identity_providers: [main, other], auth_methods: [password], password: { identity_provider: main, consumer_claims: [[a, b], c] }',
    });
    const { grant } = compilePolicies(loadGood(text).config).services.get('two')!.service;
    expect(grant).toMatchObject({
      grant: 'password',
      provider: 'main',
      consumerClaims: [['a', 'b'], ['c']],
    });
  });
});

describe('compilePolicies: sessions', () => {
  const service = 'auth_methods: [bearer, session]';

  it('has the defaults where the file says nothing of them', () => {
    expect(compile({ service }).session).toEqual({
      service: 'orders',
      storage: 'cookie',
      cookieName: '__Host-postern_session',
      cookiePath: '/',
      cookieDomain: null,
      secure: true,
      sameSite: 'Lax',
      openedBy: new Set(['bearer']),
      idleMs: 900_000,
      absoluteMs: 86_400_000,
      providers: new Map([['main', new Set(['https://idp.example'])]]),
      claimNames: [
        ...['aud', 'azp', 'client_id', 'exp', 'groups', 'iat', 'iss', 'jti', 'nbf', 'roles'],
        ...['scope', 'scp', 'sub'],
      ],
      logout: null,
    });
  });

  it('lets a Service differ in what it names, and in nothing else', () => {
    const top =
      'session: { cookie_name: a, cookie_domain: example.com, idle_timeout: 1m, absolute_timeout: 1h, logout: { path: /out } }';
    const own = `${service}, session: { cookie_name: b, cookie_domain: null, cookie_path: /p, absolute_timeout: 2h, opened_by: [bearer], cookie_same_site: Strict }`;
    expect(compile({ top, service: own }).session).toMatchObject({
      storage: 'cookie',
      secure: true,
      cookieName: '__Secure-b',
      cookiePath: '/p',
      cookieDomain: null,
      sameSite: 'Strict',
      openedBy: new Set(['bearer']),
      idleMs: 60_000,
      absoluteMs: 7_200_000,
      logout: { path: '/out', methods: new Set(['POST', 'DELETE']), redirect: null },
    });
  });

  it.each<[string, AuthMethod[]]>([
    ['auth_methods: [bearer, introspection, session]', ['bearer', 'introspection']],
    ['auth_methods: [introspection, session]', ['introspection']],
    [
      'auth_methods: [bearer, session], session: { opened_by: [password, bearer, client_credentials] }',
      ['bearer'],
    ],
    ['auth_methods: [password, session], session: { opened_by: [password, bearer] }', ['password']],
  ])('lets no method open any, or keep any open, that is off: %s', (service, methods) => {
    const provider = 'client: { id: a, secret: b }';
    expect(compile({ provider, service }).session!.openedBy).toEqual(new Set(methods));
  });

  it.each([
    ['cookie', '', 'storage: redis'],
    ['redis', '', 'storage: cookie'],
    ['cookie', 'cookie_secure: false', 'cookie_secure: true'],
    ['cookie', 'cookie_same_site: None', 'cookie_same_site: Lax, cookie_secure: false'],
  ] as const)('lets a Service say it after "storage: %s, %s": %s', (storage, top, own) => {
    const secure = !own.includes('cookie_secure: false');
    const session = compile({
      store: 'redis: { url: "redis://127.0.0.1" }',
      top: `session: { storage: ${storage}${top === '' ? '' : `, ${top}`} }`,
      service: `${service}, session: { ${own} }`,
    }).session!;

    expect(session).toMatchObject({
      storage: /storage: (\w+)/.exec(own)?.[1] ?? storage,
      secure,
      cookieName: secure ? '__Host-postern_session' : 'postern_session',
    });
  });

  it('can take a logout away from a Service', () => {
    const top = 'session: { logout: { path: /out } }';
    expect(compile({ top, service: `${service}, session: { logout: null }` }).session!.logout).toBe(
      null,
    );
  });

  it.each([
    ['', '__Host-postern_session'],
    ['cookie_domain: example.com', '__Secure-postern_session'],
    ['cookie_path: /api', '__Secure-postern_session'],
    ['cookie_secure: false', 'postern_session'],
    ['cookie_secure: false, cookie_path: /api', 'postern_session'],
  ])('names the cookie of "%s" %s', (keys, name) => {
    expect(compile({ top: `session: { ${keys} }`, service }).session!.cookieName).toBe(name);
  });

  it('keeps every claim that a rule of the Service or of a Route can look at', () => {
    const parts = {
      provider:
        'client: { id: a, secret: b }, consumer_claims: [a, [b, c]], credential_claim: [d], scopes_claims: [e], groups_claims: [[f, g]], roles_claims: [h], audience_claims: [i]',
      service:
        'auth_methods: [password, bearer, session], claims_required: [j, { claim: [k, l] }], claims_forbidden: [m], upstream_headers: { x-n: [n, o] }, password: { consumer_claims: [p] }, routes: [{ name: r, claims_required: [q], claims_forbidden: [{ claim: r, values: [1] }] }]',
    };
    const names = compile(parts).session!.claimNames;
    expect(names).toEqual([...names].sort());
    expect(names.filter((name) => name.length === 1).join('')).toBe('abdefhijkmnpqr');
  });
});

describe('compilePolicies: what is asked of a token', () => {
  it('takes a claim by its name, or one of its values', () => {
    const { claimsRequired, claimsForbidden } = compile({
      service:
        'claims_required: [a, { claim: [b, c], values: [x, 1, true] }], claims_forbidden: [{ claim: d }]',
    });
    expect(claimsRequired).toEqual([
      { path: ['a'], values: null },
      { path: ['b', 'c'], values: new Set(['x', '1', 'true']) },
    ]);
    expect(claimsForbidden).toEqual([{ path: ['d'], values: null }]);
  });

  it('gives a Route its own rules in place of the Service’s, and the Service’s where it has none', () => {
    const service =
      'audience_required: [a], scopes_required: [b], groups_required: [c], roles_required: [d], claims_required: [e], claims_forbidden: [f], routes: [{ name: same }, { name: own, audience_required: [], scopes_required: ["g h"], groups_required: [i], roles_required: [j], claims_required: [], claims_forbidden: [k] }]';
    const text = write({ service });
    const { service: policy, routes } = compilePolicies(loadGood(text).config).services.get(
      'orders',
    )!;
    expect(routes.get('same')).toEqual({ ...policy, route: 'same' });
    expect(routes.get('own')).toEqual({
      ...policy,
      route: 'own',
      audienceRequired: [],
      scopesRequired: [['g', 'h']],
      groupsRequired: [['i']],
      rolesRequired: [['j']],
      claimsRequired: [],
      claimsForbidden: [{ path: ['k'], values: null }],
    });
  });
});

describe('compilePolicies: what the upstream gets', () => {
  const parts = {
    top: 'upstream_jwt: { issuer: "https://postern.example" }',
    service:
      'upstream_headers: { X-Tenant: [org, id] }, upstream_access_token: true, upstream_jwt: {} }\n  - { name: two, identity_providers: [main], upstream_headers: { x-role: role }, upstream_jwt: { header: X-Two, audience: [a] }',
  };
  const { services } = compilePolicies(loadGood(write(parts)).config);
  const orders = services.get('orders')!.service;
  const two = services.get('two')!.service;

  it('writes header names in lower case, and the Service for the audience', () => {
    expect(orders).toMatchObject({
      claimHeaders: [{ name: 'x-tenant', path: ['org', 'id'] }],
      upstreamAccessToken: true,
      upstreamJwt: { header: 'x-postern-jwt', audience: ['orders'], service: 'orders' },
    });
    expect(two.upstreamJwt).toEqual({ header: 'x-two', audience: ['a'], service: 'two' });
  });

  it('owns the headers of a Service, and guards those of all', () => {
    expect(two.ownedHeaders).toEqual(new Set([...ownedHeaders, 'x-role', 'x-two']));
    const all = new Set([...ownedHeaders, 'x-tenant', 'x-postern-jwt', 'x-role', 'x-two']);
    expect(orders.guardedHeaders).toEqual(all);
    expect(two.guardedHeaders).toBe(orders.guardedHeaders);
  });
});

describe('compilePolicies: proofs', () => {
  it('takes the modes, and the address without a slash at its end', () => {
    const service =
      'public_url: "HTTPS://API.example:443/v1/", proof_of_possession_dpop: required, proof_of_possession_mtls: optional, dpop_use_nonce: true, dpop_proof_lifetime: 30s';
    expect(compile({ service }).proof).toEqual({
      dpop: 'required',
      mtls: 'optional',
      useNonce: true,
      lifetimeMs: 30_000,
      publicUrl: 'https://api.example/v1',
    });
  });
});
