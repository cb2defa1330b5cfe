import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createRedisKeys, type RedisKeys } from '../../../../src/store/redis/keys.ts';
import { createRedisStore, type RedisStore } from '../../../../src/store/redis/redis-store.ts';
import { startRedis, type TestRedis } from '../../../support/redis.ts';
import { never, recordOf } from './harness.ts';

const document = {
  id: '1b4e28ba-2fa1-41d2-883f-0016d3cca427',
  custom_id: 'app',
  username: null,
  identity_provider: null,
  tags: [],
  acls: [{ group: 'gold' }],
  registrations: [{ service: 's', status: 'approved', suspended: false }],
  rate_limit: null,
};
const good = { v: 1, ...document };
const text = JSON.stringify(good);

function without(field: keyof typeof good): string {
  return JSON.stringify({ ...good, [field]: undefined });
}
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
    ['without id', without('id')],
    ['without its groups', without('acls')],
    ['without its registrations', without('registrations')],
    ['without version', without('v')],
    ['of the next version', JSON.stringify({ ...good, v: 2 })],
    ['of a version as text', JSON.stringify({ ...good, v: '1' })],
    ['another Consumer', JSON.stringify({ ...good, custom_id: secret })],
    ['a field twice', text.replace('"acls":', `"acls":[{"group":"${secret}"}],"acls":`)],
    ['a nested field twice', text.replace('"group":', `"group":"${secret}","group":`)],
    ['a prototype', text.replace('{', `{"__proto__":{"acls":"${secret}"},`)],
    [
      'an unknown status',
      JSON.stringify({
        ...good,
        registrations: [{ service: 's', status: secret, suspended: false }],
      }),
    ],
    [
      'a registration that does not say whether it is suspended',
      JSON.stringify({ ...good, registrations: [{ service: 's', status: 'approved' }] }),
    ],
    ['groups of a wrong type', JSON.stringify({ ...good, acls: { group: secret } })],
    ['a group of a wrong type', JSON.stringify({ ...good, acls: [secret] })],
    ['an id of a wrong type', JSON.stringify({ ...good, id: [good.id] })],
    ['an id that is no UUID', JSON.stringify({ ...good, id: secret })],
    ['a header-breaking username', JSON.stringify({ ...good, username: `${secret}\r\nx: y` })],
    ['a pointer', JSON.stringify('username:nobody')],
    ['a pointer to itself', JSON.stringify('custom_id:app')],
    ['a pointer to nonsense', JSON.stringify(secret)],
  ])('is unavailable, not unknown: %s', async (_, stored) => {
    await redis.client.set(keys.consumer('custom_id', 'app'), stored);
    const found = await store.resolve('custom_id', 'app', never);
    await store.stop();
    expect(found).toMatchObject({ ok: false, stop: { reason: 'store_unavailable' } });
    expect(JSON.stringify(found)).not.toContain(secret);
  });

  it('is not one with fields of a newer release of the same version', async () => {
    const newer = {
      ...good,
      note: { [secret]: [1] },
      acls: good.acls.map((acl) => ({ ...acl, since: 1 })),
      registrations: good.registrations.map((one) => ({ ...one, approved_by: secret })),
    };
    await redis.client.set(keys.consumer('custom_id', 'app'), JSON.stringify(newer));
    const found = await store.resolve('custom_id', 'app', never);
    await store.stop();
    expect(found).toEqual({ ok: true, value: recordOf(document) });
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
