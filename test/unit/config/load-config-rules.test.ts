import { describe } from '@jest/globals';
import { main, orders, testRows, type Row } from './problem-rows.ts';

const oneOf = 'expected exactly one of:';

const addresses: readonly Row[] = [
  [
    'top',
    'listen: { grpc: { address: ^"9001" } }',
    'listen.grpc.address',
    'expected host:port or unix:/path',
  ],
  [
    'top',
    'listen: { grpc: { address: ^"a:70000" } }',
    'listen.grpc.address',
    'expected host:port or unix:/path',
  ],
  [
    'top',
    'listen: { grpc: { address: ^"unix:relative" } }',
    'listen.grpc.address',
    'expected host:port or unix:/path',
  ],
  ['top', 'listen: { ops: { address: ^"unix:/a" } }', 'listen.ops.address', 'expected host:port'],
  [
    'top',
    'listen: { grpc: { tls: ^{ cert_file: word } } }',
    'listen.grpc.tls.key_file',
    'required; expected a string',
  ],
  [
    'store',
    'redis: { url: ^"http://a" }',
    'store.redis.url',
    'expected redis://host:port/database, rediss://… or unix:/path',
  ],
  [
    'store',
    'redis: { url: ^"redis://a?x=1" }',
    'store.redis.url',
    'expected redis://host:port/database, rediss://… or unix:/path',
  ],
  [
    'store',
    'redis: { url: ^"redis://a/b" }',
    'store.redis.url',
    'expected redis://host:port/database, rediss://… or unix:/path',
  ],
  [
    'store',
    'redis: { cluster: { nodes: [^a] } }',
    'store.redis.cluster.nodes[0]',
    'expected host:port',
  ],
  [
    'store',
    'redis: { url: "redis://a", key_prefix: ^"{x}" }',
    'store.redis.key_prefix',
    'expected 1 to 64 letters, digits or one of . _ : -',
  ],
];

const alternatives: readonly Row[] = [
  ['store', 'redis: ^{}', 'store.redis', `${oneOf} url, url_file, sentinel, cluster`],
  [
    'store',
    'redis: ^{ url: "redis://a", cluster: { nodes: ["a:1"] } }',
    'store.redis',
    `${oneOf} url, url_file, sentinel, cluster`,
  ],
  [
    'store',
    'redis: { url: "redis://a", tls: ^{} }',
    'store.redis.tls',
    'expected a rediss:// URL beside it',
  ],
  [
    'store',
    'redis: { url: "redis://u:p@a", username: ^v }',
    'store.redis.username',
    'the URL has a user already',
  ],
  [
    'store',
    'redis: { url: "redis://:p@a", password: ^q }',
    'store.redis.password',
    'the URL has a password already',
  ],
  ['provider', 'client: ^{ id: a }', `${main}.client`, `${oneOf} secret, secret_file`],
  [
    'provider',
    'discovery: ^false',
    `${main}.discovery`,
    'without discovery, endpoints.jwks or endpoints.introspection is required',
  ],
  [
    'provider',
    'discovery: false, endpoints: { jwks: "https://a" }, discovery_url: ^"https://a"',
    `${main}.discovery_url`,
    'no use with discovery: false',
  ],
  ['service', 'routes: [{ name: a, acl: ^{} }]', `${orders}.routes[0].acl`, `${oneOf} allow, deny`],
  [
    'service',
    'routes: [{ name: a, acl: ^{ allow: [a], deny: [b] } }]',
    `${orders}.routes[0].acl`,
    `${oneOf} allow, deny`,
  ],
  [
    'service',
    'routes: [{ name: a, acl: { allow: ^[] } }]',
    `${orders}.routes[0].acl.allow`,
    'expected at least 1 item',
  ],
  [
    'service',
    'routes: [{ name: a, acl: { deny: [^""] } }]',
    `${orders}.routes[0].acl.deny[0]`,
    'expected at least 1 character',
  ],
  [
    'service',
    'routes: [{ name: a, acl: { allow: [x] }, auth: ^none }]',
    `${orders}.routes[0].auth`,
    'auth: none leaves nobody for an acl to judge',
  ],
];

const insecure = 'expected https://; http:// needs a loopback host or allow_insecure: true';

const references: readonly Row[] = [
  [
    'service',
    'hosts: [a.example, b.example, ^A.example]',
    `${orders}.hosts[2]`,
    'services[0] has this host already',
  ],
  [
    'service',
    'routes: [{ name: a }, { name: b }, { name: ^a }]',
    `${orders}.routes[2].name`,
    'routes[0] has the same name',
  ],
  ['provider', 'discovery_url: ^"http://idp.example/x"', `${main}.discovery_url`, insecure],
  ['provider', 'endpoints: { token: ^"http://idp.example" }', `${main}.endpoints.token`, insecure],
  [
    'provider',
    'endpoints: { jwks: ^"http://127.0.0.1.example" }',
    `${main}.endpoints.jwks`,
    insecure,
  ],
  [
    'provider',
    'endpoints: { introspection: ^"http://10.0.0.1" }',
    `${main}.endpoints.introspection`,
    insecure,
  ],
  [
    'provider',
    'discovery_url: ^"${NOWHERE}"',
    `${main}.discovery_url`,
    'the environment has no variable NOWHERE',
  ],
  [
    'provider',
    'discovery_url: ^"${"',
    `${main}.discovery_url`,
    'expected ${VAR} or ${VAR:-default}; $${ stands for ${ itself',
  ],
  [
    'provider',
    'client: { id: a, secret_file: ^gone }',
    `${main}.client.secret_file`,
    'the file cannot be read (ENOENT)',
  ],
  [
    'provider',
    'client: { id: a, secret_file: ^empty }',
    `${main}.client.secret_file`,
    'the file is empty',
  ],
  [
    'store',
    'redis: { url_file: ^bad-url }',
    'store.redis.url_file',
    'expected redis://host:port/database, rediss://… or unix:/path',
  ],
  [
    'store',
    'redis: { url: "redis://a", password: p, password_file: ^word }',
    'store.redis.password_file',
    'expected password or password_file, not both',
  ],
  [
    'store',
    'redis: { url: "rediss://a", tls: ^{ cert_file: word } }',
    'store.redis.tls',
    'expected cert_file and key_file, or neither',
  ],
  [
    'top',
    'listen: { grpc: { tls: { cert_file: ^gone, key_file: word } } }',
    'listen.grpc.tls.cert_file',
    'the file cannot be read (ENOENT)',
  ],
];

describe.each([
  ['an address', addresses],
  ['a choice', alternatives],
  ['a reference', references],
])('loadConfig refuses %s', (_, rows) => {
  testRows(rows);
});
