import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Step } from '../../../../../src/lib/step.ts';
import type { Registry } from '../../../../../src/registry/ports.ts';
import type { RegistryProblem } from '../../../../../src/registry/problem.ts';
import type { RedisRegistry } from '../../../../../src/store/redis/registry/redis-registry.ts';
import { createRandom } from '../../../../support/random.ts';
import { startOwnRedis, type OwnRedis } from '../../../../support/redis.ts';
import { until } from '../../until.ts';
import { compareStore } from './consistency.ts';
import { allOf, startRegistry, valueOf } from './harness.ts';

const kills = 20;
const writers = 8;
const names = 40;

describe('a Redis that is killed while administration writes', () => {
  let redis: OwnRedis;
  let registry: RedisRegistry;
  const random = createRandom(7);
  const acknowledged = new Set<string>();
  /** Those of which nobody has said whether they were done. */
  const unknown: (() => Promise<Step<unknown, RegistryProblem>>)[] = [];
  let count = 0;

  beforeAll(async () => {
    redis = await startOwnRedis({ args: ['--appendonly', 'yes', '--appendfsync', 'always'] });
    registry = await startRegistry(redis.connection);
  });

  afterAll(async () => {
    registry.stop();
    await redis.stop();
  });

  /** One write of any kind; those that were acknowledged are noted by their operation. */
  async function writeSomething({ consumers, acls, applications, registrations }: Registry) {
    count += 1;
    const context = { actor: 'test', operationId: `write-${String(count)}` };
    const name = `name-${String(random(names))}`;
    const key = { by: 'username', value: name } as const;
    const tags = [`tag-${String(random(3))}`];
    const customId = `id-${String(random(names))}`;
    const group = { by: 'group', value: `group-${String(random(4))}` } as const;
    const writes = [
      () => consumers.put(key, { customId, tags }, context),
      () => consumers.put(key, { tags }, context),
      () => acls.put(key, group, { tags }, context),
      () => acls.delete(key, group, context),
      () => consumers.delete(key, context),
      () => applications.create({ name, customId: `app-${name}`, tags }, context),
      () =>
        registrations.request(
          { subject: { kind: 'consumer', key }, service: 'orders', autoApprove: true },
          context,
        ),
    ];
    const write = writes[random(writes.length)]!;
    const done = await write();
    if (!done.ok && done.stop.kind === 'outcome_unknown') unknown.push(write);
    const changed = done.ok && !('outcome' in done.value && done.value.outcome === 'unchanged');
    if (changed) acknowledged.add(context.operationId);
    return done;
  }

  it('keeps what was acknowledged, and is never half written', async () => {
    for (let kill = 0; kill < kills; kill += 1) {
      const stop = { asked: false };
      const writing = Array.from({ length: writers }, async () => {
        while (!stop.asked) {
          await writeSomething(registry);
          await turn();
        }
      });
      const enough = count + 350 + random(300);
      while (count < enough) await writeSomething(registry);
      await redis.kill();
      stop.asked = true;
      await Promise.all(writing);
      await redis.restart();
      await until(async () => (await registry.audit.list({ size: 1 })).ok);

      const { there, derived } = await compareStore(redis.client, 'postern');
      expect(there).toEqual(derived);
      for (const write of unknown.splice(0)) {
        const again = await write();
        expect(again.ok ? 'done' : again.stop.kind).not.toMatch(/unavailable|outcome_unknown/);
      }
    }

    const told = await allOf((offset) => registry.audit.list({ size: 1000, offset }));
    const written = new Set(told.map(({ operationId }) => operationId));
    expect([...acknowledged].filter((one) => !written.has(one))).toEqual([]);
    expect(count).toBeGreaterThan(5000);
    // What came twice has told once.
    expect(written.size).toBe(told.length);
    expect((await valueOf(registry.consumers.list({ size: 1 }))).items).toHaveLength(1);
  }, 300_000);
});
