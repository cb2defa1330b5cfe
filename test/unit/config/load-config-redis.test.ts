import { describe, expect, it } from '@jest/globals';
import { Secret } from '../../../src/lib/secret.ts';
import type { RedisConnectionConfig } from '../../../src/config/config.ts';
import { loadGood, write } from './load.ts';

const files = {
  '/etc/postern/url': 'rediss://u:p@r.example:1/3\n',
  '/etc/postern/word': 'word\n',
  '/etc/postern/ca.pem': 'CA',
  '/etc/postern/c.pem': 'CERT',
  '/etc/postern/k.pem': 'KEY',
};

function readConnection(redis: string): RedisConnectionConfig {
  const { store } = loadGood(write({ store: `redis: { ${redis} }` }), { files }).config;
  if (store.kind !== 'redis') throw new Error('expected Redis');
  return store.connection;
}

/** What the adapter gets, secrets in the clear. */
function reveal(value: unknown): unknown {
  if (value instanceof Secret) return { secret: value.reveal() };
  if (Array.isArray(value)) return value.map(reveal);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, reveal(item)]));
}

const times = { connectTimeoutMs: 2000, commandTimeoutMs: 200 };
const single = { kind: 'single', host: 'r.example', port: 6379 };

describe('store.redis', () => {
  it.each([
    ['a URL', 'url: "redis://r.example"', { topology: single, database: 0 }],
    [
      'a URL that says everything',
      'url: "rediss://u:p%40@r.example:1/3"',
      {
        topology: { ...single, port: 1 },
        username: 'u',
        password: { secret: 'p@' },
        database: 3,
        tls: {},
      },
    ],
    [
      'a file with a URL',
      'url_file: url',
      {
        topology: { ...single, port: 1 },
        username: 'u',
        password: { secret: 'p' },
        database: 3,
        tls: {},
      },
    ],
    [
      'a login beside the URL',
      'url: "redis://r.example/1", username: u, password_file: word',
      { topology: single, username: 'u', password: { secret: 'word' }, database: 1 },
    ],
    [
      'TLS with files',
      'url: "rediss://r.example", tls: { ca_file: ca.pem, cert_file: c.pem, key_file: k.pem, server_name: r }',
      {
        topology: single,
        database: 0,
        tls: { ca: 'CA', cert: 'CERT', key: { secret: 'KEY' }, serverName: 'r' },
      },
    ],
    [
      'a socket',
      'url: "unix:/run/r.sock"',
      { topology: { kind: 'socket', path: '/run/r.sock' }, database: 0 },
    ],
    [
      'Sentinels',
      'sentinel: { name: m, nodes: ["a:1", "[::1]:2"], username: s, password: t }, password: p, tls: {}',
      {
        topology: {
          kind: 'sentinel',
          name: 'm',
          sentinels: [
            { host: 'a', port: 1 },
            { host: '::1', port: 2 },
          ],
          sentinelUsername: 's',
          sentinelPassword: { secret: 't' },
        },
        password: { secret: 'p' },
        database: 0,
        tls: {},
      },
    ],
    [
      'a cluster',
      'cluster: { nodes: ["a:1"] }',
      { topology: { kind: 'cluster', nodes: [{ host: 'a', port: 1 }] }, database: 0 },
    ],
  ])('reads %s', (_, redis, expected) => {
    expect(reveal(readConnection(redis))).toEqual({ ...expected, ...times });
  });

  it('has defaults for the rest', () => {
    const { store } = loadGood(write({ store: 'redis: { url: "redis://a" }' })).config;
    expect(store).toMatchObject({
      kind: 'redis',
      keyPrefix: 'postern',
      maxStalenessMs: 5000,
      cache: { maxEntries: 100_000, negativeMaxEntries: 10_000, negativeTtlMs: 5000 },
    });
  });
});
