import { randomBytes } from 'node:crypto';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  jest,
} from '@jest/globals';
import type { RedisRegistry } from '../../../src/store/redis/registry/redis-registry.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';
import {
  startWebhookReceiver,
  status,
  type WebhookReceiver,
} from '../../support/webhook-receiver.ts';
import { allOf, by, problemOf, startRegistry, valueOf } from '../store/redis/registry/harness.ts';
import { endpointOf, request, startReplica, TestClock, type Replica } from './harness.ts';

jest.setTimeout(60_000);

let redis: TestRedis;
let registry: RedisRegistry;
let receiver: WebhookReceiver;
let replica: Replica;
const clock = new TestClock();

beforeAll(async () => {
  redis = await startRedis();
});

afterAll(() => redis.stop());

beforeEach(async () => {
  redis = { ...redis, keyPrefix: `dead-${randomBytes(6).toString('hex')}` };
  registry = await startRegistry(redis.connection, { keyPrefix: redis.keyPrefix });
  receiver = await startWebhookReceiver();
  const bounds = { maxPending: 5, maxDeadLetters: 4 };
  replica = await startReplica(redis, [endpointOf(receiver.url)], clock, bounds);
});

afterEach(async () => {
  await replica.stop();
  await receiver.stop();
  registry.stop();
});

async function letters() {
  return allOf((offset) => replica.redis.webhooks.deadLetters({ size: 2, offset }));
}

describe('a dead letter', () => {
  it('is what is left of a delivery after its last attempt', async () => {
    receiver.answer = status(500);
    await request(registry, 'app-1');
    for (const wait of [0, 10_000, 30_000, 90_000]) {
      clock.advance(wait);
      await replica.pass();
    }

    expect(receiver.received).toHaveLength(3);
    expect(await letters()).toMatchObject([
      { endpoint: 'portal', type: 'registration.requested', failures: 3, problem: 'HTTP 500' },
    ]);
    expect(replica.attempted.map(({ outcome }) => outcome)).toEqual([
      'failed',
      'failed',
      'dead_letter',
    ]);
    expect(await replica.redis.queue.countPending('portal')).toBe(0);
  });

  it('is made at once of what the receiver says is gone, and the next one is delivered', async () => {
    receiver.answer = (response, { json }) => {
      response.writeHead(json.type === 'registration.requested' ? 410 : 204).end();
    };
    const { id } = await request(registry, 'app-1');
    await valueOf(registry.registrations.change(id, { status: 'rejected' }, by()));
    await replica.pass();

    expect(replica.attempted.map(({ outcome }) => outcome)).toEqual(['dead_letter', 'delivered']);
  });

  it('is delivered again when somebody says so, once', async () => {
    receiver.answer = status(410);
    await request(registry, 'app-1');
    await replica.pass();
    const [letter] = await letters();
    receiver.answer = status(204);

    expect(await valueOf(replica.redis.webhooks.redeliver(letter!.position))).toEqual(letter);
    expect(await problemOf(replica.redis.webhooks.redeliver(letter!.position))).toMatchObject({
      kind: 'not_found',
    });
    await replica.pass();
    await replica.pass();
    expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual([
      letter!.id,
      letter!.id,
    ]);
    expect(await letters()).toEqual([]);
  });

  it('stays where its endpoint is not configured any more, until it is discarded', async () => {
    receiver.answer = status(410);
    await request(registry, 'app-1');
    await replica.pass();
    const [letter] = await letters();
    const renamed = await startReplica(redis, [endpointOf(receiver.url, { name: 'new' })], clock);

    expect(await problemOf(renamed.redis.webhooks.redeliver(letter!.position))).toEqual({
      kind: 'invalid',
      fields: { endpoint: 'no webhook of this name is configured' },
    });
    expect(await valueOf(renamed.redis.webhooks.discard(letter!.position))).toEqual(letter);
    expect(await letters()).toEqual([]);
    await renamed.stop();
  });

  it.each(['0', '-', '+', '1-1', '1-', '99999999999999999-0', 'nonsense'])(
    'is not found at %s',
    async (position) => {
      for (const change of ['redeliver', 'discard'] as const) {
        expect(await problemOf(replica.redis.webhooks[change](position))).toEqual({
          kind: 'not_found',
          entity: 'dead_letter',
        });
      }
    },
  );

  it('is made of what finds too many waiting, and the oldest go first', async () => {
    receiver.answer = status(500);
    for (let index = 0; index < 11; index += 1) await request(registry, `app-${index}`);
    await replica.relay.takeOver();

    expect(await replica.redis.queue.countPending('portal')).toBe(5);
    const left = await letters();
    expect(left.map(({ body }) => JSON.parse(body).data.consumer.custom_id)).toEqual([
      'app-10',
      'app-9',
      'app-8',
      'app-7',
    ]);
    expect(left[0]).toMatchObject({ problem: 'too many deliveries are waiting' });
    expect(
      await problemOf(replica.redis.webhooks.deadLetters({ size: 2, offset: 'x' })),
    ).toMatchObject({
      kind: 'invalid',
    });
  });
});
