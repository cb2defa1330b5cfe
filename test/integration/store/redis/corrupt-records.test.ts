import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createRedisKeys, type RedisKeys } from '../../../../src/store/redis/keys.ts';
import { createRedisStore, type RedisStore } from '../../../../src/store/redis/redis-store.ts';
import { startRedis, type TestRedis } from '../../../support/redis.ts';
import { never } from './harness.ts';

const good = { id: '1b4e28ba-2fa1-41d2-883f-0016d3cca427', custom_id: 'app' };
const secret = 'do-not-log-me';

let redis: TestRedis;
let store: RedisStore;
let keys: RedisKeys;

beforeAll(async () => {
  redis = await startRedis();
  keys = createRedisKeys(redis.keyPrefix);
});

afterAll(async () => {
  await redis.stop();
});

beforeEach(async () => {
  store = createRedisStore({ connection: redis.connection, keyPrefix: redis.keyPrefix });
  await store.start(never);
});

describe('a record that cannot be read', () => {
  it.each<[string, string]>([
    ['nothing', ''],
    ['no JSON', secret],
    ['cut off', `{"id":"${secret}`],
    ['an array', '[]'],
    ['null', 'null'],
    ['a number', '7'],
    ['binary', '\u0000\u0001\ufffd'],
    ['without id', JSON.stringify({ custom_id: 'app' })],
    ['another Consumer', JSON.stringify({ ...good, custom_id: secret })],
    ['an unknown field', JSON.stringify({ ...good, [secret]: 1 })],
    ['a prototype', `{"id":"${good.id}","custom_id":"app","__proto__":{"acls":[]}}`],
    [
      'an unknown status',
      JSON.stringify({ ...good, registrations: [{ service: 's', status: secret }] }),
    ],
    ['groups of a wrong type', JSON.stringify({ ...good, acls: { group: secret } })],
    ['a header-breaking username', JSON.stringify({ ...good, username: `${secret}\r\nx: y` })],
    ['a pointer', JSON.stringify('username:nobody')],
    ['a pointer to itself', JSON.stringify('custom_id:app')],
    ['a pointer to nonsense', JSON.stringify(secret)],
  ])('is unavailable, not unknown: %s', async (_, text) => {
    await redis.client.set(keys.consumer('custom_id', 'app'), text);
    const found = await store.resolve('custom_id', 'app', never);
    await store.stop();
    expect(found).toMatchObject({ ok: false, stop: { reason: 'store_unavailable' } });
    expect(JSON.stringify(found)).not.toContain(secret);
  });

  it('is unavailable where the key is no string at all', async () => {
    const key = keys.consumer('custom_id', 'app');
    await redis.client.del(key);
    await redis.client.lpush(key, secret);
    const found = await store.resolve('custom_id', 'app', never);
    await store.stop();
    await redis.client.del(key);
    expect(found).toEqual({
      ok: false,
      stop: {
        kind: 'unavailable',
        reason: 'store_unavailable',
        detail: 'Redis answered WRONGTYPE',
      },
    });
  });
});
