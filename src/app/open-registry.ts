import type { Config } from '../config/config.ts';
import type { Registry } from '../registry/ports.ts';
import type { StoreStatus } from '../store/consumer-store.ts';
import { createFileRegistry } from '../store/file/file-registry.ts';
import { createRedisRegistry } from '../store/redis/registry/redis-registry.ts';
import type { RevocationSettings } from '../store/redis/registry/revocations.ts';
import type { ListsReport } from '../store/redis/registry/whole-lists.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Judge } from './judge.ts';
import { redisConnection, type OpenStore } from './open-store.ts';

/** Administration of a store, for as long as that store is in force. */
export interface OpenRegistry {
  readonly registry: Registry;
  readonly store: OpenStore;
  /** Resolves once it can be asked; rejects with the signal's reason if it aborts before. */
  readonly reached: (signal: AbortSignal) => Promise<void>;
  readonly status: () => StoreStatus;
  readonly close: () => void;
}

export function openRegistry(
  { config, store }: Judge,
  /** In force whenever something is written. */
  revocations: () => RevocationSettings,
  logger: Logger,
): OpenRegistry {
  const { file } = store;
  if (file !== null) {
    const registry = createFileRegistry(() => file.records());
    // The file was read, or will be, by the store of the Checks.
    return {
      registry,
      store,
      reached: () => Promise.resolve(),
      status: () => ({ state: 'ok' }),
      close: () => undefined,
    };
  }
  if (config.store.kind === 'file') throw new TypeError('a store of a file without one');
  const { keyPrefix } = config.store;
  const connection = redisConnection(config.store);
  const report = { indexing: createTellOfIndexing(logger) };
  const registry = createRedisRegistry({ connection, keyPrefix, revocations, report });
  registry.start();
  return {
    registry,
    store,
    reached: (signal) => registry.reached(signal),
    status: () => registry.status(),
    close: () => {
      registry.stop();
    },
  };
}

/** How revocations are kept under a configuration. */
export function termsOf({
  revocations,
  identityProviders,
}: Pick<Config, 'revocations' | 'identityProviders'>): RevocationSettings {
  return { ...revocations, providers: identityProviders };
}

function createTellOfIndexing(logger: Logger): NonNullable<ListsReport['indexing']> {
  return function tellOfIndexing(event) {
    if (event.state === 'failed') {
      logger.warn({ reason: event.reason }, 'Consumers cannot be put into lists');
    } else if (event.state === 'begun') {
      logger.info({}, 'Consumers of an older release are put into lists');
    } else {
      logger.info({}, 'all Consumers are in the lists');
    }
  };
}
