import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { ConsumerRecord } from '../../../../../src/authz/consumer.ts';
import { consumerSchema } from '../../../../../src/store/consumer-document.ts';
import { consumerRef } from '../../../../../src/store/redis/keys.ts';
import { encodePointer, encodeRecord } from '../../../../../src/store/redis/record-codec.ts';
import {
  createRedisRegistry,
  type RedisRegistry,
} from '../../../../../src/store/redis/registry/redis-registry.ts';
import { uniqueAttributes } from '../../../../../src/store/find-duplicates.ts';
import { startOwnRedis, type OwnRedis } from '../../../../support/redis.ts';
import { until } from '../../until.ts';
import { keys } from '../harness.ts';
import { compareStore } from './consistency.ts';
import { allOf, by, startRegistry, valueOf } from './harness.ts';

jest.setTimeout(60_000);

describe('Consumers from before there were lists', () => {
  let redis: OwnRedis;
  const running: RedisRegistry[] = [];

  beforeEach(async () => {
    redis = await startOwnRedis();
  });

  afterEach(async () => {
    for (const registry of running.splice(0)) registry.stop();
    await redis.stop();
  });

  async function start(states: string[] = []): Promise<RedisRegistry> {
    const report = { indexing: ({ state }: { state: string }) => states.push(state) };
    const registry = await startRegistry(redis.connection, { report });
    running.push(registry);
    return registry;
  }

  /** As the import of the first releases did. */
  async function writeAsBefore(records: readonly ConsumerRecord[]): Promise<void> {
    const pipeline = redis.client.pipeline();
    for (const record of records) {
      const ref = consumerRef(record);
      for (const [attribute, value] of uniqueAttributes(record)) {
        const key = keys.consumer(attribute, value);
        pipeline.set(key, key === keys.record(ref) ? encodeRecord(record) : encodePointer(ref));
      }
      pipeline.sadd(keys.members, ref);
    }
    await pipeline.exec();
  }

  function recordsOf(count: number): ConsumerRecord[] {
    return Array.from({ length: count }, (_, index) => {
      const name = `app-${String(index)}`;
      const more = {
        username: `user-${String(index)}`,
        tags: [`tag-${String(index % 3)}`],
        acls: [{ group: 'gold' }],
        registrations: [{ service: 'orders', status: 'approved' }],
      };
      return consumerSchema.parse({ custom_id: name, ...more }).record;
    });
  }

  it('are in all lists once the Admin API has begun', async () => {
    await writeAsBefore(recordsOf(1200));
    const states: string[] = [];
    const registry = await start(states);

    const { consumers, acls, registrations } = registry;
    const all = await allOf((offset) => consumers.list({ size: 500, offset }));
    expect(all).toHaveLength(1200);
    const tags = { match: 'all', tags: ['tag-1'] } as const;
    expect(await allOf((offset) => consumers.list({ size: 500, offset, tags }))).toHaveLength(400);
    expect(await allOf((offset) => acls.list({ size: 500, offset }))).toHaveLength(1200);
    const query = { service: 'orders', status: 'approved' } as const;
    expect(
      await allOf((offset) => registrations.list({ size: 500, offset, ...query })),
    ).toHaveLength(1200);
    expect(states).toEqual(['begun', 'done']);
    const { there, derived } = await compareStore(redis.client, 'postern');
    expect(there).toEqual(derived);
  });

  it('are not looked at again', async () => {
    await writeAsBefore(recordsOf(10));
    await start();
    const states: string[] = [];
    await start(states);

    expect(states).toEqual([]);
  });

  it('are looked at again where an older release has written since', async () => {
    const states: string[] = [];
    await start();
    await writeAsBefore(recordsOf(10));
    const registry = await start(states);
    await until(() => states.includes('done'));

    expect((await valueOf(registry.consumers.list({ size: 100 }))).items).toHaveLength(10);
  });

  it('need no looking at where everybody is in the lists', async () => {
    const before = await start();
    await valueOf(before.consumers.create({ username: 'bob' }, by()));
    await redis.client.del(keys.listsForm);
    const states: string[] = [];
    await start(states);

    expect(states).toEqual([]);
    expect(await redis.client.get(keys.listsForm)).toBe('1');
  });

  it('are put into them by two processes at once, and by those that write meanwhile', async () => {
    await writeAsBefore(recordsOf(600));
    const [one, other] = await Promise.all([
      start(),
      start(),
      writeAsBefore(recordsOf(700).slice(600)),
    ]);
    await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        const key = { by: 'username', value: `user-${String(index)}` } as const;
        if (index % 2 === 0) await one.consumers.delete(key, by());
        else await valueOf(other.consumers.patch(key, { tags: ['new'] }, by()));
      }),
    );

    await until(async () => {
      const { there, derived } = await compareStore(redis.client, 'postern');
      return there.size === derived.size;
    });
    const { there, derived } = await compareStore(redis.client, 'postern');
    expect(there).toEqual(derived);
  });

  it('go on to be put into them after a break', async () => {
    await writeAsBefore(recordsOf(600));
    const [half] = await redis.client.sscan(keys.members, '0', 'COUNT', 200);
    // What a run that was broken off has left behind: some are in, and there is no mark.
    const first = await start();
    const done = await dumpOf(first);
    await redis.client.del(keys.listsForm);
    const gone = done.slice(0, half.length).map(({ id }) => id);
    await redis.client.zrem(keys.list('consumer'), ...gone);
    const registry = await start();

    expect(await dumpOf(registry)).toEqual(done);
  });

  function dumpOf(registry: RedisRegistry) {
    return allOf((offset) => registry.consumers.list({ size: 1000, offset }));
  }

  it('are not listed in part', async () => {
    await writeAsBefore(recordsOf(10));
    // One that cannot be written keeps the lists from being whole.
    await redis.client.set(keys.list('acl'), 'somebody else');
    const failed = Promise.withResolvers<unknown>();
    const registry = createRedisRegistry({
      connection: redis.connection,
      keyPrefix: 'postern',
      report: {
        indexing: (event) => {
          if (event.state === 'failed') failed.resolve(event);
        },
      },
    });
    running.push(registry);
    registry.start();

    expect(await failed.promise).toEqual({ state: 'failed', reason: 'Redis answered WRONGTYPE' });
    expect(await registry.consumers.list({ size: 10 })).toMatchObject({
      ok: false,
      stop: { kind: 'unavailable', detail: 'the lists of Consumers are being made' },
    });
    await redis.client.del(keys.list('acl'));
    await until(async () => (await registry.consumers.list({ size: 10 })).ok);
  });
});
