import type { Revocations } from '../authz/revocations.ts';
import type { Config, RedisConfig } from '../config/config.ts';
import { formatProblem } from '../documents/problem.ts';
import { pass } from '../lib/step.ts';
import type { ConsumerStore } from '../store/consumer-store.ts';
import { createFileStore, type FileStore } from '../store/file/file-store.ts';
import type { RedisConnectionOptions } from '../store/redis/connection-options.ts';
import { createRedisStore, type RedisStore } from '../store/redis/redis-store.ts';
import { muteable } from '../telemetry/wrap-telemetry.ts';
import { describeWithSecrets } from './describe-with-secrets.ts';
import type { Tools } from './tools.ts';
import { warnOfConsumers } from './warn-of-consumers.ts';

/** A store with the configuration that it was opened with. */
export interface OpenStore {
  readonly store: ConsumerStore;
  /** What replicas keep together; null where each has a file of its own. */
  readonly shared: Pick<RedisStore, 'sessions' | 'replays'> | null;
  /** What counts no longer; with a file nothing is added. */
  readonly revocations: Revocations;
  /** The file with Consumers, where they come from one. */
  readonly file: Pick<FileStore, 'records'> | null;
  /** Equal for equal configurations. Holds secrets: for comparison only. */
  readonly key: string;
  /** Ends what it tells of itself, once another one has its place. */
  readonly mute: () => void;
  /** What the newest configuration knows, for warnings of Consumers that name something else. */
  readonly known: { config: Config };
}

/** The store that a configuration asks for: `before` if it is that one, else a new one, not started. */
export function openStore(config: Config, before: OpenStore | undefined, tools: Tools): OpenStore {
  const key = describeWithSecrets(config.store);
  if (before?.key === key) {
    before.known.config = config;
    return before;
  }
  const known = { config };
  const { telemetry, mute } = muteable(tools.telemetry);
  return { key, mute, known, ...createStore(known, { ...tools, telemetry }) };
}

function createStore(
  known: OpenStore['known'],
  tools: Tools,
): Pick<OpenStore, 'store' | 'shared' | 'revocations' | 'file'> {
  const { store } = known.config;
  if (store.kind === 'file') {
    const file = openFileStore(store.path, known, tools);
    return { store: file, shared: null, revocations: remembered(tools), file };
  }
  const redis = openRedisStore(store, tools);
  return { store: redis, shared: redis, revocations: redis.revocations, file: null };
}

function remembered({ revoked }: Tools): Revocations {
  return { current: () => pass(revoked.size === 0 ? null : revoked) };
}

function openFileStore(
  path: string,
  known: OpenStore['known'],
  { telemetry, logger }: Tools,
): FileStore {
  return createFileStore({
    path,
    report: {
      loaded: (event) => {
        const { problems, consumers } = event;
        const outcome = problems.length === 0 ? 'success' : 'failure';
        telemetry.consumersLoaded({ outcome, consumers, problems: problems.map(formatProblem) });
        if (problems.length > 0) return;
        for (const { message: problem } of warnOfConsumers(event.records(), known.config)) {
          logger.warn({ problem }, 'Consumers file warning');
        }
      },
    },
  });
}

function openRedisStore(config: RedisConfig, { telemetry, logger, revoked }: Tools): RedisStore {
  return createRedisStore({
    connection: redisConnection(config),
    keyPrefix: config.keyPrefix,
    maxStalenessMs: config.maxStalenessMs,
    maxEntries: config.cache.maxEntries,
    maxNegativeEntries: config.cache.negativeMaxEntries,
    negativeTtlMs: config.cache.negativeTtlMs,
    revoked,
    report: {
      command: telemetry.redisCommanded,
      connection: telemetry.redisChanged,
      lookup: (result) => {
        telemetry.cacheAsked({ cache: 'consumers', result });
      },
      evictionUnknown: (reason) => {
        logger.warn({ reason }, 'Redis does not tell whether it may evict keys');
      },
      revocations: ({ up, reason }) => {
        if (up) logger.info({}, 'revocations are known');
        else logger.warn({ reason }, 'revocations cannot be read');
      },
      channel: ({ up, reason }) => {
        if (up) logger.info({}, 'invalidation of cached Consumers is heard');
        else logger.warn({ reason }, 'invalidation of cached Consumers is not heard');
      },
    },
  });
}

/** How to reach the configured Redis; the import uses it as well. */
export function redisConnection({ connection }: RedisConfig): RedisConnectionOptions {
  const { tls, ...others } = connection;
  if (tls === undefined) return others;
  const { key, ...certificates } = tls;
  return {
    ...others,
    tls: key === undefined ? certificates : { ...certificates, key: key.reveal() },
  };
}
