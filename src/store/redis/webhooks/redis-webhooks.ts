import type { Outcome } from '../../../registry/ports.ts';
import type { WebhookReport } from '../../../registry/webhook-report.ts';
import type { EndpointState, WebhookQueue, Webhooks } from '../../../registry/webhooks.ts';
import { createRedisClient, type RedisClient } from '../client.ts';
import type { RedisConnectionOptions } from '../connection-options.ts';
import { keepConnected } from '../keep-connected.ts';
import { createRedisKeys } from '../keys.ts';
import { attemptRead } from './attempt-read.ts';
import { createDeadLetters } from './dead-letters.ts';
import { RedisWebhookQueue } from './redis-webhook-queue.ts';
import { TrailCursor } from './trail-cursor.ts';
import { createWebhookKeys, type WebhookKeys } from './webhook-keys.ts';

export type DescribedEndpoint = Pick<EndpointState, 'name' | 'origin' | 'events'>;

export interface RedisWebhooksOptions {
  readonly connection: RedisConnectionOptions;
  readonly keyPrefix: string;
  /** Those configured. */
  readonly endpoints: readonly DescribedEndpoint[];
  /** Deliveries that may wait for one endpoint; default 10,000. */
  readonly maxPending?: number;
  /** Dead letters that are kept; default 10,000. */
  readonly maxDeadLetters?: number;
  /** Default: nobody is told. */
  readonly report?: Pick<WebhookReport, 'cursor'>;
}

/** What both sides of webhooks work with. */
export interface WebhookTools {
  readonly client: RedisClient;
  readonly keys: WebhookKeys;
  readonly audit: string;
  readonly maxPending: number;
  readonly maxDeadLetters: number;
}

export interface RedisWebhooks {
  readonly queue: WebhookQueue;
  readonly webhooks: Webhooks;
  /** Connects, and goes on trying by itself. */
  start(): void;
  stop(): void;
}

/** The audit trail goes through this at its own pace, so a reply may take longer than a look-up's. */
const leastCommandTimeoutMs = 2000;

const silent = { cursor: () => undefined };

/** Deliveries and dead letters in Redis, on a connection of their own. */
export function createRedisWebhooks(options: RedisWebhooksOptions): RedisWebhooks {
  const { connection, keyPrefix, endpoints } = options;
  const { maxPending = 10_000, maxDeadLetters = 10_000, report = silent } = options;
  const commandTimeoutMs = Math.max(leastCommandTimeoutMs, connection.commandTimeoutMs ?? 0);
  const client = createRedisClient({ ...connection, commandTimeoutMs });
  const keys = createWebhookKeys(keyPrefix);
  const { audit } = createRedisKeys(keyPrefix);
  const tools = { client, keys, audit, maxPending, maxDeadLetters };
  let disconnect = (): void => {
    client.disconnect();
  };
  return {
    queue: new RedisWebhookQueue(tools, new TrailCursor(tools, report)),
    webhooks: {
      endpoints: () => readStates(endpoints, tools),
      ...createDeadLetters(
        tools,
        endpoints.map(({ name }) => name),
      ),
    },
    start() {
      disconnect = keepConnected(client);
    },
    stop() {
      disconnect();
    },
  };
}

function readStates(
  endpoints: readonly DescribedEndpoint[],
  { client, keys }: WebhookTools,
): Outcome<readonly EndpointState[]> {
  return attemptRead(() =>
    Promise.all(
      endpoints.map(async (endpoint) => {
        const state = await client.hgetall(keys.endpoint(endpoint.name).state);
        const { pending = '0', success, failure, problem = '' } = state;
        return {
          ...endpoint,
          pending: Number(pending),
          lastSuccessAt: success === undefined ? null : Number(success),
          lastFailure: failure === undefined ? null : { at: Number(failure), problem },
        };
      }),
    ),
  );
}
