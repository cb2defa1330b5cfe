import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { FakeProvider } from '../support/fake-provider.ts';
import { startOwnRedis, type OwnRedis } from '../support/redis.ts';
import { describeProvider, type Json } from '../support/world-config.ts';
import { eventually, startWorld, type World, type WorldOptions } from '../support/world.ts';

jest.setTimeout(30_000);

let idp: FakeProvider;

beforeAll(async () => {
  idp = await FakeProvider.start();
});

afterAll(() => idp.close());

function options(more: Partial<WorldOptions>): WorldOptions {
  return {
    identityProviders: [describeProvider('idp', idp.issuer)],
    services: [
      { name: 'orders', identity_providers: ['idp'], registration: {} },
      { name: 'guests', identity_providers: ['idp'], anonymous: 'guest' },
    ],
    ...more,
  };
}

function consumer(name: string, status = 'approved'): Json {
  return { custom_id: name, registrations: [{ service: 'orders', status }] };
}

async function reasonOf(world: World, clientId: string): Promise<unknown> {
  const token = await idp.sign(idp.claims({ client_id: clientId }));
  const call = { path: '/orders/', headers: { authorization: `Bearer ${token}` } };
  return (await world.call(call)).line['reason'];
}

function untilReason(world: World, clientId: string, wanted: string): Promise<unknown> {
  return eventually(
    () => reasonOf(world, clientId),
    (reason) => reason === wanted,
  );
}

async function statusOf(world: World): Promise<string> {
  const { status, report } = await world.readiness();
  return `${status} ${report.status}, store ${report.components['store']?.status ?? 'absent'}`;
}

function untilStatus(world: World, wanted: string): Promise<string> {
  return eventually(
    () => statusOf(world),
    (status) => status === wanted,
  );
}

describe('a Redis that comes and goes', () => {
  const consumers = [consumer('early'), consumer('late'), consumer('other')];
  let redis: OwnRedis;
  let world: World;

  beforeAll(async () => {
    redis = await startOwnRedis();
    await redis.kill();
    const redisSettings = { max_staleness: '2s' };
    world = await startWorld(options({ redis, redisSettings, untilListening: true }));
  });

  afterAll(async () => {
    await world.stop();
    await redis.stop();
  });

  it('keeps Postern out of service while it was never reached', async () => {
    expect(await statusOf(world)).toBe('503 not_ready, store not_ready');
    expect(await reasonOf(world, 'early')).toBe('store_unavailable');
  });

  it('is used once it is there', async () => {
    await redis.restart();
    await world.replaceConsumers(consumers);

    await untilReason(world, 'early', 'allowed');
    await untilStatus(world, '200 ready, store ready');
    // What was learnt before changes are heard of is forgotten once they are, hence again.
    expect(await reasonOf(world, 'early')).toBe('allowed');
    expect(await reasonOf(world, 'stranger')).toBe('consumer_unknown');
    expect(await world.metric('postern_redis_up')).toBe(1);
  });

  it('that is gone again takes with it what is not cached, and takes nobody out of service', async () => {
    await redis.kill();

    expect(await reasonOf(world, 'early')).toBe('allowed');
    expect(await reasonOf(world, 'late')).toBe('store_unavailable');
    await untilStatus(world, '200 degraded, store degraded');
    expect(await world.metric('postern_redis_up')).toBe(0);
  });

  it('ends what is cached when it stays away for longer than max_staleness', async () => {
    await untilReason(world, 'early', 'store_unavailable');
  });

  it('is used again when it is back', async () => {
    await redis.restart();
    await world.replaceConsumers(consumers);

    await untilReason(world, 'late', 'allowed');
    await untilStatus(world, '200 ready, store ready');
  });

  it('that hangs is no better than one that is gone', async () => {
    await untilReason(world, 'early', 'allowed');
    redis.freeze();

    expect(await reasonOf(world, 'early')).toBe('allowed');
    expect(await reasonOf(world, 'other')).toBe('store_unavailable');
    await untilReason(world, 'early', 'store_unavailable');
    redis.thaw();

    await untilReason(world, 'other', 'allowed');
  });
});

describe('a change in Redis', () => {
  let redis: OwnRedis;
  let world: World;

  beforeAll(async () => {
    redis = await startOwnRedis();
    // So long that only what Redis tells can end what is cached.
    const redisSettings = { max_staleness: '10m', cache: { negative_ttl: '10m' } };
    const consumers = [consumer('app'), consumer('gone')];
    world = await startWorld(options({ redis, redisSettings, consumers }));
  });

  afterAll(async () => {
    await world.stop();
    await redis.stop();
  });

  it.each([
    ['rejected', 'registration_rejected'],
    ['suspended', 'registration_suspended'],
    ['approved', 'allowed'],
    ['revoked', 'registration_revoked'],
  ])('to %s bites on the cached Consumer', async (status, reason) => {
    expect(await reasonOf(world, 'app')).not.toBe(reason);
    await world.replaceConsumers([consumer('app', status), consumer('gone')]);

    await untilReason(world, 'app', reason);
  });

  it('brings new Consumers and takes old ones away', async () => {
    expect(await reasonOf(world, 'new')).toBe('consumer_unknown');
    expect(await reasonOf(world, 'gone')).toBe('allowed');

    await world.replaceConsumers([consumer('app'), consumer('new')]);

    await untilReason(world, 'new', 'allowed');
    await untilReason(world, 'gone', 'consumer_unknown');
  });

  it('brings the anonymous Consumer that was missed', async () => {
    const guests = async () => (await world.call({ path: '/guests/' })).line['reason'];
    expect(await guests()).toBe('internal');

    await world.replaceConsumers([consumer('app'), { username: 'guest' }]);

    await eventually(guests, (reason) => reason === 'allowed');
  });

  it('that empties it takes everybody away', async () => {
    expect(await reasonOf(world, 'app')).toBe('allowed');

    await redis.client.flushall();

    await untilReason(world, 'app', 'consumer_unknown');
  });
});

describe('a change of the Consumers file', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld(options({ consumers: [consumer('app')] }));
  });

  afterAll(() => world.stop());

  it('is in force without a restart', async () => {
    expect(await reasonOf(world, 'app')).toBe('allowed');

    await world.replaceConsumers([consumer('app', 'revoked'), consumer('new')]);

    await untilReason(world, 'app', 'registration_revoked');
    expect(await reasonOf(world, 'new')).toBe('allowed');
  });

  it('that breaks it keeps what was read before, and is told', async () => {
    await world.postern.writeConsumers(
      'consumers:\n  - custom_id: app\n  - custom_id: app\n  - user: x\n',
    );

    const told = await world.postern.untilLine(({ problems }) => problems !== undefined);
    expect(told).toMatchObject({
      level: 'error',
      problems: expect.arrayContaining([
        expect.stringMatching(/consumers\.yaml:3:\d+: /),
        expect.stringMatching(/consumers\.yaml:4:\d+: /),
      ]),
    });
    await untilStatus(world, '200 degraded, store degraded');
    expect(await reasonOf(world, 'app')).toBe('registration_revoked');
    expect(await world.metric('postern_consumers_reloads_total', { outcome: 'failure' })).toBe(1);
    expect(await world.metric('postern_consumers')).toBe(2);
  });

  it('that mends it is in force again', async () => {
    await world.replaceConsumers([consumer('app')]);

    await untilReason(world, 'app', 'allowed');
    await untilStatus(world, '200 ready, store ready');
  });
});
