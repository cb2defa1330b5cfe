import { describe } from '@jest/globals';
import { main, orders, testRows, type Row } from './problem-rows.ts';

const duration = 'expected a duration such as 250ms, 5s, 10m or 24h, at most 576h';

const keys: readonly Row[] = [
  [
    'top',
    '^polcy_by_host: true',
    'polcy_by_host',
    'unknown key "polcy_by_host"; did you mean "policy_by_host"?',
  ],
  [
    'top',
    '^constructor: 1',
    'constructor',
    'unknown key "constructor"; expected one of: listen, store, identity_providers, services, session, revocations, upstream_jwt, webhooks, shared_key, shared_key_file, policy_by_host, unavailable, drain_delay, drain_timeout, log',
  ],
  ['top', '^__proto__: { a: 1 }', '__proto__', 'unknown key "__proto__"'],
  [
    'store',
    'file: { path: c.yaml, ^reload: 1s }',
    'store.file.reload',
    'unknown key "reload"; expected one of: path',
  ],
  ['provider', '^isuer: x', `${main}.isuer`, 'unknown key "isuer"; did you mean "issuer"?'],
  [
    'provider',
    'cache: { ^ttl: 5s }',
    `${main}.cache.ttl`,
    'unknown key "ttl"; expected one of: max_ttl, negative_ttl, stale_if_error, max_entries, negative_max_entries',
  ],
  [
    'service',
    'registration: { ^autoapprove: true }',
    `${orders}.registration.autoapprove`,
    'unknown key "autoapprove"; did you mean "auto_approve"?',
  ],
  [
    'service',
    'routes: [{ name: a, ^paths: [/x] }]',
    `${orders}.routes[0].paths`,
    'unknown key "paths"; expected one of: name, acl, auth, audience_required, scopes_required, groups_required, roles_required, claims_required, claims_forbidden',
  ],
  [
    'service',
    'consumer_optional: true, ^consumer_optional: false',
    `${orders}.consumer_optional`,
    'duplicate key',
  ],
];

const types: readonly Row[] = [
  ['top', 'policy_by_host: ^"yes"', 'policy_by_host', 'expected true or false, found a string'],
  ['top', 'unavailable: ^deny', 'unavailable', 'expected one of: denied, envoy_decides'],
  ['top', 'log: { sample_allows: ^1.5 }', 'log.sample_allows', 'expected a number of at most 1'],
  [
    'top',
    'log: { level: ^trace }',
    'log.level',
    'expected one of: debug, info, warn, error, silent',
  ],
  [
    'top',
    'listen: { grpc: { max_in_flight: ^0 } }',
    'listen.grpc.max_in_flight',
    'expected a number of at least 1',
  ],
  [
    'provider',
    'consumer_by: [custom_id, ^client_id]',
    `${main}.consumer_by[1]`,
    'expected one of: custom_id, username, id',
  ],
  ['provider', 'consumer_by: [id, ^id]', `${main}.consumer_by[1]`, 'stands in the list twice'],
  ['provider', 'consumer_by: ^[]', `${main}.consumer_by`, 'expected at least 1 item'],
  [
    'provider',
    'consumer_claims: [a, [b, ^""]]',
    `${main}.consumer_claims[1][1]`,
    'expected at least 1 character',
  ],
  [
    'provider',
    'consumer_claims: [^{ a: b }]',
    `${main}.consumer_claims[0]`,
    'expected the name of a claim, or a list of names that lead to a nested one',
  ],
  [
    'provider',
    'algorithms: [^HS256]',
    `${main}.algorithms[0]`,
    'expected one of: RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, Ed25519',
  ],
  [
    'provider',
    'algorithms: [^none]',
    `${main}.algorithms[0]`,
    'expected one of: RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, Ed25519',
  ],
  ['provider', 'token_types: ^[]', `${main}.token_types`, 'expected at least 1 item'],
  [
    'provider',
    'preset: ^azure',
    `${main}.preset`,
    'expected one of: generic, okta, entra, ping, keycloak, auth0, cognito',
  ],
  [
    'provider',
    'discovery_url: ^idp.example',
    `${main}.discovery_url`,
    'expected an http:// or https:// URL without user, query and fragment',
  ],
  [
    'provider',
    'discovery_url: ^"https://a:b@idp.example"',
    `${main}.discovery_url`,
    'expected an http:// or https:// URL without user, query and fragment',
  ],
  [
    'service',
    'audience_required: [^" "]',
    `${orders}.audience_required[0]`,
    'expected at least one word',
  ],
  [
    'service',
    String.raw`scopes_required: [^'a"b']`,
    `${orders}.scopes_required[0]`,
    'expected one or more scopes, separated by spaces',
  ],
  [
    'service',
    'scopes_required: [^""]',
    `${orders}.scopes_required[0]`,
    'expected one or more scopes, separated by spaces',
  ],
  [
    'service',
    'auth_methods: [^beerer]',
    `${orders}.auth_methods[0]`,
    'expected one of: bearer, introspection, client_credentials, password, session; did you mean "bearer"?',
  ],
  ['service', 'auth_methods: ^[]', `${orders}.auth_methods`, 'expected at least 1 item'],
  [
    'service',
    'messages: { forbidden: ^"a\\nb" }',
    `${orders}.messages.forbidden`,
    'expected 1 to 512 characters without control characters',
  ],
  [
    'service',
    'hosts: [^"a.example:80"]',
    `${orders}.hosts[0]`,
    'expected a host without a port, such as api.example.com or *.example.com',
  ],
  [
    'service',
    'hosts: [^"*"]',
    `${orders}.hosts[0]`,
    'expected a host without a port, such as api.example.com or *.example.com',
  ],
  [
    'service',
    'hosts: [^"a.*.example"]',
    `${orders}.hosts[0]`,
    'expected a host without a port, such as api.example.com or *.example.com',
  ],
  [
    'service',
    'routes: [{ name: ^"a b" }]',
    `${orders}.routes[0].name`,
    'expected 1 to 64 letters, digits, dots, dashes or underscores',
  ],
  [
    'service',
    String.raw`routes: [{ name: ^'a"' }]`,
    `${orders}.routes[0].name`,
    'expected 1 to 64 letters, digits, dots, dashes or underscores',
  ],
  ['service', 'routes: [{ name: a, auth: ^open }]', `${orders}.routes[0].auth`, 'expected none'],
];

const durations: readonly Row[] = [
  ['top', 'drain_delay: ^1', 'drain_delay', 'a duration needs a unit: 1s or 1ms'],
  ['top', 'drain_delay: ^-1s', 'drain_delay', duration],
  ['top', 'drain_delay: ^1d', 'drain_delay', duration],
  ['top', 'drain_delay: ^""', 'drain_delay', duration],
  ['top', 'drain_delay: ^25 h', 'drain_delay', duration],
  ['top', 'drain_delay: ^577h', 'drain_delay', duration],
  ['top', 'drain_delay: ^true', 'drain_delay', 'expected a string, found true'],
  ['provider', 'timeout: ^0ms', `${main}.timeout`, 'expected a duration longer than 0'],
  [
    'top',
    'listen: { grpc: { max_connection_age: ^500h } }',
    'listen.grpc.max_connection_age',
    'expected a duration from 1s to 480h',
  ],
  [
    'top',
    'listen: { grpc: { max_message_size: ^4 } }',
    'listen.grpc.max_message_size',
    'expected a string, found a number',
  ],
  [
    'top',
    'listen: { grpc: { max_message_size: ^1KiB } }',
    'listen.grpc.max_message_size',
    'expected a size such as 4MiB, from 64KiB to 64MiB',
  ],
];

describe.each([
  ['a key', keys],
  ['a type or a form', types],
  ['a duration or a size', durations],
])('loadConfig refuses %s', (_, rows) => {
  testRows(rows);
});
