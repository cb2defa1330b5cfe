import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Secret } from '../../../../src/lib/secret.ts';
import type { RedisConnectionOptions } from '../../../../src/store/redis/connection-options.ts';
import { createRedisStore, type RedisStore } from '../../../../src/store/redis/redis-store.ts';
import { startOwnRedis, type OwnRedis } from '../../../support/redis.ts';
import { until } from '../until.ts';
import { never } from './harness.ts';

describe('a Redis that may evict', () => {
  let redis: OwnRedis;
  let store: RedisStore | undefined;

  beforeAll(async () => {
    redis = await startOwnRedis();
  });

  afterEach(async () => {
    await store?.stop();
    await redis.client.config('SET', 'maxmemory', '0');
    await redis.client.config('SET', 'maxmemory-policy', 'noeviction');
  });

  afterAll(async () => {
    await redis.stop();
  });

  it.each(['allkeys-lru', 'volatile-ttl'])(
    'with %s is not ready until it does not',
    async (policy) => {
      await redis.client.config('SET', 'maxmemory', '100mb');
      await redis.client.config('SET', 'maxmemory-policy', policy);
      store = createRedisStore({ connection: redis.connection, keyPrefix: 'postern' });
      let ready = false;
      const started = store.start(never).then(() => {
        ready = true;
      });
      await until(() => store?.status().reason?.includes('evict'));

      expect(store.status()).toEqual({
        state: 'down',
        reason: `Redis may evict keys: its maxmemory-policy is ${policy}, and must be noeviction`,
      });
      expect(ready).toBe(false);
      await redis.client.config('SET', 'maxmemory-policy', 'noeviction');
      await started;
    },
  );

  it('is told when it comes to that later', async () => {
    store = createRedisStore({ connection: redis.connection, keyPrefix: 'postern' });
    await store.start(never);
    await redis.client.config('SET', 'maxmemory-policy', 'allkeys-lfu');
    await redis.client.config('SET', 'maxmemory', '100mb');

    await until(() => store?.status().state === 'down');

    expect(store.status().reason).toContain('allkeys-lfu');
  });

  it('is not one where no memory is set, or where nothing is evicted', async () => {
    await redis.client.config('SET', 'maxmemory-policy', 'allkeys-lru');
    store = createRedisStore({ connection: redis.connection, keyPrefix: 'postern' });
    await store.start(never);
    await store.stop();
    await redis.client.config('SET', 'maxmemory-policy', 'noeviction');
    await redis.client.config('SET', 'maxmemory', '100mb');

    store = createRedisStore({ connection: redis.connection, keyPrefix: 'postern' });
    expect(await store.start(never)).toEqual([]);
  });

  it('is only warned of where its user may not ask', async () => {
    await redis.client.acl('SETUSER', 'shy', 'on', '>pw', '~*', '&*', '+@all', '-info');
    const user = { username: 'shy', password: new Secret('pw') };
    const told: string[] = [];
    store = openStore({ ...redis.connection, ...user }, told);

    expect(await store.start(never)).toEqual([]);
    expect(told).toEqual([
      'whether Redis may evict keys is not known: Redis answered NOPERM, its user lacks +info',
    ]);
  });

  it('is only warned of where nobody can ask', async () => {
    const mute = await startOwnRedis({ args: ['--rename-command', 'INFO', ''] });
    const told: string[] = [];
    store = openStore(mute.connection, told);

    expect(await store.start(never)).toEqual([]);
    expect(store.status().state).not.toBe('down');
    expect(told).toEqual(['whether Redis may evict keys is not known: Redis answered ERR']);
    await store.stop();
    store = undefined;
    await mute.stop();
  });

  it('is found out later where it can be asked by then', async () => {
    await redis.client.acl('SETUSER', 'shy', 'on', '>pw', '~*', '&*', '+@all', '-info');
    await redis.client.config('SET', 'maxmemory', '100mb');
    await redis.client.config('SET', 'maxmemory-policy', 'allkeys-lru');
    const user = { username: 'shy', password: new Secret('pw') };
    let now = 0;
    store = openStore({ ...redis.connection, ...user }, [], () => now);
    await store.start(never);

    await redis.client.acl('SETUSER', 'shy', '+info');
    now += 30_000;
    await until(() => store?.status().state === 'down');

    expect(store.status().reason).toContain('allkeys-lru');
  });

  function openStore(
    connection: RedisConnectionOptions,
    told: string[],
    now = () => performance.now(),
  ): RedisStore {
    const report = { evictionUnknown: (reason: string) => told.push(reason) };
    return createRedisStore({ connection, keyPrefix: 'postern', report, clock: { now } });
  }
});
