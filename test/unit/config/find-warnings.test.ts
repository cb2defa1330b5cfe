import { describe, expect, it } from '@jest/globals';
import { warningsOf } from './load.ts';
import { parts, testWarnings, writeQuiet } from './warning-rows.ts';

/** A provider of which nobody can know a key. */
const keyless = `${parts.provider}, discovery: false, endpoints: { introspection: "https://a/i" }`;

describe('findWarnings', () => {
  it('has nothing to say about a careful file', () => {
    expect(warningsOf(writeQuiet({}))).toEqual([]);
  });

  testWarnings([
    [{ store: 'file: ^{ path: c.yaml }' }, []],
    [
      { top: 'listen: { grpc: { address: ^"0.0.0.0:9001" } }' },
      ['listen.grpc.address: other hosts can reach this listener, and it has no TLS'],
    ],
    [
      { top: 'unavailable: ^envoy_decides' },
      ['unavailable: failure_mode_allow: true in Envoy turns an outage into an allow'],
    ],
    [
      { provider: '^issuer: "https://a"' },
      [
        'identity_providers[0]: a has no audience_required: tokens that it made for other APIs are accepted by s',
      ],
    ],
    [{ provider: '^issuer: "https://a"', service: `${parts.service}, audience_required: [x]` }, []],
    [
      {
        provider: '^issuer: "https://a"',
        service: `${parts.service}, audience_required: [x], routes: [{ name: r, audience_required: [] }]`,
      },
      [
        'identity_providers[0]: a has no audience_required: tokens that it made for other APIs are accepted by s',
      ],
    ],
    [
      { provider: `${parts.provider}, allow_insecure: ^true` },
      [
        'identity_providers[0].allow_insecure: a may be reached without TLS, by which its keys can be replaced on the way',
      ],
    ],
    [
      { service: '^identity_providers: [a], auth_methods: [bearer]' },
      ['services[0]: s has neither registration nor acl: every known Consumer passes'],
    ],
    [
      {
        service:
          '^identity_providers: [a], auth_methods: [bearer], registration: { required: false }',
      },
      ['services[0]: s has neither registration nor acl: every known Consumer passes'],
    ],
    [
      { service: '^identity_providers: [a], auth_methods: [bearer], consumer_optional: ^true' },
      [
        'services[0]: s has neither registration nor acl: every known Consumer passes',
        'services[0].consumer_optional: s has consumer_optional without acl: every token of its providers passes',
      ],
    ],
    [
      { service: `${parts.service}, registration: {}, consumer_optional: ^true` },
      [
        'services[0].consumer_optional: s requires registrations, so a token without a Consumer is refused all the same',
      ],
    ],
    [
      { service: `identity_providers: [^a], acl: { allow: [g] }` },
      ['services[0].identity_providers[0]: a has no client, so s refuses its opaque tokens'],
    ],
    [
      {
        provider: `${parts.provider}, preset: entra, client: { id: x, secret: y }`,
        service: `identity_providers: [^a], acl: { allow: [g] }`,
      },
      [
        'services[0].identity_providers[0]: a has no introspection endpoint, so s refuses its opaque tokens',
      ],
    ],
    [
      {
        provider: `${keyless}, client: { id: x, secret: y }`,
        service: 'identity_providers: [^a], auth_methods: [bearer], acl: { allow: [g] }',
      },
      [
        'services[0].identity_providers[0]: a has neither discovery nor endpoints.jwks, so s refuses its JWTs',
      ],
    ],
    [
      {
        provider: keyless,
        service: 'identity_providers: [^a], auth_methods: [bearer], acl: { allow: [g] }',
      },
      [
        'services[0].identity_providers[0]: a has neither discovery nor endpoints.jwks, so s refuses its JWTs',
      ],
    ],
    [
      {
        provider: `^${keyless}, client: { id: x, secret: y }`,
        service: 'identity_providers: [a], acl: { allow: [g] }',
      },
      [],
    ],
    [
      { provider: `^${parts.provider}, discovery: false, endpoints: { jwks: "https://a/jwks" }` },
      [],
    ],
    [
      { service: `${parts.service}, routes: [{ name: r }, { name: o, auth: ^none }]` },
      ['services[0].routes[1].auth: s/o passes without a decision'],
    ],
  ]);

  it('warns of a provider that no Service uses', () => {
    const text = writeQuiet({}).replace(
      'identity_providers:\n',
      'identity_providers:\n  - { name: z, issuer: "https://z", audience_required: [x] }\n',
    );
    expect(warningsOf(text)).toEqual([
      'p.yaml:4:5: identity_providers[0]: z is not used by any Service',
    ]);
  });

  it.each([
    [
      'TLS on a listener for others',
      'listen: { grpc: { address: "0.0.0.0:1", tls: { cert_file: c, key_file: c } } }',
    ],
    ['a socket', 'listen: { grpc: { address: "unix:/run/p.sock" } }'],
  ])('accepts %s', (_, top) => {
    expect(warningsOf(writeQuiet({ top }), { files: { '/etc/postern/c': 'x' } })).toEqual([]);
  });
});

describe('a token of the role requester', () => {
  const requester = (role = 'requester') =>
    `listen: { admin: { tokens: [{ name: portal, role: ${role}, token: "a-token-of-a-portal" }] } }`;
  const warning = (step: string) =>
    `services[0]: s lets in whatever application a requester (portal) ${step}: expected registration without auto_approve, or acl.allow without always_use_authenticated_groups`;
  const bare = 'identity_providers: [a], auth_methods: [bearer]';
  const nobodyAsks = 'services[0]: s has neither registration nor acl: every known Consumer passes';

  testWarnings([
    [{ top: requester() }, []],
    [{ top: requester(), service: `${bare}, registration: {}` }, []],
    [{ top: requester('approver'), service: `${bare}, registration: { auto_approve: true }` }, []],
    [
      {
        top: requester(),
        service: `${bare}, registration: { auto_approve: true }, acl: { allow: [g] }`,
      },
      [],
    ],
    [
      { top: requester(), service: `^${bare}, registration: { auto_approve: true }` },
      [warning('registers')],
    ],
    [{ top: requester(), service: `^${bare}, acl: { deny: [g] }` }, [warning('creates')]],
    [
      {
        top: requester(),
        service: `^${bare}, acl: { allow: [g], always_use_authenticated_groups: true }`,
      },
      [warning('creates')],
    ],
    [
      {
        top: requester(),
        service: `^${bare}, acl: { allow: [g] }, routes: [{ name: r, acl: { deny: [h] } }]`,
      },
      [warning('creates')],
    ],
  ]);

  it('is warned of beside a Service that asks for nothing', () => {
    const text = writeQuiet({ top: requester(), service: bare });

    expect(warningsOf(text)).toEqual([
      expect.stringContaining(nobodyAsks),
      expect.stringContaining(warning('creates')),
    ]);
  });

  it('creates nothing where Consumers come from a file', () => {
    const text = writeQuiet({
      top: requester(),
      store: 'file: { path: c.yaml }',
      service: `${bare}, registration: { auto_approve: true }`,
    });

    expect(warningsOf(text)).toEqual([]);
  });
});
