import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { GenericContainer } from 'testcontainers';
import type { RedisConnectionOptions } from '../../src/store/redis/connection-options.ts';
import { Secret } from '../../src/lib/secret.ts';
import { findFreePort } from './ports.ts';
import { findRedisServer } from './tools.ts';

/** A Redis for tests that only use keys below their own prefix. */
export interface TestRedis {
  readonly connection: RedisConnectionOptions;
  /** What `REDIS_URL` or a configuration would say. */
  readonly url: string;
  /** Nobody else's. */
  readonly keyPrefix: string;
  /** A client apart from the code under test. */
  readonly client: Redis;
  stop(): Promise<void>;
}

/**
 * Finds a Redis: `REDIS_URL`, else a container, else a binary on PATH or under `.tools`. Throws
 * where there is none: a test never skips for want of it.
 */
export async function startRedis(): Promise<TestRedis> {
  const given = process.env['REDIS_URL'];
  if (given !== undefined && given !== '') return useRedis(given, async () => undefined);
  const container = await startContainer();
  if (container !== null) return container;
  const own = await startOwnRedis();
  return useRedis(own.url, () => own.stop());
}

async function startContainer(): Promise<TestRedis | null> {
  try {
    const container = await new GenericContainer('redis:8-alpine').withExposedPorts(6379).start();
    const url = `redis://${container.getHost()}:${String(container.getMappedPort(6379))}`;
    return await useRedis(url, () => container.stop());
  } catch {
    // No container engine.
    return null;
  }
}

async function useRedis(url: string, stop: () => Promise<unknown>): Promise<TestRedis> {
  const client = new Redis(url, { lazyConnect: true });
  await client.connect();
  const keyPrefix = `test-${randomBytes(6).toString('hex')}`;
  return {
    url,
    connection: connectionOf(url),
    keyPrefix,
    client,
    async stop() {
      for await (const keys of client.scanStream({ match: `{${keyPrefix}}*` })) {
        if (keys.length > 0) await client.unlink(...(keys as string[]));
      }
      client.disconnect();
      await stop();
    },
  };
}

function connectionOf(text: string): RedisConnectionOptions {
  const url = new URL(text);
  return {
    topology: { kind: 'single', host: url.hostname, port: Number(url.port || '6379') },
    database: Number(url.pathname.slice(1) || '0'),
    ...(url.username !== '' && { username: decodeURIComponent(url.username) }),
    ...(url.password !== '' && { password: new Secret(decodeURIComponent(url.password)) }),
    ...(url.protocol === 'rediss:' && { tls: {} }),
  };
}

/** A server that a test may freeze, end and start again. */
export interface OwnRedis {
  readonly port: number;
  readonly url: string;
  readonly connection: RedisConnectionOptions;
  /** A client apart from the code under test; it survives restarts. */
  readonly client: Redis;
  /** SIGSTOP: the socket lives, nothing answers. */
  freeze(): void;
  thaw(): void;
  /** Ends the process at once. */
  kill(): Promise<void>;
  /** Starts it again at the same port, empty. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface OwnRedisOptions {
  /** More arguments of the server, such as `--cluster-enabled yes`. */
  readonly args?: readonly string[];
  /** All arguments, in place of the usual ones. */
  readonly command?: (port: number) => readonly string[];
}

export async function startOwnRedis(options: OwnRedisOptions = {}): Promise<OwnRedis> {
  const directory = await mkdtemp(join(tmpdir(), 'postern-redis-'));
  const common = ['--bind', '127.0.0.1', '--dir', directory, '--save', '', '--appendonly', 'no'];
  const usual = (port: number) => ['--port', String(port), ...common, ...(options.args ?? [])];
  const command = options.command ?? usual;
  // Somebody else may take the port before the server does.
  const started = await persist(async () => {
    const port = await findFreePort();
    return { port, server: await spawnServer(command(port)) };
  });
  const { port } = started;
  let process = started.server;
  const client = await connectTo(port);

  return {
    port,
    url: `redis://127.0.0.1:${String(port)}`,
    connection: { topology: { kind: 'single', host: '127.0.0.1', port } },
    client,
    freeze: () => void process.kill('SIGSTOP'),
    thaw: () => void process.kill('SIGCONT'),
    kill: () => endProcess(process),
    async restart() {
      await endProcess(process);
      process = await persist(() => spawnServer(command(port)));
      await untilAnswered(client);
    },
    async stop() {
      client.disconnect();
      await endProcess(process);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const attempts = 5;

async function persist<T>(attempt: () => Promise<T>): Promise<T> {
  for (let left = attempts; ; left -= 1) {
    try {
      return await attempt();
    } catch (error) {
      if (left <= 1) throw error;
      await delay(200);
    }
  }
}

/** Until the server says that it is open: whoever answers at its port may be another one. */
async function spawnServer(args: readonly string[]): Promise<ChildProcess> {
  const binary = findRedisServer();
  if (binary === null) throw new Error('no redis-server found: run `npm run setup`');
  const server = spawn(binary, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  let printed = '';
  await new Promise<void>((resolve, reject) => {
    server.stdout.on('data', (chunk: Buffer) => {
      if (/Ready to accept connections|Sentinel ID is/.test(printed)) return;
      printed += chunk.toString();
      if (/Ready to accept connections|Sentinel ID is/.test(printed)) resolve();
    });
    server.once('error', reject).once('close', () => {
      reject(new Error(`redis-server ended:\n${printed}`));
    });
  });
  return server;
}

async function connectTo(port: number): Promise<Redis> {
  const client = new Redis({
    port,
    host: '127.0.0.1',
    lazyConnect: true,
    retryStrategy: () => 50,
    // A server of a test may have no INFO.
    enableReadyCheck: false,
  });
  client.on('error', () => undefined);
  await untilAnswered(client);
  return client;
}

async function untilAnswered(client: Redis): Promise<void> {
  const limit = AbortSignal.timeout(answerLimitMs);
  for (;;) {
    if (client.status === 'wait' || client.status === 'end') await client.connect().catch(noop);
    if (client.status === 'ready' && (await client.ping().catch(noop)) === 'PONG') return;
    if (limit.aborted) throw new Error('a Redis that says it is open does not answer');
    await delay(20);
  }
}

const answerLimitMs = 20_000;

async function endProcess(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  server.kill('SIGKILL');
  await once(server, 'exit');
}

function noop(): undefined {
  return undefined;
}
