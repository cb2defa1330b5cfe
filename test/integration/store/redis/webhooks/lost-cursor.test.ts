import { expect, it } from '@jest/globals';
import type { Address } from '../../../../../src/registry/webhooks.ts';
import { createRedisWebhooks } from '../../../../../src/store/redis/webhooks/redis-webhooks.ts';
import { startOwnRedis } from '../../../../support/redis.ts';
import { until } from '../../until.ts';
import { by, startRegistry, valueOf } from '../registry/harness.ts';

const address: Address = ({ id, type, registration }) => [
  { endpoint: 'e', delivery: { id, type, lane: registration.id, body: '{}' } },
];

it('delivers what was written after Redis lost everything, the cursor included', async () => {
  const redis = await startOwnRedis();
  const registry = await startRegistry(redis.connection);
  const told: string[] = [];
  const webhooks = createRedisWebhooks({
    connection: redis.connection,
    keyPrefix: 'postern',
    endpoints: [],
    report: { cursor: ({ kind }) => told.push(kind) },
  });
  const takeOver = () => webhooks.queue.takeOver(address, { now: Date.now() });
  const request = async (name = 'a') => {
    const { entity } = await valueOf(registry.applications.create({ name, customId: name }, by()));
    const subject = { kind: 'application', id: entity.id } as const;
    await valueOf(
      registry.registrations.request({ subject, service: 's', autoApprove: false }, by()),
    );
  };
  try {
    webhooks.start();
    await until(() =>
      takeOver().then(
        () => true,
        () => false,
      ),
    );
    await request();
    expect(await takeOver()).toBe(1);

    expect(told).toEqual(['new']);

    await redis.client.flushall();
    await request();

    await takeOver();
    expect(told).toEqual(['new', 'lost']);
    expect(await takeOver()).toBe(1);

    await request('b');
    await redis.client.xtrim('{postern}:audit', 'MAXLEN', 1);
    expect(await takeOver()).toBe(1);
    expect(await takeOver()).toBe(0);
    expect(told).toEqual(['new', 'lost', 'trimmed', 'trimmed']);
  } finally {
    webhooks.stop();
    registry.stop();
    await redis.stop();
  }
});
