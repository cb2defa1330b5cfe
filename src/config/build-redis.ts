import type { Finding } from '../documents/problem.ts';
import { halt, pass, type Step } from '../lib/step.ts';
import { Secret } from '../lib/secret.ts';
import type { RedisConfig, RedisTlsConfig, RedisTopologyConfig } from './store-config.ts';
import { parseHostPort, type HostPort } from './host-port.ts';
import { parseRedisUrl, type RedisUrl } from './redis-url.ts';
import { readSecret } from './read-secret.ts';
import type { ReferencedFiles } from './referenced-files.ts';
import type { RedisSettings } from './schema/settings.ts';
import { expectedRedisUrl } from './schema/store.ts';

const path = ['store', 'redis'] as const;

/** The Redis store, its URL taken apart and its files read. */
export function buildRedis(
  redis: RedisSettings,
  files: ReferencedFiles,
): Step<RedisConfig, readonly Finding[]> {
  const url = readUrl(redis, files);
  if (!url.ok) return url;
  const problems = checkRedis(redis, url.value);
  if (problems.length > 0) return halt(problems);
  return pass({
    connection: {
      topology: url.value?.target ?? buildTopology(redis, files),
      ...buildLogin(redis, url.value, files),
      database: url.value?.database ?? 0,
      ...buildTls(redis, url.value, files),
      connectTimeoutMs: redis.connect_timeout,
      commandTimeoutMs: redis.command_timeout,
    },
    keyPrefix: redis.key_prefix,
    maxStalenessMs: redis.max_staleness,
    cache: {
      maxEntries: redis.cache.max_entries,
      negativeMaxEntries: redis.cache.negative_max_entries,
      negativeTtlMs: redis.cache.negative_ttl,
    },
  });
}

/** Null where Sentinels or a cluster stand in its place. */
function readUrl(
  redis: RedisSettings,
  files: ReferencedFiles,
): Step<RedisUrl | null, readonly Finding[]> {
  const text = redis.url?.reveal() ?? readFile(redis.url_file, files);
  if (text === undefined) return pass(null);
  const url = parseRedisUrl(text);
  if (url !== null) return pass(url);
  return halt([{ path: [...path, 'url_file'], message: expectedRedisUrl() }]);
}

function checkRedis(redis: RedisSettings, url: RedisUrl | null): Finding[] {
  if (url === null) return [];
  const problems: Finding[] = [];
  if (redis.tls !== undefined && !url.tls) {
    problems.push({ path: [...path, 'tls'], message: 'expected a rediss:// URL beside it' });
  }
  if (redis.username !== undefined && url.username !== null) {
    problems.push({ path: [...path, 'username'], message: 'the URL has a user already' });
  }
  const passwordKey = redis.password === undefined ? 'password_file' : 'password';
  if (redis[passwordKey] !== undefined && url.password !== null) {
    problems.push({ path: [...path, passwordKey], message: 'the URL has a password already' });
  }
  return problems;
}

function buildTopology(redis: RedisSettings, files: ReferencedFiles): RedisTopologyConfig {
  const { sentinel, cluster } = redis;
  if (sentinel === undefined) return { kind: 'cluster', nodes: readNodes(cluster?.nodes ?? []) };
  const password = readSecret(sentinel.password, sentinel.password_file, files);
  return {
    kind: 'sentinel',
    name: sentinel.name,
    sentinels: readNodes(sentinel.nodes),
    ...(sentinel.username === undefined ? {} : { sentinelUsername: sentinel.username }),
    ...(password === undefined ? {} : { sentinelPassword: password }),
  };
}

function readNodes(nodes: readonly string[]): HostPort[] {
  return nodes.map(parseHostPort).filter((node) => node !== null);
}

function buildLogin(
  redis: RedisSettings,
  url: RedisUrl | null,
  files: ReferencedFiles,
): { readonly username?: string; readonly password?: Secret } {
  const username = redis.username ?? url?.username ?? null;
  const inUrl = url?.password ?? null;
  const password =
    readSecret(redis.password, redis.password_file, files) ??
    (inUrl === null ? undefined : new Secret(inUrl));
  return {
    ...(username === null ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  };
}

function buildTls(
  redis: RedisSettings,
  url: RedisUrl | null,
  files: ReferencedFiles,
): { readonly tls?: RedisTlsConfig } {
  const { tls } = redis;
  if (tls === undefined) return url?.tls === true ? { tls: {} } : {};
  const ca = readFile(tls.ca_file, files);
  const cert = readFile(tls.cert_file, files);
  const key = readSecret(undefined, tls.key_file, files);
  return {
    tls: {
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
      ...(tls.server_name === undefined ? {} : { serverName: tls.server_name }),
    },
  };
}

function readFile(file: string | undefined, files: ReferencedFiles): string | undefined {
  return file === undefined ? undefined : files.text(file);
}
