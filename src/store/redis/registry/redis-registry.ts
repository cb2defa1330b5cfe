import { randomUUID } from 'node:crypto';
import { systemClock, type Clock } from '../../../lib/clock.ts';
import type { Registry } from '../../../registry/ports.ts';
import type { StoreStatus } from '../../consumer-store.ts';
import { defaultAuditLength } from '../audit-length.ts';
import { createRedisClient } from '../client.ts';
import type { RedisConnectionOptions } from '../connection-options.ts';
import { HealthProbe } from '../health-probe.ts';
import { keepConnected } from '../keep-connected.ts';
import { createRedisKeys, type RedisKeys } from '../keys.ts';
import { explainRedisError } from '../redis-error.ts';
import { RedisAcls } from './acls.ts';
import { RedisApplications } from './applications.ts';
import { createRedisAudit } from './audit.ts';
import { RedisConsumers } from './consumers.ts';
import { RedisDevelopers } from './developers.ts';
import { RedisRegistrations } from './registrations.ts';
import { RegistryWriter } from './registry-writer.ts';
import { RedisRevocations, type RevocationSettings } from './revocations.ts';
import { WholeLists, type ListsReport } from './whole-lists.ts';

export interface RedisRegistryOptions {
  readonly connection: RedisConnectionOptions;
  readonly keyPrefix: string;
  /** Entries of the audit trail that are kept, about; default 100,000. */
  readonly auditLength?: number;
  /** Milliseconds that the result of a write is known to its repeats; default a day. */
  readonly operationLifeMs?: number;
  /** In force whenever it is asked for; default as documented. */
  readonly revocations?: () => RevocationSettings;
  /** Milliseconds since the Unix epoch. */
  readonly clock?: Clock;
  /** UUIDs. */
  readonly newId?: () => string;
  readonly report?: ListsReport;
}

export interface RedisRegistry extends Registry {
  /** Connects, and goes on trying by itself; until then everything is `unavailable`. */
  start(): void;
  /** Resolves at the first answer of Redis; rejects with the signal's reason if it aborts before. */
  reached(signal: AbortSignal): Promise<void>;
  status(): StoreStatus;
  stop(): void;
}

/** A page of a thousand Consumers takes longer than a look-up may. */
const leastCommandTimeoutMs = 2000;
const dayMs = 86_400_000;
const probeIntervalMs = 1000;
const usualRevocations: RevocationSettings = {
  keepMs: 30 * dayMs,
  maxEntries: 1_000_000,
  onClientDelete: false,
};

/** Administration of the Consumers in Redis, on a connection of its own. */
export function createRedisRegistry(options: RedisRegistryOptions): RedisRegistry {
  const { connection, keyPrefix, clock = systemClock, newId = randomUUID } = options;
  const { auditLength = defaultAuditLength, operationLifeMs = dayMs } = options;
  const { revocations = () => usualRevocations } = options;
  const commandTimeoutMs = Math.max(leastCommandTimeoutMs, connection.commandTimeoutMs ?? 0);
  const keys = createRedisKeys(keyPrefix);
  const { client, probe } = probedClient({ ...connection, commandTimeoutMs }, keys);
  const lists = new WholeLists({
    client,
    keys,
    openBulk: () => createRedisClient({ ...connection, commandTimeoutMs: 10_000 }, { bulk: true }),
    report: options.report ?? {},
  });
  const writer = new RegistryWriter({ client, keys, clock, newId, auditLength, operationLifeMs });
  const tools = { client, keys, writer, lists, revocations, now: () => clock.now() };
  let disconnect = (): void => {
    client.disconnect();
  };
  return {
    consumers: new RedisConsumers(tools),
    acls: new RedisAcls(tools),
    applications: new RedisApplications(tools),
    registrations: new RedisRegistrations(tools),
    developers: new RedisDevelopers(tools),
    revocations: new RedisRevocations(tools),
    audit: createRedisAudit(tools),
    start() {
      disconnect = keepConnected(client);
      probe.start();
      void lists.start();
    },
    reached: (signal) => probe.firstAnswer(signal),
    status: () => (probe.up ? { state: 'ok' } : { state: 'down', reason: probe.reason }),
    stop() {
      void probe.stop();
      lists.stop();
      disconnect();
    },
  };
}

function probedClient(connection: RedisConnectionOptions, keys: RedisKeys) {
  let connectionError: unknown = null;
  const client = createRedisClient(connection, {
    onError: (error) => {
      connectionError = error;
    },
  });
  const probe = new HealthProbe({
    ask: () => client.exists(keys.members),
    // A command that found no connection does not know why there is none.
    explain: (error) =>
      explainRedisError(client.status === 'ready' ? error : (connectionError ?? error)),
    intervalMs: probeIntervalMs,
    onChange: () => undefined,
  });
  return { client, probe };
}
