import { describe, expect, it } from '@jest/globals';
import { ownedHeaders } from '../../../src/authz/identity-headers.ts';
import { compilePolicies } from '../../../src/config/compile-policies.ts';
import { loadGood, readFixture, surroundings } from './load.ts';

const head = 'store: { redis: { url: "redis://a" } }\n';

function compile(text: string) {
  return compilePolicies(loadGood(text, surroundings).config);
}

describe('compilePolicies', () => {
  const table = compile(readFixture('full.yaml'));
  const orders = table.services.get('orders')!;

  it('makes of a Service what the request path looks up', () => {
    expect(orders.service).toEqual({
      service: 'orders',
      route: null,
      open: false,
      runOnPreflight: true,
      tokenPlan: {
        providers: ['okta'],
        verifyJwt: true,
        introspect: true,
        introspectInOrder: false,
      },
      tokenPlaces: { headers: ['authorization'], query: null, cookie: null, body: null },
      grant: {
        grant: 'client_credentials',
        provider: 'okta',
        basicDecoding: 'auto',
        clientAuthMethod: null,
        places: new Set(['header']),
        parameters: [
          ['scope', 'orders.read'],
          ['audience', 'api://orders'],
          ['tenant', 'a'],
        ],
        consumerClaims: null,
      },
      session: expect.objectContaining({
        service: 'orders',
        cookieName: '__Host-orders_session',
        providers: new Map([['okta', new Set(['https://example.okta.com/oauth2/default'])]]),
      }),
      proof: {
        dpop: 'optional',
        mtls: 'off',
        useNonce: false,
        lifetimeMs: 60_000,
        publicUrl: 'https://orders.example.com',
      },
      providers: new Map([
        [
          'okta',
          {
            name: 'okta',
            leewayMs: 5000,
            issuers: new Set(['https://example.okta.com/oauth2/default']),
            consumerClaims: [['application_id'], ['cid']],
            consumerBy: ['custom_id'],
            credentialClaim: [['sub']],
            scopesClaims: [['scp'], ['scope']],
            groupsClaims: [['groups']],
            rolesClaims: [['roles']],
            audienceClaims: [['aud']],
            audienceRequired: [['api://orders']],
          },
        ],
      ]),
      audienceRequired: [],
      scopesRequired: [['orders.read']],
      groupsRequired: [],
      rolesRequired: [],
      claimsRequired: [{ path: ['org', 'id'], values: new Set(['a', 'b']) }],
      claimsForbidden: [],
      registrationRequired: true,
      acl: {
        type: 'allow',
        groups: new Set(['gold']),
        hideGroupsHeader: false,
        alwaysUseAuthenticatedGroups: false,
      },
      anonymous: null,
      consumerOptional: false,
      hideCredentials: true,
      claimHeaders: [
        { name: 'x-tenant', path: ['tenant_id'] },
        { name: 'x-org', path: ['org', 'id'] },
      ],
      ownedHeaders: new Set([
        ...ownedHeaders,
        'x-tenant',
        'x-org',
        'x-postern-jwt',
        'authorization',
      ]),
      guardedHeaders: new Set([...ownedHeaders, 'x-tenant', 'x-org', 'x-postern-jwt']),
      guardedCookies: new Set(['__Host-orders_session']),
      upstreamAccessToken: true,
      upstreamJwt: { header: 'x-postern-jwt', audience: ['orders'], service: 'orders' },
      resourceMetadata: expect.objectContaining({
        url: 'https://orders.example.com/.well-known/oauth-protected-resource',
      }),
      exposeReason: false,
      messages: { unauthorized: null, forbidden: null },
    });
  });

  it('gives a Route its own rules in place of the Service’s, and all else of the Service', () => {
    expect(orders.routes.get('orders-admin')).toEqual({
      ...orders.service,
      route: 'orders-admin',
      acl: { ...orders.service.acl, groups: new Set(['orders-admin']) },
      scopesRequired: [['orders.admin']],
    });
  });

  it('opens a Route with auth: none, and no other', () => {
    expect(orders.routes.get('orders-health')).toEqual({
      ...orders.service,
      route: 'orders-health',
      open: true,
    });
    expect([...orders.routes.values()].filter(({ open }) => open)).toHaveLength(1);
  });

  it('does not merge flags of the Service’s acl into a Route’s', () => {
    const { services } = compile(`${head}
identity_providers: [{ name: a, issuer: "https://a" }]
services:
  - name: s
    identity_providers: [a]
    acl: { deny: [x], hide_groups_header: true, always_use_authenticated_groups: true }
    routes: [{ name: own, acl: { allow: [y] } }, { name: same }]
`);
    const service = services.get('s')!;
    expect(service.routes.get('own')!.acl).toEqual({
      type: 'allow',
      groups: new Set(['y']),
      hideGroupsHeader: false,
      alwaysUseAuthenticatedGroups: false,
    });
    expect(service.routes.get('same')!.acl).toEqual(service.service.acl);
  });

  it('splits requirements into alternatives of words', () => {
    const { services } = compile(`${head}
identity_providers: [{ name: a, issuer: "https://a", audience_required: [" x  y", z] }]
services:
  - { name: s, identity_providers: [a], scopes_required: ["r w", "admin "], audience_required: ["p\\tq"] }
`);
    const { service } = services.get('s')!;
    expect(service.scopesRequired).toEqual([['r', 'w'], ['admin']]);
    expect(service.audienceRequired).toEqual([['p', 'q']]);
    expect(service.providers.get('a')!.audienceRequired).toEqual([['x', 'y'], ['z']]);
  });

  const two = (byHost: string) => `${head}${byHost}
identity_providers: [{ name: a, issuer: "https://a" }, { name: b, issuer: "https://b" }]
services:
  - { name: s, identity_providers: [b, a], auth_methods: [bearer], hosts: [S.example, "*.Wild.example"] }
  - { name: t, identity_providers: [a], auth_methods: [introspection] }
`;

  it('asks only the providers of a Service, in its order', () => {
    const { services } = compile(two(''));
    expect(services.get('s')!.service.tokenPlan).toMatchObject({
      providers: ['b', 'a'],
      verifyJwt: true,
      introspect: false,
    });
    expect(services.get('t')!.service.tokenPlan).toMatchObject({
      providers: ['a'],
      verifyJwt: false,
      introspect: true,
    });
    expect([...services.get('t')!.service.providers.keys()]).toEqual(['a']);
  });

  it('looks at hosts only with policy_by_host', () => {
    expect(compile(two('')).byHost).toBeNull();
    const { byHost, services } = compile(two('policy_by_host: true'));
    expect([...byHost!.exact]).toEqual([['s.example', services.get('s')]]);
    expect([...byHost!.wildcard]).toEqual([['wild.example', services.get('s')]]);
  });
});
