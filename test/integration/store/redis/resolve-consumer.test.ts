import { afterAll, beforeAll } from '@jest/globals';
import { importConsumers } from '../../../../src/store/import-consumers.ts';
import { createRedisStore } from '../../../../src/store/redis/redis-store.ts';
import { startRedis, type TestRedis } from '../../../support/redis.ts';
import { describeResolveConsumer } from '../resolve-consumer.contract.ts';

let redis: TestRedis;
let runs = 0;

beforeAll(async () => {
  redis = await startRedis();
});

afterAll(async () => {
  await redis.stop();
});

describeResolveConsumer('Redis', async (consumers) => {
  // A part of the prefix inside the braces that clean-up goes by.
  const keyPrefix = `${redis.keyPrefix}}:{${String((runs += 1))}`;
  const { connection } = redis;
  const replace = async (wanted: readonly object[]) => {
    const lines = wanted.map((one) => Buffer.from(`${JSON.stringify(one)}\n`));
    const source = (async function* () {
      yield* lines;
    })();
    const result = await importConsumers({
      source,
      file: 'consumers.jsonl',
      connection,
      keyPrefix,
      prune: true,
    });
    if (result.failedCount > 0 || result.stopped !== null) throw new Error(JSON.stringify(result));
  };
  await replace(consumers);
  const store = createRedisStore({ connection, keyPrefix });
  await store.start(new AbortController().signal);
  return { resolve: store.resolve, replace, close: () => store.stop() };
});
