import { Secret } from '../../../src/lib/secret.ts';
import { registrationEventTypes } from '../../../src/registry/registration-event.ts';
import type { AttemptReport } from '../../../src/registry/webhook-report.ts';
import type { RegistrationEntity } from '../../../src/registry/entities.ts';
import type { RedisRegistry } from '../../../src/store/redis/registry/redis-registry.ts';
import {
  createRedisWebhooks,
  type RedisWebhooks,
  type RedisWebhooksOptions,
} from '../../../src/store/redis/webhooks/redis-webhooks.ts';
import type { WebhookEndpoint } from '../../../src/webhooks/endpoint.ts';
import { WebhookRelay } from '../../../src/webhooks/webhook-relay.ts';
import type { TestRedis } from '../../support/redis.ts';
import { by, valueOf } from '../store/redis/registry/harness.ts';
import { until } from '../store/until.ts';

export const secretText = `whsec_${Buffer.alloc(32, 'a').toString('base64')}`;

export function endpointOf(url: string, more: Partial<WebhookEndpoint> = {}): WebhookEndpoint {
  return {
    name: 'portal',
    url,
    secrets: [new Secret(secretText)],
    events: registrationEventTypes,
    timeoutMs: 10_000,
    attempts: 3,
    ca: null,
    ...more,
  };
}

/** A clock that stands still until it is moved. */
export class TestClock {
  #now = Date.now();

  now(): number {
    return this.#now;
  }

  advance(ms: number): void {
    this.#now += ms;
  }
}

/** One replica's webhooks, whose passes the test makes. */
export interface Replica {
  readonly relay: WebhookRelay;
  readonly redis: RedisWebhooks;
  readonly attempted: readonly AttemptReport[];
  /** Takes over and delivers. */
  pass(): Promise<void>;
  stop(): Promise<void>;
}

export async function startReplica(
  { connection, keyPrefix }: Pick<TestRedis, 'connection' | 'keyPrefix'>,
  endpoints: readonly WebhookEndpoint[],
  clock: TestClock,
  options: Partial<RedisWebhooksOptions> = {},
): Promise<Replica> {
  const described = endpoints.map(({ name, url, events }) => ({
    name,
    events,
    origin: new URL(url).origin,
  }));
  const redis = createRedisWebhooks({ connection, keyPrefix, endpoints: described, ...options });
  redis.start();
  await until(async () => (await redis.webhooks.endpoints()).ok);
  const attempted: AttemptReport[] = [];
  const relay = new WebhookRelay({
    endpoints,
    queue: redis.queue,
    clock,
    random: () => 0.5,
    report: {
      attempted: (report) => attempted.push(report),
      pending: () => undefined,
      store: () => undefined,
    },
    version: '1.2.3',
  });
  // So that the trail has a beginning.
  await relay.takeOver();
  return {
    relay,
    redis,
    attempted,
    async pass() {
      await relay.takeOver();
      await relay.deliver();
    },
    async stop() {
      await relay.stop(0);
      redis.stop();
    },
  };
}

/** An application with a registration that was just asked for. */
export async function request(
  registry: RedisRegistry,
  customId: string,
): Promise<RegistrationEntity> {
  const draft = { name: customId, customId };
  const { entity } = await valueOf(registry.applications.create(draft, by()));
  const subject = { kind: 'application', id: entity.id } as const;
  const asked = { subject, service: 'orders', autoApprove: false, note: 'please' };
  return (await valueOf(registry.registrations.request(asked, by({ actor: 'portal' })))).entity;
}
