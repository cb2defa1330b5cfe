import { describe, expect, it } from '@jest/globals';
import type { IdentityProviderConfig } from '../../../src/config/identity-provider-config.ts';
import { loadGood, problemsOf, readFixture, surroundings, write } from './load.ts';

function revealClient({ client }: IdentityProviderConfig): string {
  if (client === null || !('secret' in client)) throw new Error('the client has no secret');
  return client.secret.reveal();
}

describe('loadConfig', () => {
  it('reads the least that works, with every default', () => {
    expect(loadGood(readFixture('minimal.yaml')).config).toMatchObject({
      listen: {
        grpc: {
          address: '127.0.0.1:9001',
          tls: null,
          maxInFlight: 1000,
          maxMessageBytes: 4 * 1024 * 1024,
          keepaliveTimeMs: 30_000,
          keepaliveTimeoutMs: 5000,
          maxConnectionAgeMs: 600_000,
          codec: 'lean',
          reflection: false,
        },
        ops: { address: '127.0.0.1:9090' },
      },
      store: { kind: 'file', path: '/etc/postern/consumers.yaml' },
      identityProviders: [
        {
          issuersAllowed: ['https://login.example.com'],
          discovery: { url: null },
          endpoints: { token: null, jwks: null, introspection: null, authorization: null },
          allowInsecure: false,
          rediscoveryMs: 30_000,
          jwksRefreshMs: 300_000,
          timeoutMs: 2000,
          maxConcurrentCalls: 64,
          client: null,
          introspects: false,
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
          introspectJwtTokens: false,
          maxTokenAgeMs: null,
          tokenTypes: null,
          leewayMs: 5000,
          cache: {
            maxTtlMs: 300_000,
            negativeTtlMs: 10_000,
            staleIfErrorMs: 0,
            maxEntries: 100_000,
            negativeMaxEntries: 10_000,
          },
          consumerClaims: [['client_id']],
          consumerBy: ['custom_id'],
          credentialClaim: [['sub']],
          scopesClaims: [['scope'], ['scp']],
          groupsClaims: [['groups']],
          rolesClaims: [['roles']],
          audienceClaims: [['aud']],
        },
      ],
      services: [
        {
          hosts: [],
          publicUrl: null,
          authMethods: ['bearer'],
          introspectInOrder: false,
          clientCredentials: null,
          password: null,
          session: null,
          bearerTokenParamType: ['header'],
          bearerTokenHeaderNames: ['authorization'],
          bearerTokenCookieName: null,
          bearerTokenParamName: 'access_token',
          proofOfPossessionDpop: 'off',
          proofOfPossessionMtls: 'off',
          dpopUseNonce: false,
          dpopProofLifetimeMs: 60_000,
          audienceRequired: [],
          scopesRequired: [],
          groupsRequired: [],
          rolesRequired: [],
          claimsRequired: [],
          claimsForbidden: [],
          upstreamHeaders: [],
          upstreamAccessToken: false,
          upstreamJwt: null,
          registration: null,
          anonymous: null,
          consumerOptional: false,
          hideCredentials: true,
          runOnPreflight: true,
          exposeReason: false,
          messages: { unauthorized: null, forbidden: null },
          routes: [],
        },
      ],
      session: null,
      upstreamJwt: null,
      sharedKey: null,
      policyByHost: false,
      unavailable: 'denied',
      drainDelayMs: 1000,
      drainTimeoutMs: 5000,
      log: { level: 'info', sampleAllows: 0.1 },
    });
  });

  it('reads the documented file', () => {
    const { config, warnings } = loadGood(readFixture('full.yaml'), surroundings);
    const [okta] = config.identityProviders;
    expect(okta).toMatchObject({
      preset: 'okta',
      audienceRequired: ['api://orders'],
      consumerClaims: [['application_id'], ['cid']],
      scopesClaims: [['scp'], ['scope']],
      client: { id: 'postern', authMethod: 'client_secret_basic' },
      introspects: true,
    });
    expect(revealClient(okta!)).toBe('hunter2');
    expect(config.services).toMatchObject([
      {
        name: 'orders',
        hosts: ['orders.example.com'],
        registration: {
          required: true,
          displayName: 'Orders API',
          autoApprove: false,
          showIssuer: true,
        },
        acl: { type: 'allow', groups: ['gold'] },
        routes: [
          { name: 'orders-admin', open: false, acl: { type: 'allow', groups: ['orders-admin'] } },
          { name: 'orders-health', open: true, acl: null },
        ],
      },
    ]);
    expect(config).toMatchObject({
      session: { cookieSecure: true },
      upstreamJwt: { issuer: 'https://postern.example.com', ttlMs: 60_000 },
    });
    expect(config.session!.keys.map((key) => key.reveal())).toEqual(['hunter2'.repeat(5)]);
    expect(config.upstreamJwt!.keys[0]!.reveal()).toContain('BEGIN PRIVATE KEY');
    expect(config.sharedKey!.reveal()).toBe('hunter2'.repeat(6));
    expect(warnings.map(({ path }) => path)).toEqual([
      'services[0].auth_methods[2]',
      'services[0].routes[1].auth',
    ]);
  });

  it.each([
    ['generic', ['client_id'], ['scope', 'scp'], ['groups'], [['roles']], true],
    ['okta', ['cid', 'client_id'], ['scp', 'scope'], ['groups'], [['roles']], true],
    ['entra', ['azp', 'appid'], ['scp', 'roles'], ['groups'], [['roles']], false],
    ['ping', ['client_id'], ['scope'], ['groups'], [['roles']], true],
    ['keycloak', ['azp', 'client_id'], ['scope'], ['groups'], [['realm_access', 'roles']], true],
    ['auth0', ['azp', 'client_id'], ['scope'], ['groups'], [['roles']], false],
    ['cognito', ['client_id'], ['scope'], ['cognito:groups'], [['roles']], false],
  ])(
    'fills in the claims of the preset %s',
    (preset, consumer, scopes, groups, roles, introspects) => {
      const provider = `preset: ${preset}, client: { id: a, secret: b }`;
      const [found] = loadGood(write({ provider })).config.identityProviders;
      expect(found).toMatchObject({
        consumerClaims: consumer.map((name) => [name]),
        scopesClaims: scopes.map((name) => [name]),
        groupsClaims: groups.map((name) => [name]),
        rolesClaims: roles,
        introspects,
      });
    },
  );

  it('lets written values win over the preset', () => {
    const provider =
      'preset: entra, client: { id: a, secret: b }, endpoints: { introspection: "https://i" }, consumer_claims: [[a, b], c]';
    const [found] = loadGood(write({ provider })).config.identityProviders;
    expect(found).toMatchObject({
      consumerClaims: [['a', 'b'], ['c']],
      scopesClaims: [['scp'], ['roles']],
      introspects: true,
    });
  });

  it('counts the issuer among the accepted ones, once', () => {
    const provider = 'issuers_allowed: ["https://other", "https://idp.example"]';
    const [found] = loadGood(write({ provider })).config.identityProviders;
    expect(found!.issuersAllowed).toEqual(['https://idp.example', 'https://other']);
  });

  it('accepts clear text on this machine, and elsewhere when told to', () => {
    const text = 'endpoints: { jwks: "http://127.0.0.1:1/k", token: "http://[::1]/t" }';
    expect(problemsOf(write({ provider: text }))).toEqual([]);
    const insecure = 'endpoints: { jwks: "http://idp.example/k" }, allow_insecure: true';
    expect(problemsOf(write({ provider: insecure }))).toEqual([]);
  });

  it('makes paths absolute from the folder of the file, and says what it read', () => {
    const files = { '/etc/postern/tls/c.pem': 'C', '/k.pem': 'K', '/etc/ca.pem': 'A' };
    const top =
      'listen: { grpc: { tls: { cert_file: tls/c.pem, key_file: /k.pem, client_ca_file: ../ca.pem } } }';
    const loaded = loadGood(write({ top }), { files });
    expect(loaded.config.listen.grpc.tls).toEqual({
      certFile: '/etc/postern/tls/c.pem',
      keyFile: '/k.pem',
      clientCaFile: '/etc/ca.pem',
    });
    expect(loaded.files).toEqual(Object.keys(files));
  });

  it('reads a secret from its file, without the line break at the end alone', () => {
    const provider = 'client: { id: a, secret_file: s, auth_method: client_secret_post }';
    const files = { '/etc/postern/s': ' hunter2 \r\n' };
    const [found] = loadGood(write({ provider }), { files }).config.identityProviders;
    expect(revealClient(found!)).toBe(' hunter2 ');
    expect(found!.client!.authMethod).toBe('client_secret_post');
  });

  it('writes hosts in lower case', () => {
    const service = 'hosts: [API.Example.com, "*.Example.com", "[::1]", localhost]';
    expect(loadGood(write({ service })).config.services[0]!.hosts).toEqual([
      'api.example.com',
      '*.example.com',
      '[::1]',
      'localhost',
    ]);
  });

  it('takes a variable for one string, however it looks', () => {
    const top = 'log: { level: "${LEVEL:-warn}" }';
    expect(loadGood(write({ top })).config.log.level).toBe('warn');
    expect(problemsOf(write({ top }), { env: { LEVEL: 'info }\npolicy_by_host: true' } })).toEqual([
      'p.yaml:1:15: log.level: expected one of: debug, info, warn, error, silent',
    ]);
  });
});
