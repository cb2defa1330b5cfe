import type { Config } from '../config/config.ts';
import type { Webhooks } from '../registry/webhooks.ts';
import { createRedisWebhooks } from '../store/redis/webhooks/redis-webhooks.ts';
import { WebhookRelay } from '../webhooks/webhook-relay.ts';
import { redisConnection } from './open-store.ts';
import type { Tools } from './tools.ts';

/** Webhooks of one configuration, being delivered. */
export interface OpenWebhooks {
  readonly webhooks: Webhooks;
  stop(drainMs: number): Promise<void>;
}

/** Loaded only where webhooks are configured. */
export function openWebhooks(
  { webhooks: endpoints, store }: Config,
  version: string,
  { telemetry, clock }: Tools,
): OpenWebhooks {
  if (store.kind === 'file') throw new TypeError('webhooks without a Redis');
  const redis = createRedisWebhooks({
    connection: redisConnection(store),
    keyPrefix: store.keyPrefix,
    report: { cursor: telemetry.webhookCursorFound },
    endpoints: endpoints.map(({ name, url, events }) => {
      return { name, origin: new URL(url).origin, events };
    }),
  });
  const relay = new WebhookRelay({
    endpoints,
    queue: redis.queue,
    clock,
    random: Math.random,
    report: {
      attempted: telemetry.webhookAttempted,
      pending: telemetry.webhooksPending,
      store: telemetry.webhookStoreChanged,
    },
    version,
  });
  redis.start();
  relay.start();
  return {
    webhooks: redis.webhooks,
    async stop(drainMs) {
      await relay.stop(drainMs);
      redis.stop();
    },
  };
}
