import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { importConsumers, type ImportResult } from '../../src/store/import-consumers.ts';
import { envoyConfig, type EnvoyConfigOptions } from './envoy-config.ts';
import { startEnvoy, type RunningEnvoy } from './envoy.ts';
import { callHttp, readLines, type HttpAnswer, type HttpCall } from './http-caller.ts';
import { startPostern, type LogLine, type RunningPostern } from './postern.ts';
import type { OwnRedis, TestRedis } from './redis.ts';
import {
  startGrpcUpstream,
  startUpstream,
  type ReceivedRequest,
  type Upstream,
} from './upstream.ts';
import {
  fileLog,
  keyPrefix,
  writeConfig,
  writeRoutes,
  type Json,
  type ServiceSettings,
} from './world-config.ts';

export interface WorldOptions {
  readonly identityProviders: readonly Json[];
  /** Envoy has a route `/<service>/` for each, and `/<service>/<route>` for its Routes. */
  readonly services: readonly ServiceSettings[];
  readonly consumers?: readonly Json[];
  /** Consumers are in this Redis; without it, in a file. */
  readonly redis?: Pick<TestRedis | OwnRedis, 'url' | 'connection'>;
  /** More fields of `store.redis`. */
  readonly redisSettings?: Json;
  /** More sections of the configuration. */
  readonly config?: Json;
  /** Fields of `listen.grpc`. */
  readonly grpc?: Json;
  readonly envoy?: Partial<EnvoyConfigOptions>;
  /** Another bootstrap than that of `envoyConfig`. */
  readonly bootstrap?: (ports: { readonly authz: number; readonly upstream: number }) => object;
  readonly env?: Readonly<Record<string, string>>;
  /** Do not wait for Postern to be ready. */
  readonly untilListening?: boolean;
}

/** What one request led to. */
export interface Outcome extends HttpAnswer {
  readonly requestId: string;
  /** Null when the request did not get there. */
  readonly upstreamSaw: ReceivedRequest | null;
  /** Postern's line about its decision. */
  readonly line: LogLine;
}

/** A real Envoy with a real Postern beside it, before an upstream that echoes. */
export interface World {
  readonly envoy: RunningEnvoy;
  readonly postern: RunningPostern;
  readonly upstream: Upstream;
  readonly grpcUpstream: Upstream;
  /** The configuration in force at the start, for changes of it. */
  readonly config: Json;
  /** Sends a request through Envoy and tells what became of it. */
  call(call: HttpCall): Promise<Outcome>;
  /** The same for a request that Postern may never hear of, or cannot know by its id. */
  send(call: HttpCall): Promise<HttpAnswer>;
  /** What Postern told Envoy about a request, by way of Envoy's access log. */
  metadataOf(requestId: string): Promise<Json>;
  /** Value of a metric, summed over all its series that have these labels. */
  metric(name: string, labels?: Readonly<Record<string, string>>): Promise<number>;
  readiness(): Promise<{ readonly status: number; readonly report: ReadinessReport }>;
  /** Makes these all the Consumers that there are. */
  replaceConsumers(consumers: readonly Json[]): Promise<ImportResult | null>;
  stop(): Promise<void>;
}

export interface ReadinessReport {
  readonly status: string;
  readonly components: Readonly<
    Record<string, { readonly status: string; readonly reason?: string }>
  >;
}

const limitMs = 30_000;

export async function startWorld(options: WorldOptions): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'postern-world-'));
  const accessLog = join(folder, 'access.log');
  const { redis, consumers = [] } = options;
  if (redis !== undefined && options.untilListening !== true) await fill(redis, consumers);
  const config = writeConfig(options);
  const postern = await startPostern({
    config,
    consumers: { consumers },
    grpc: options.grpc ?? {},
    env: options.env ?? {},
    untilListening: options.untilListening ?? false,
  });
  const upstream = await startUpstream();
  const grpcUpstream = await startGrpcUpstream();
  const bootstrap =
    options.bootstrap?.({ authz: postern.grpcPort, upstream: upstream.port }) ??
    envoyConfig({
      authz: posternAddress(postern),
      upstreamPort: upstream.port,
      grpcUpstreamPort: grpcUpstream.port,
      routes: writeRoutes(options.services),
      connectionManager: { access_log: [fileLog(accessLog)] },
      ...options.envoy,
    });
  const envoy = await startEnvoy({
    config: bootstrap,
    args: ['--file-flush-interval-msec', '20'],
  });
  const world = { envoy, postern, upstream };
  return {
    ...world,
    grpcUpstream,
    config,
    call: (call) => callThrough(world, call),
    send: (call) => callHttp(envoy.port, call),
    metadataOf: (requestId) => findAccess(accessLog, requestId),
    metric: (name, labels = {}) => readMetric(postern, name, labels),
    readiness: async () => {
      const answer = await fetch(`${postern.opsUrl}/readyz?verbose`);
      return { status: answer.status, report: (await answer.json()) as ReadinessReport };
    },
    replaceConsumers: async (changed) => {
      if (redis !== undefined) return fill(redis, changed);
      await postern.writeConsumers({ consumers: changed });
      return null;
    },
    async stop() {
      await envoy.stop();
      await Promise.all([postern.stop(), upstream.stop(), grpcUpstream.stop()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Looks again until it shows what is wanted; rejects with what it showed last. */
export async function eventually<T>(
  look: () => Promise<T> | T,
  wanted: (seen: T) => boolean,
): Promise<T> {
  const limit = AbortSignal.timeout(limitMs);
  for (;;) {
    const seen = await look();
    if (wanted(seen)) return seen;
    if (limit.aborted) throw new Error(`still not so: ${JSON.stringify(seen)}`);
    await delay(20);
  }
}

function posternAddress(postern: RunningPostern): EnvoyConfigOptions['authz'] {
  const socket = /^unix:(.+)$/.exec(postern.grpcAddress)?.[1];
  return socket === undefined ? { port: postern.grpcPort } : { socket };
}

function fill(redis: NonNullable<WorldOptions['redis']>, consumers: readonly Json[]) {
  return importConsumers({
    source: Readable.from([Buffer.from(JSON.stringify({ consumers }))]),
    file: 'consumers.yaml',
    connection: redis.connection,
    keyPrefix,
    prune: true,
  });
}

async function callThrough(
  { envoy, postern, upstream }: Pick<World, 'envoy' | 'postern' | 'upstream'>,
  call: HttpCall,
): Promise<Outcome> {
  const requestId = randomUUID();
  const headers = [...readLines(call.headers), ['x-request-id', requestId] as const];
  const answer = await callHttp(envoy.port, { ...call, headers });
  const line = await Promise.race([
    postern.untilLine(({ msg, request_id: id }) => msg === 'decision' && id === requestId),
    delay(limitMs, null, { ref: false }),
  ]);
  if (line === null) throw new Error(`no line about ${answer.status}:\n${postern.output()}`);
  const upstreamSaw = upstream.requests.find((seen) => seen.headers['x-request-id'] === requestId);
  return { ...answer, requestId, line, upstreamSaw: upstreamSaw ?? null };
}

interface Access {
  readonly id: string | null;
  readonly metadata: Json | null;
}

async function findAccess(path: string, requestId: string): Promise<Json> {
  const find = async () => {
    const lines = (await readFile(path, 'utf8').catch(() => '')).split('\n').slice(0, -1);
    return lines.map((text) => JSON.parse(text) as Access).find(({ id }) => id === requestId);
  };
  const found = await eventually(find, (access) => access !== undefined);
  return found?.metadata ?? {};
}

async function readMetric(
  postern: RunningPostern,
  name: string,
  labels: Readonly<Record<string, string>>,
): Promise<number> {
  const text = await (await fetch(`${postern.opsUrl}/metrics`)).text();
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  const series = text.split('\n').filter((line) => /^\w+/.exec(line)?.[0] === name);
  return series
    .filter((line) => wanted.every((pair) => line.includes(pair)))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}
