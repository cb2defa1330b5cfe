import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { consumerSchema } from '../../../../src/store/consumer-document.ts';
import { createRedisKeys, type RedisKeys } from '../../../../src/store/redis/keys.ts';
import { pruneConsumers } from '../../../../src/store/redis/prune-consumers.ts';
import {
  createSeenOnServer,
  type SeenInImport,
} from '../../../../src/store/redis/seen-in-import.ts';
import { writeConsumer } from '../../../../src/store/redis/write-consumer.ts';
import { startRedis, type TestRedis } from '../../../support/redis.ts';

let redis: TestRedis;
let keys: RedisKeys;
let seen: SeenInImport;
let runs = 0;

beforeAll(async () => {
  redis = await startRedis();
});

afterAll(async () => {
  await redis.stop();
});

beforeEach(() => {
  keys = createRedisKeys(`${redis.keyPrefix}}:{prune-${String((runs += 1))}`);
  seen = createSeenOnServer(redis.client, keys);
});

function options() {
  return { client: redis.client, keys, dryRun: false };
}

/** Writes so many Consumers, all of them seen by the import. */
async function importAll(count: number): Promise<void> {
  const entries = Array.from({ length: count }, (_, number) =>
    consumerSchema.parse({ custom_id: `app-${String(number)}` }),
  );
  await Promise.all(
    entries.map(async (entry) => {
      await seen.add(entry);
      await writeConsumer(entry, options());
    }),
  );
}

/** The key of the set of what was seen. */
async function seenKey(): Promise<string> {
  const [key] = await redis.client.keys(keys.imported('*'));
  if (key === undefined) throw new Error('no import has noted anything');
  return key;
}

describe('pruning', () => {
  it.each<[string, (key: string) => Promise<unknown>]>([
    ['whole', (key) => redis.client.del(key)],
    ['in part', (key) => redis.client.srem(key, 'custom_id:app-7')],
  ])('removes nothing more once what was seen is lost, %s', async (_, lose) => {
    await importAll(1500);
    await redis.client.sadd(keys.members, 'custom_id:not-in-the-file');
    const key = await seenKey();
    let pages = 0;
    const losing: SeenInImport = {
      ...seen,
      async unseen(refs) {
        const unseen = await seen.unseen(refs);
        if ((pages += 1) === 1) await lose(key);
        return unseen;
      },
    };
    const { complete } = await pruneConsumers(losing, options());
    expect(complete).toBe(false);
    expect(pages).toBe(2);
    const left = await redis.client.smembers(keys.members);
    expect(left.filter((ref) => ref !== 'custom_id:not-in-the-file')).toHaveLength(1500);
  });

  it('removes nothing on the word of an import that has seen nobody', async () => {
    await importAll(3);
    const other = createSeenOnServer(redis.client, keys);
    expect(await pruneConsumers(other, options())).toEqual({ count: 0, complete: false });
    expect(await redis.client.scard(keys.members)).toBe(3);
  });

  it('keeps what was seen alive while it goes on', async () => {
    await importAll(1);
    const key = await seenKey();
    await redis.client.expire(key, 10);
    expect(await pruneConsumers(seen, options())).toEqual({ count: 0, complete: true });
    expect(await redis.client.ttl(key)).toBeGreaterThan(10);
  });

  it('leaves no note without an end, not even one that comes after the clearing', async () => {
    await importAll(2);
    await seen.clear();
    await importAll(1);
    expect(await redis.client.ttl(await seenKey())).toBeGreaterThan(0);
  });
});
