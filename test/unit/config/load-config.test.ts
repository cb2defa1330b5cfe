import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { load, loadGood, problemsOf, readFixture, write } from './load.ts';

const env = { OKTA_SECRET: 'hunter2' };

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
          reflection: false,
        },
        ops: { address: '127.0.0.1:9090' },
      },
      store: { kind: 'file', path: '/etc/postern/consumers.yaml' },
      identityProviders: [
        {
          issuersAllowed: ['https://login.example.com'],
          discovery: { url: null },
          endpoints: { token: null, jwks: null, introspection: null },
          allowInsecure: false,
          rediscoveryMs: 30_000,
          jwksRefreshMs: 300_000,
          timeoutMs: 2000,
          maxConcurrentCalls: 64,
          client: null,
          introspects: false,
          introspectJwtTokens: false,
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
        },
      ],
      services: [
        {
          hosts: [],
          introspectInOrder: false,
          scopesRequired: [],
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
      policyByHost: false,
      unavailable: 'denied',
      drainDelayMs: 1000,
      drainTimeoutMs: 5000,
      log: { level: 'info', sampleAllows: 0.1 },
    });
  });

  it('reads the documented file', () => {
    const { config, warnings } = loadGood(readFixture('full.yaml'), { env });
    const [okta] = config.identityProviders;
    expect(okta).toMatchObject({
      preset: 'okta',
      audienceRequired: ['api://orders'],
      consumerClaims: [['application_id'], ['cid']],
      scopesClaims: [['scp'], ['scope']],
      client: { id: 'postern', authMethod: 'client_secret_basic' },
      introspects: true,
    });
    expect(okta!.client!.secret.reveal()).toBe('hunter2');
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
    expect(warnings.map(({ path }) => path)).toEqual(['services[0].routes[1].auth']);
  });

  it.each([
    ['generic', ['client_id'], ['scope', 'scp'], ['groups'], true],
    ['okta', ['cid', 'client_id'], ['scp', 'scope'], ['groups'], true],
    ['entra', ['azp', 'appid'], ['scp', 'roles'], ['groups'], false],
    ['ping', ['client_id'], ['scope'], ['groups'], true],
    ['keycloak', ['azp', 'client_id'], ['scope'], ['groups'], true],
    ['auth0', ['azp', 'client_id'], ['scope'], ['groups'], false],
    ['cognito', ['client_id'], ['scope'], ['cognito:groups'], false],
  ])('fills in the claims of the preset %s', (preset, consumer, scopes, groups, introspects) => {
    const provider = `preset: ${preset}, client: { id: a, secret: b }`;
    const [found] = loadGood(write({ provider })).config.identityProviders;
    expect(found).toMatchObject({
      consumerClaims: consumer.map((name) => [name]),
      scopesClaims: scopes.map((name) => [name]),
      groupsClaims: groups.map((name) => [name]),
      introspects,
    });
  });

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
    const { client } = loadGood(write({ provider }), { files }).config.identityProviders[0]!;
    expect(client!.secret.reveal()).toBe(' hunter2 ');
    expect(client!.authMethod).toBe('client_secret_post');
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

describe('loadConfig on bad input', () => {
  it.each([
    ['nothing', ''],
    ['a comment', '# postern\n'],
    ['a word', 'postern'],
    ['a list', '- listen'],
    [
      'sections of a wrong type',
      'listen: 1\nstore: []\nidentity_providers: {}\nservices: x\nlog: null\n',
    ],
    ['items of a wrong type', 'identity_providers: [1, null, [a]]\nservices: [x, {}]\n'],
    ['bytes', '\u0000\u0001\ufffd'],
    ['a long line', 'x'.repeat(500_000)],
    ['deep nesting', '{a: '.repeat(5000)],
    ['many items', `services: [${'a,'.repeat(20_000)}]`],
    ['an alias for everything', 'services: &s [*s]'],
  ])('gives problems for %s', (_, text) => {
    const loaded = load(text);
    expect(loaded.ok).toBe(false);
    expect(loaded.ok ? [] : loaded.stop).not.toHaveLength(0);
  });

  it('tells what belongs to different steps at once', () => {
    const text = write({
      top: 'polcy: 1',
      provider: 'leeway: 5, discovery_url: "${NONE}", client: { id: a, secret_file: gone }',
      service: 'identity_provider: x, routes: [{ name: a }, { name: a }]',
    });
    expect(problemsOf(text).map((line) => line.split(':')[3]!.trim())).toEqual([
      'polcy',
      'identity_providers[0].leeway',
      'identity_providers[0].discovery_url',
      'identity_providers[0].client.secret_file',
      'services[0].identity_provider',
      'services[0].routes[1].name',
    ]);
  });

  it('never shows a secret in a problem', () => {
    const secret = 'hunter2';
    const text = write({
      top: `log: ${secret}`,
      store: `redis: { url: "redis://:${secret}@a/b", password: [${secret}], tls: ${secret} }`,
      provider: `client: { id: [x], secret: { a: ${secret} } }, leeway: ${secret}`,
      service: 'anonymous: ["${S}"], registration: "${S}", auth_methods: ["${S}"]',
    });
    const problems = problemsOf(text, { env: { S: secret } });
    expect(problems.length).toBeGreaterThan(8);
    expect(problems.join('\n')).not.toContain(secret);
  });

  it('never throws, whatever stands where', () => {
    const place = fc.constantFrom('top', 'store', 'provider', 'service');
    const words = fc.constantFrom(
      ...[
        'a',
        '1',
        'null',
        '[',
        ']',
        '{',
        '}',
        ': ',
        ', ',
        '- ',
        '"',
        '&a ',
        '*a',
        '!',
        '\n',
        '#',
        '${A}',
        '<<',
        '? ',
      ],
      ...[
        'redis',
        'file',
        'client',
        'acl',
        'routes',
        'hosts',
        'endpoints',
        'secret_file',
        'issuer',
        'name',
      ],
    );
    fc.assert(
      fc.property(place, fc.string({ unit: words, maxLength: 12 }), (part, fragment) => {
        const loaded = load(write({ [part]: fragment }));
        expect(loaded.ok || loaded.stop.length > 0).toBe(true);
      }),
    );
  });
});
