import type { ConsumerRecord } from '../../../../src/authz/consumer.ts';
import type { Redis } from 'ioredis';
import { consumerSchema } from '../../../../src/store/consumer-document.ts';
import type { RedisClient } from '../../../../src/store/redis/client.ts';
import type { RedisConnectionOptions } from '../../../../src/store/redis/connection-options.ts';
import { createRedisKeys } from '../../../../src/store/redis/keys.ts';
import { encodeRecord } from '../../../../src/store/redis/record-codec.ts';
import { createRedisStore, type RedisStore } from '../../../../src/store/redis/redis-store.ts';
import { writeConsumer } from '../../../../src/store/redis/write-consumer.ts';
import { until } from '../until.ts';

export const keyPrefix = 'postern';
export const keys = createRedisKeys(keyPrefix);
export const never = new AbortController().signal;

export interface RunningStore {
  readonly store: RedisStore;
  /** What the store told of itself, in order: `get ok`, `channel up`, `connection down`, … */
  readonly events: readonly string[];
  /** The groups of `custom_id: app`; `null` = no such Consumer; else why it is unavailable. */
  groups(): Promise<string | null>;
  /** Waits until invalidation is heard. */
  channelUp(): Promise<void>;
}

export interface StoreSettings {
  readonly maxStalenessMs?: number;
  readonly commandTimeoutMs?: number;
  readonly now?: () => number;
}

/** A started store on this Redis. */
export async function startStore(
  connection: RedisConnectionOptions,
  { maxStalenessMs = 60_000, commandTimeoutMs = 1000, now }: StoreSettings = {},
): Promise<RunningStore> {
  const events: string[] = [];
  const store = createRedisStore({
    connection: { ...connection, commandTimeoutMs },
    keyPrefix,
    maxStalenessMs,
    ...(now !== undefined && { clock: { now } }),
    report: {
      command: ({ command, outcome }) => events.push(`${command} ${outcome}`),
      connection: ({ up }) => events.push(`connection ${up ? 'up' : 'down'}`),
      channel: ({ up }) => events.push(`channel ${up ? 'up' : 'down'}`),
      invalidated: (count) => events.push(`invalidated ${String(count ?? 'all')}`),
    },
  });
  await store.start(never);
  const running = {
    store,
    events,
    async groups() {
      const found = await store.resolve('custom_id', 'app', never);
      if (!found.ok) return `${found.stop.reason}: ${found.stop.detail ?? ''}`;
      return found.value === null ? null : [...found.value.groups].join();
    },
    channelUp: () => until(() => store.channelUp()),
  };
  await running.channelUp();
  return running;
}

export function recordOf(fields: object): ConsumerRecord {
  return consumerSchema.parse({ custom_id: 'app', ...fields }).record;
}

/** Writes `custom_id: app` with these groups, as another program would. */
export async function setGroups(client: Redis, ...groups: string[]): Promise<void> {
  const record = recordOf({ acls: groups.map((group) => ({ group })) });
  await client.set(keys.consumer('custom_id', 'app'), encodeRecord(record));
}

/** Writes a Consumer as the import does. */
export async function write(client: RedisClient, fields: object): Promise<string> {
  const entry = consumerSchema.parse(fields);
  const written = await writeConsumer(entry, { client, keys, dryRun: false });
  return written.ok ? written.value.outcome : written.stop.problem;
}
