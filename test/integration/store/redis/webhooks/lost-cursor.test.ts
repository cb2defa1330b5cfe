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
  const webhooks = createRedisWebhooks({
    connection: redis.connection,
    keyPrefix: 'postern',
    endpoints: [],
  });
  const takeOver = () => webhooks.queue.takeOver(address, { now: Date.now() });
  const request = async () => {
    const { entity } = await valueOf(
      registry.applications.create({ name: 'a', customId: 'a' }, by()),
    );
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

    await redis.client.flushall();
    await request();

    await takeOver();
    expect(await takeOver()).toBe(1);
  } finally {
    webhooks.stop();
    registry.stop();
    await redis.stop();
  }
});
