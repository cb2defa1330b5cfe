import { Cluster, Redis, type RedisOptions } from 'ioredis';
import type { HostPort, RedisConnectionOptions } from './connection-options.ts';

/** A client that follows failovers and reconnects for ever. */
export type RedisClient = Redis | Cluster;

/** Replies keep the shapes of RESP2, which is what is spoken. */
type NodeOptions = Omit<RedisOptions, 'replyMapping'>;

const longestBackoffMs = 2000;

/** Waits longer after each failed attempt, with jitter so that replicas do not come back as one. */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  const longest = Math.min(longestBackoffMs, 50 * 2 ** Math.min(attempt, 10));
  return Math.round(longest * (0.5 + random() / 2));
}

export interface RedisClientOptions {
  readonly bulk?: boolean;
  /** Why a connection could not be made, or ended. */
  readonly onError?: (error: unknown) => void;
}

/**
 * The connection for look-ups and writes. Nothing is sent again and nothing is queued while it is
 * down: a caller would rather hear `unavailable` at once. `bulk` sends many commands as one, at the
 * price that each batch waits for the one before. Not connected yet.
 */
export function createRedisClient(
  options: RedisConnectionOptions,
  { bulk = false, onError = ignore }: RedisClientOptions = {},
): RedisClient {
  const retryStrategy = (attempt: number) => backoffMs(attempt);
  const common = commonOptions(options);
  const client =
    options.topology.kind === 'cluster'
      ? createCluster(options.topology.nodes, common, retryStrategy, bulk)
      : new Redis({
          ...common,
          ...endpointOptions(options),
          retryStrategy,
          sentinelRetryStrategy: retryStrategy,
          failoverDetector: true,
          enableOfflineQueue: false,
          enableAutoPipelining: bulk,
        });
  // Without a listener an error event would end the process.
  client.on('error', onError);
  return client;
}

function createCluster(
  nodes: readonly HostPort[],
  common: NodeOptions,
  retryStrategy: (attempt: number) => number,
  bulk: boolean,
): Cluster {
  const startNodes = nodes.map(({ host, port }) => ({ host, port }));
  return new Cluster(startNodes, {
    redisOptions: common,
    clusterRetryStrategy: retryStrategy,
    lazyConnect: true,
    enableOfflineQueue: false,
    enableAutoPipelining: bulk,
    maxRedirections: 4,
    retryDelayOnFailover: 50,
    retryDelayOnClusterDown: 50,
    slotsRefreshInterval: 5000,
  });
}

/**
 * One connection of the invalidation channel, to the master or to `node` of a Cluster. It does not
 * reconnect: when it ends, the channel is lost.
 */
export function createChannelConnection(
  options: RedisConnectionOptions,
  node: HostPort | null,
): Redis {
  const endpoint = node ?? endpointOptions(options);
  const connection = new Redis({
    ...commonOptions(options),
    ...endpoint,
    retryStrategy: () => null,
    sentinelRetryStrategy: () => null,
  });
  connection.on('error', ignore);
  return connection;
}

/** Milliseconds. */
export const defaultCommandTimeoutMs = 200;

function commonOptions(options: RedisConnectionOptions): NodeOptions {
  const { tls } = options;
  const commandTimeout = options.commandTimeoutMs ?? defaultCommandTimeoutMs;
  return {
    // In RESP3, the library's default, it drops invalidation messages without an event.
    protocol: 2,
    lazyConnect: true,
    connectTimeout: options.connectTimeoutMs ?? 2000,
    // For look-ups a backstop: they have a time-out that a pause of the process does not set off.
    commandTimeout: 3 * commandTimeout,
    // A peer that vanished without a word: its socket would hold commands for minutes.
    socketTimeout: 10 * commandTimeout,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    disableClientInfo: true,
    // It would ask INFO, which not every server answers. One that still loads says so to commands.
    enableReadyCheck: false,
    connectionName: 'postern',
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
    ...(options.username === undefined ? {} : { username: options.username }),
    ...(options.password === undefined ? {} : { password: options.password.reveal() }),
    ...(options.database === undefined ? {} : { db: options.database }),
    ...(tls === undefined
      ? {}
      : {
          tls: {
            ca: tls.ca,
            cert: tls.cert,
            key: tls.key,
            ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
          },
        }),
  };
}

function endpointOptions({ topology, tls }: RedisConnectionOptions): NodeOptions {
  switch (topology.kind) {
    case 'single':
      return { host: topology.host, port: topology.port };
    case 'socket':
      return { path: topology.path };
    case 'sentinel':
      return {
        name: topology.name,
        sentinels: topology.sentinels.map(({ host, port }) => ({ host, port })),
        sentinelUsername: topology.sentinelUsername,
        sentinelPassword: topology.sentinelPassword?.reveal(),
        enableTLSForSentinelMode: tls !== undefined,
        sentinelTLS: tls === undefined ? undefined : { ca: tls.ca, cert: tls.cert, key: tls.key },
      };
    case 'cluster':
      return {};
  }
}

function ignore(): void {
  // On purpose.
}
