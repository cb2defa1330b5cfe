import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Step } from '../../../../../src/lib/step.ts';
import type { ConsumerDraft } from '../../../../../src/registry/ports.ts';
import type { RegistryProblem } from '../../../../../src/registry/problem.ts';
import { importConsumers } from '../../../../../src/store/import-consumers.ts';
import type { RedisRegistry } from '../../../../../src/store/redis/registry/redis-registry.ts';
import { startOwnRedis, type OwnRedis } from '../../../../support/redis.ts';
import { compareStore } from './consistency.ts';
import { allOf, by, startRegistry, valueOf } from './harness.ts';

jest.setTimeout(120_000);

describe('writers of two processes at once', () => {
  let redis: OwnRedis;
  let processes: readonly [RedisRegistry, RedisRegistry];

  beforeAll(async () => {
    redis = await startOwnRedis();
    processes = [await startRegistry(redis.connection), await startRegistry(redis.connection)];
  });

  afterAll(async () => {
    for (const registry of processes) registry.stop();
    await redis.stop();
  });

  beforeEach(async () => {
    await redis.client.flushall();
  });

  const bob = { by: 'username', value: 'bob' } as const;

  /** So many at once, by turns in the one and in the other. */
  function atOnce<T>(
    count: number,
    run: (registry: RedisRegistry, index: number) => Promise<T>,
  ): Promise<T[]> {
    const [one, other] = processes;
    return Promise.all(
      Array.from({ length: count }, (_, index) => run(index % 2 ? one : other, index)),
    );
  }

  function problemsOf(steps: readonly Step<unknown, RegistryProblem>[]): RegistryProblem[] {
    return steps.flatMap((step) => (step.ok ? [] : [step.stop]));
  }

  it('each see their own version of one Consumer', async () => {
    const [registry] = processes;
    await valueOf(registry.consumers.create({ username: 'bob' }, by()));
    const written = await atOnce(100, (own, index) =>
      valueOf(own.consumers.patch(bob, { tags: [`tag-${String(index)}`] }, by())),
    );

    expect(written.map(({ entity }) => entity.tags[0])).toEqual(
      written.map((_, index) => `tag-${String(index)}`),
    );
    const versions = written.map(({ entity }) => entity.version).sort((a, b) => a - b);
    expect(versions).toEqual(written.map((_, index) => index + 2));
    const last = written.find(({ entity }) => entity.version === 101)?.entity;
    expect(await valueOf(registry.consumers.get(bob))).toEqual(last);
    const told = await allOf((offset) => registry.audit.list({ size: 1000, offset }));
    expect(told.slice(0, -1).map(({ after, before }) => [before, after])).toEqual(
      // Newest first, each from where the one before has left it.
      [...told.slice(0, -1)].map(({ after }, index) => [told[index + 1]?.after, after]),
    );
  });

  it('let one of a hundred through that know the same version', async () => {
    const [registry] = processes;
    const { entity } = await valueOf(registry.consumers.create({ username: 'bob' }, by()));
    const steps = await atOnce(100, (own, index) =>
      own.consumers.patch(bob, { tags: [String(index)] }, by({ ifMatch: [entity.etag] })),
    );

    const { etag } = await valueOf(registry.consumers.get(bob));
    expect(problemsOf(steps)).toEqual(
      Array.from({ length: 99 }, () => ({ kind: 'version_mismatch', current: etag })),
    );
  });

  it.each<['username' | 'custom_id' | 'id', (index: number) => ConsumerDraft & { id?: string }]>([
    ['username', (index) => ({ username: 'bob', customId: `c-${String(index)}` })],
    ['custom_id', (index) => ({ username: `user-${String(index)}`, customId: 'app' })],
    [
      'id',
      (index) => ({
        id: '00000000-0000-4000-8000-000000000001',
        username: `user-${String(index)}`,
      }),
    ],
  ])('leave one Consumer with a %s', async (attribute, draftOf) => {
    const steps = await atOnce(50, (own, index) => own.consumers.create(draftOf(index), by()));
    const winner = steps.flatMap((step) => (step.ok ? [step.value.entity] : []))[0];

    expect(problemsOf(steps)).toEqual(
      Array.from({ length: 49 }, () => ({
        kind: 'conflict',
        attribute,
        holder: { entity: 'consumer', id: winner?.id },
      })),
    );
    const [registry] = processes;
    expect((await valueOf(registry.consumers.list({ size: 100 }))).items).toEqual([winner]);
    const { there, derived } = await compareStore(redis.client, 'postern');
    expect(there).toEqual(derived);
  });

  it('leave one with a username that many are renamed to', async () => {
    await atOnce(30, (own, index) =>
      valueOf(own.consumers.create({ username: `user-${String(index)}` }, by())),
    );
    const steps = await atOnce(30, (own, index) => {
      const key = { by: 'username', value: `user-${String(index)}` } as const;
      return own.consumers.patch(key, { username: 'bob' }, by());
    });

    expect(problemsOf(steps).map((problem) => problem.kind)).toEqual(
      Array.from({ length: 29 }, () => 'conflict'),
    );
    const { there, derived } = await compareStore(redis.client, 'postern');
    expect(there).toEqual(derived);
  });

  it('leave a custom_id to a Consumer or to an application', async () => {
    const steps = await atOnce<Step<unknown, RegistryProblem>>(40, (own, index) => {
      const name = `name-${String(index)}`;
      return index % 4 < 2
        ? own.consumers.create({ username: name, customId: 'app' }, by())
        : own.applications.create({ name, customId: 'app' }, by());
    });

    expect(problemsOf(steps)).toHaveLength(39);
    for (const problem of problemsOf(steps)) {
      expect(problem).toMatchObject({ kind: 'conflict', attribute: 'custom_id' });
    }
    const { there, derived } = await compareStore(redis.client, 'postern');
    expect(there).toEqual(derived);
  });

  it('move nothing in the pages of 20,000 Consumers', async () => {
    const [reader, writer] = processes;
    const count = 20_000;
    async function* source(): AsyncGenerator<Uint8Array> {
      for (let start = 0; start < count; start += 1000) {
        const lines = Array.from(
          { length: 1000 },
          (_, n) => `{"username":"u-${String(start + n)}"}`,
        );
        yield Buffer.from(`${lines.join('\n')}\n`);
      }
    }
    const { connection } = redis;
    await importConsumers({ source: source(), file: 'f', connection, keyPrefix: 'postern' });
    const gone = new Set<string>();
    const stopped = { asked: false };
    const writing = (async () => {
      for (let index = 0; !stopped.asked; index += 1) {
        await valueOf(writer.consumers.create({ username: `new-${String(index)}` }, by()));
        const key = { by: 'username', value: `u-${String(index * 7)}` } as const;
        const deleted = await writer.consumers.delete(key, by());
        if (deleted.ok) gone.add(deleted.value.id);
      }
    })();
    const seen = new Map<string, number>();
    let offset: string | undefined;
    do {
      const page = await valueOf(reader.consumers.list({ size: 1000, offset }));
      expect(page.items.length).toBeLessThanOrEqual(1000);
      for (const { id, username } of page.items) {
        // What came meanwhile may be in it or not.
        if (username?.startsWith('u-') === true) seen.set(id, (seen.get(id) ?? 0) + 1);
      }
      offset = page.next ?? undefined;
    } while (offset !== undefined);
    stopped.asked = true;
    await writing;

    expect([...seen.values()].every((times) => times === 1)).toBe(true);
    expect(gone.size).toBeGreaterThan(0);
    const throughout = [...seen.keys()].filter((id) => !gone.has(id));
    expect(throughout).toHaveLength(count - gone.size);
  });
});
