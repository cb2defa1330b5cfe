import type { Revocations } from '../../authz/revocations.ts';
import { systemClock, type Clock } from '../../lib/clock.ts';
import type { ConsumerStore, StoreStatus } from '../consumer-store.ts';
import { RevocationMemory } from '../revocation-memory.ts';
import { createCheckEviction, EvictionError } from './check-eviction.ts';
import { createRedisClient, defaultCommandTimeoutMs, type RedisClient } from './client.ts';
import type { RedisConnectionOptions } from './connection-options.ts';
import { ConsumerCache } from './consumer-cache.ts';
import { HealthProbe } from './health-probe.ts';
import { InvalidationChannel } from './invalidation.ts';
import { createRedisKeys, type RedisKeys } from './keys.ts';
import { createLoadValue } from './load-value.ts';
import type { StoredValue } from './record-codec.ts';
import { createRedisProofReplay, type RedisProofReplay } from './proof-replay.ts';
import { readFromMaster } from './read-from-master.ts';
import { explainRedisError, NotMasterError } from './redis-error.ts';
import type { RedisStoreReport } from './redis-report.ts';
import { RevocationFeed } from './revocations/revocation-feed.ts';
import { createResolveConsumer } from './resolve-consumer.ts';
import { createRedisSessionStore, type RedisSessionStore } from './session-store.ts';
import { createTimedCommand, type TimedCommand } from './timed-command.ts';
import { openTrackingPair } from './tracking-pair.ts';

export interface RedisStoreOptions {
  readonly connection: RedisConnectionOptions;
  readonly keyPrefix: string;
  /** Longest life of a cached record while invalidation is not heard; milliseconds, default 5 s. */
  readonly maxStalenessMs?: number;
  /** Default 100,000. */
  readonly maxEntries?: number;
  /** Default 10,000. */
  readonly maxNegativeEntries?: number;
  /** Milliseconds that "there is none" is cached; default 5 s. */
  readonly negativeTtlMs?: number;
  /** Milliseconds that never run backwards; default `performance.now`. */
  readonly clock?: Clock;
  /** What is revoked, as far as this process knows; default an empty memory. */
  readonly revoked?: RevocationMemory;
  readonly report?: RedisStoreReport;
}

export interface RedisStore extends ConsumerStore {
  /** Cached records, and cached "there is none". */
  entries(): { readonly present: number; readonly absent: number };
  /** Whether changes on the server are heard of as they happen. */
  channelUp(): boolean;
  /** Sessions beside the Consumers, on the same connection. */
  readonly sessions: RedisSessionStore;
  /** Used DPoP proofs, likewise. */
  readonly replays: RedisProofReplay;
  readonly revocations: Revocations;
}

const monotonicClock: Clock = { now: () => performance.now() };

const usual = {
  clock: monotonicClock,
  report: {},
  maxStalenessMs: 5000,
  maxEntries: 100_000,
  maxNegativeEntries: 10_000,
  negativeTtlMs: 5000,
} as const;

/** Consumers in Redis, with a bounded cache that the server keeps true. */
export function createRedisStore(options: RedisStoreOptions): RedisStore {
  const revoked = new RevocationMemory(systemClock);
  const settings: Settings = { ...usual, revoked, ...options };
  const keys = createRedisKeys(options.keyPrefix);
  const { client, probe } = connectLater(settings, keys);
  const timeoutMs = settings.connection.commandTimeoutMs ?? defaultCommandTimeoutMs;
  const timedCommand = createTimedCommand({ ...settings, timeoutMs });
  const revocations = feedRevocations(settings, keys, client, timeoutMs);
  const { cache, channel, channelProblem } = cacheWithChannel(
    settings,
    { client, keys, revocations },
    timedCommand,
  );

  function status(): StoreStatus {
    if (!probe.up) return { state: 'down', reason: probe.reason };
    const deaf = channel.up ? null : `changes are not heard of: ${channelProblem()}`;
    const reason = revocations.problem ?? deaf;
    return reason === null ? { state: 'ok' } : { state: 'degraded', reason };
  }

  return {
    resolve: createResolveConsumer({
      keys,
      cache,
      onResult: (result) => settings.report.lookup?.(result),
    }),
    async start(signal) {
      signal.throwIfAborted();
      // Whether this first attempt succeeds or not, the client goes on trying by itself.
      client.connect().catch(() => undefined);
      probe.start();
      await probe.firstAnswer(signal);
      await revocations.start(signal);
      channel.start();
      // A new connection may be to another server, which the channel then has to be at, too.
      client.on('ready', () => {
        channel.restart('the connection for look-ups was made anew');
      });
      return [];
    },
    async stop() {
      await Promise.all([probe.stop(), channel.stop(), revocations.stop()]);
      client.disconnect();
    },
    status,
    entries: () => cache.size,
    channelUp: () => channel.up,
    sessions: createRedisSessionStore({ client, keys, timedCommand }),
    replays: createRedisProofReplay({ client, keys, timedCommand }),
    revocations,
  };
}

type Settings = Required<RedisStoreOptions>;

function feedRevocations(
  settings: Settings,
  keys: RedisKeys,
  client: RedisClient,
  timeoutMs: number,
): RevocationFeed {
  return new RevocationFeed({
    ...settings,
    client,
    keys,
    // No request waits for it, so that it is not counted among the commands of look-ups.
    timedCommand: createTimedCommand({ ...settings, timeoutMs, report: {} }),
    memory: settings.revoked,
    onChange: (event) => settings.report.revocations?.(event),
  });
}

function connectLater(settings: Settings, keys: RedisKeys) {
  let connectionError: unknown = null;
  const client = createRedisClient(settings.connection, {
    onError: (error) => {
      connectionError = error;
    },
  });
  const checkEviction = createCheckEviction({
    client,
    keys,
    clock: settings.clock,
    onUnknown: (reason) => settings.report.evictionUnknown?.(reason),
  });
  /** Its address may by now be that of another server. */
  const leave = (error: NotMasterError): void => {
    connectionError = error;
    client.disconnect(true);
  };
  const probe = new HealthProbe({
    async ask() {
      // A failover during an attempt to connect can end the client's own attempts.
      if (client.status === 'end') client.connect().catch(() => undefined);
      try {
        await readFromMaster(client, () => client.exists(keys.members));
      } catch (error) {
        if (error instanceof NotMasterError) leave(error);
        throw error;
      }
      await checkEviction();
    },
    // A command that found no connection does not know why there is none.
    explain: (error) =>
      error instanceof EvictionError
        ? error.message
        : explainRedisError(client.status === 'ready' ? error : (connectionError ?? error)),
    intervalMs: Math.min(1000, settings.maxStalenessMs / 4),
    onChange: (event) => settings.report.connection?.(event),
  });
  return { client, probe };
}

interface ChannelParts {
  readonly client: RedisClient;
  readonly keys: RedisKeys;
  readonly revocations: RevocationFeed;
}

function cacheWithChannel(
  settings: Settings,
  { client, keys, revocations }: ChannelParts,
  timedCommand: TimedCommand,
) {
  const { connection, clock, report, maxStalenessMs } = settings;
  let problem: string | null = 'not opened yet';

  const onInvalidate = (changed: readonly string[] | null) => {
    revocations.told(changed);
    const consumers = changed?.filter((key) => key.startsWith(keys.consumerPrefix)) ?? null;
    cache.invalidate(consumers);
    if (consumers?.length !== 0) report.invalidated?.(consumers?.length ?? null);
  };
  const channel = new InvalidationChannel({
    open: () => openTrackingPair({ connection, client, keys, onInvalidate }),
    onUp() {
      problem = null;
      cache.invalidate(null);
      revocations.told(null);
      report.channel?.({ up: true });
    },
    onDown(reason) {
      if (problem !== reason) report.channel?.({ up: false, reason });
      problem = reason;
    },
    maxStalenessMs,
    clock,
  });
  const cache = new ConsumerCache<StoredValue>({
    ...settings,
    channel,
    load: createLoadValue(client, timedCommand),
  });
  return { cache, channel, channelProblem: () => problem ?? 'unknown' };
}
