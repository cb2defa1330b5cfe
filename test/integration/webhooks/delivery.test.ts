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
import { Webhook } from 'standardwebhooks';
import { Secret } from '../../../src/lib/secret.ts';
import type { RedisRegistry } from '../../../src/store/redis/registry/redis-registry.ts';
import type { WebhookEndpoint } from '../../../src/webhooks/endpoint.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';
import {
  startWebhookReceiver,
  status,
  type ReceivedWebhook,
  type WebhookReceiver,
} from '../../support/webhook-receiver.ts';
import { by, startRegistry, valueOf } from '../store/redis/registry/harness.ts';
import { until } from '../store/until.ts';
import {
  endpointOf,
  request,
  secretText,
  startReplica,
  TestClock,
  type Replica,
} from './harness.ts';

jest.setTimeout(60_000);

let redis: TestRedis;
let registry: RedisRegistry;
let receiver: WebhookReceiver;
let clock: TestClock;
const replicas: Replica[] = [];

beforeAll(async () => {
  redis = await startRedis();
});

afterAll(() => redis.stop());

beforeEach(async () => {
  redis = { ...redis, keyPrefix: `hooks-${randomBytes(6).toString('hex')}` };
  registry = await startRegistry(redis.connection, { keyPrefix: redis.keyPrefix });
  receiver = await startWebhookReceiver();
  clock = new TestClock();
});

afterEach(async () => {
  await Promise.all(replicas.splice(0).map((replica) => replica.stop()));
  await receiver.stop();
  registry.stop();
});

async function replicate(endpoints: readonly WebhookEndpoint[]): Promise<Replica> {
  const replica = await startReplica(redis, endpoints, clock);
  replicas.push(replica);
  return replica;
}

function typesOf(received: readonly ReceivedWebhook[]): unknown[] {
  return received.map(({ json }) => json.type);
}

function idsOf(received: readonly ReceivedWebhook[]): unknown[] {
  return received.map(({ headers }) => headers['webhook-id']);
}

describe('a webhook', () => {
  it('tells who may use what, signed so that the library believes it', async () => {
    const portal = await replicate([endpointOf(receiver.url)]);
    const { id, consumer, application } = await request(registry, 'app-1');
    await portal.pass();

    const [one] = receiver.received;
    expect(
      new Webhook(secretText).verify(one!.body, one!.headers as Record<string, string>),
    ).toEqual({
      type: 'registration.requested',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      data: {
        registration: {
          id,
          service: 'orders',
          status: 'requested',
          suspended: false,
          note: 'please',
          version: 1,
        },
        consumer: { id: consumer.id, username: consumer.username, custom_id: 'app-1' },
        application,
        actor: 'portal',
        previous_status: null,
      },
    });
    expect(one!.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'Postern/1.2.3',
    });
  });

  it('is told of every step, in their order', async () => {
    const portal = await replicate([endpointOf(receiver.url)]);
    const { id } = await request(registry, 'app-1');
    for (const change of [
      { status: 'approved' },
      { note: 'no news' },
      { suspended: true },
      { suspended: false },
      { status: 'revoked' },
    ] as const) {
      await valueOf(registry.registrations.change(id, change, by()));
    }
    await valueOf(registry.registrations.delete(id, by()));
    await portal.pass();

    expect(typesOf(receiver.received)).toEqual(
      ['requested', 'approved', 'suspended', 'resumed', 'revoked', 'deleted'].map(
        (it) => `registration.${it}`,
      ),
    );
    expect(receiver.received.map(({ json }) => json.data.previous_status)).toEqual([
      null,
      'requested',
      'approved',
      'approved',
      'approved',
      'revoked',
    ]);
  });

  it('is told of registrations that went with their application or Consumer', async () => {
    const portal = await replicate([
      endpointOf(receiver.url, { events: ['registration.deleted'] }),
    ]);
    const first = await request(registry, 'app-1');
    const { entity } = await valueOf(registry.consumers.create({ username: 'anna' }, by()));
    const key = { by: 'id', value: entity.id } as const;
    const second = (
      await valueOf(
        registry.registrations.request(
          { subject: { kind: 'consumer', key }, service: 'orders', autoApprove: true },
          by(),
        ),
      )
    ).entity;
    await valueOf(registry.applications.delete(first.application!.id, by()));
    await valueOf(registry.consumers.delete(key, by()));
    await portal.pass();

    expect(receiver.received.map(({ json }) => json.data.registration.id).toSorted()).toEqual(
      [first.id, second.id].toSorted(),
    );
  });

  it('is signed by each secret while one takes the place of another', async () => {
    const next = `whsec_${Buffer.alloc(32, 'b').toString('base64')}`;
    const secrets = [secretText, next].map((text) => new Secret(text));
    const portal = await replicate([endpointOf(receiver.url, { secrets })]);
    await request(registry, 'app-1');
    await portal.pass();

    const [one] = receiver.received;
    for (const text of [secretText, next]) {
      expect(
        new Webhook(text).verify(one!.body, one!.headers as Record<string, string>),
      ).toBeTruthy();
    }
  });

  it('comes once from two replicas', async () => {
    const pair = [
      await replicate([endpointOf(receiver.url)]),
      await replicate([endpointOf(receiver.url)]),
    ];
    const names = Array.from({ length: 20 }, (_, index) => `app-${index}`);
    for (const name of names) await request(registry, name);
    await Promise.all(pair.map((replica) => replica.pass()));
    await Promise.all(pair.map((replica) => replica.pass()));

    expect(receiver.received).toHaveLength(names.length);
    expect(new Set(idsOf(receiver.received)).size).toBe(names.length);
  });

  it('waits for a receiver that is down, and keeps its id', async () => {
    const portal = await replicate([endpointOf(receiver.url)]);
    receiver.answer = status(500);
    const { id } = await request(registry, 'app-1');
    await valueOf(registry.registrations.change(id, { status: 'approved' }, by()));
    await portal.pass();
    await portal.pass();
    expect(typesOf(receiver.received)).toEqual(['registration.requested']);

    receiver.answer = status(204);
    clock.advance(10_000);
    await portal.pass();
    expect(typesOf(receiver.received.slice(1))).toEqual([
      'registration.requested',
      'registration.approved',
    ]);
    expect(idsOf(receiver.received)[1]).toBe(idsOf(receiver.received)[0]);
    expect(await valueOf(portal.redis.webhooks.endpoints())).toMatchObject([
      {
        name: 'portal',
        pending: 0,
        lastSuccessAt: clock.now(),
        lastFailure: { problem: 'HTTP 500' },
      },
    ]);
  });

  it('comes from another replica when the one that was at it is gone', async () => {
    const gone = await replicate([endpointOf(receiver.url)]);
    const other = await replicate([endpointOf(receiver.url)]);
    await request(registry, 'app-1');
    await gone.relay.takeOver();
    const until = clock.now() + 15_000;
    expect(await gone.redis.queue.claim('portal', { now: clock.now(), until })).not.toBeNull();
    await gone.stop();
    await other.pass();
    expect(receiver.received).toEqual([]);

    clock.advance(15_000);
    await other.pass();
    expect(receiver.received).toHaveLength(1);
  });

  it('is not held up by another one that does not answer', async () => {
    const silent = await startWebhookReceiver();
    const held: (() => void)[] = [];
    silent.answer = (response) => held.push(() => void response.writeHead(204).end());
    const endpoints = [endpointOf(silent.url, { name: 'silent' }), endpointOf(receiver.url)];
    const both = await replicate(endpoints);
    await request(registry, 'app-1');
    const passed = both.pass();
    await silent.untilReceived(1);
    await until(() => both.attempted.length > 0);

    expect(both.attempted).toMatchObject([{ endpoint: 'portal', outcome: 'delivered' }]);
    for (const answer of held) answer();
    await passed;
    expect(both.attempted).toHaveLength(2);
    await silent.stop();
  });

  it('follows no redirect', async () => {
    const elsewhere = await startWebhookReceiver();
    receiver.answer = status(307, { location: elsewhere.url });
    const portal = await replicate([endpointOf(receiver.url)]);
    await request(registry, 'app-1');
    await portal.pass();

    expect(portal.attempted).toMatchObject([{ outcome: 'failed', problem: 'HTTP 307' }]);
    expect(elsewhere.received).toEqual([]);
    await elsewhere.stop();
  });

  it('waits as long as a busy receiver asks for, with everything', async () => {
    const portal = await replicate([endpointOf(receiver.url)]);
    receiver.answer = status(429, { 'retry-after': '3600' });
    await request(registry, 'app-1');
    await portal.pass();
    receiver.answer = status(204);
    await request(registry, 'app-2');
    clock.advance(3_599_000);
    await portal.pass();
    expect(receiver.received).toHaveLength(1);

    clock.advance(1000);
    await portal.pass();
    expect(receiver.received).toHaveLength(3);
  });

  it('is not told what was before there were webhooks', async () => {
    await request(registry, 'app-1');
    const portal = await replicate([endpointOf(receiver.url)]);
    await portal.pass();
    expect(receiver.received).toEqual([]);
  });
});
