import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { RedisRegistry } from '../../../../../src/store/redis/registry/redis-registry.ts';
import { Secret } from '../../../../../src/lib/secret.ts';
import type { Step } from '../../../../../src/lib/step.ts';
import type { WriteContext } from '../../../../../src/registry/ports.ts';
import type { RegistryProblem } from '../../../../../src/registry/problem.ts';
import { startOwnRedis, type OwnRedis } from '../../../../support/redis.ts';
import { dumpStore } from './consistency.ts';
import { by, problemOf, startRegistry, valueOf } from './harness.ts';

const bob = { by: 'username', value: 'bob' } as const;

interface Write {
  /** The commands that it cannot do without. */
  readonly needs: readonly string[];
  readonly run: (
    registry: RedisRegistry,
    context: WriteContext,
  ) => Promise<Step<unknown, RegistryProblem>>;
}

const writes: Readonly<Record<string, Write>> = {
  'a creation': {
    needs: ['xadd', 'sadd', 'zadd', 'set'],
    run: ({ consumers }, context) => consumers.create({ username: 'ann' }, context),
  },
  'a new custom_id': {
    needs: ['xadd', 'sadd', 'srem', 'zadd', 'zrem', 'set', 'del'],
    run: ({ consumers }, context) => consumers.patch(bob, { customId: 'c2', tags: ['b'] }, context),
  },
  'a group': {
    needs: ['xadd', 'zadd', 'set'],
    run: ({ acls }, context) => acls.create(bob, { group: 'gold' }, context),
  },
  'a deletion': {
    needs: ['xadd', 'srem', 'zrem', 'set', 'del'],
    run: ({ consumers }, context) => consumers.delete(bob, context),
  },
};

const rows = Object.entries(writes).flatMap(([name, { run, needs }]) =>
  needs.map((command) => ({ name, run, command })),
);

describe('a write that Redis breaks off', () => {
  let redis: OwnRedis;
  let admin: RedisRegistry;
  let limited: RedisRegistry;

  beforeAll(async () => {
    redis = await startOwnRedis();
    admin = await startRegistry(redis.connection);
    await redis.client.acl('SETUSER', 'limited', 'on', '>pw', '~*', '&*', '+@all');
    const user = { username: 'limited', password: new Secret('pw') };
    limited = await startRegistry({ ...redis.connection, ...user });
  });

  afterAll(async () => {
    admin.stop();
    limited.stop();
    await redis.stop();
  });

  beforeEach(async () => {
    await redis.client.flushall();
    await valueOf(admin.consumers.create({ username: 'bob', customId: 'c1', tags: ['a'] }, by()));
    await valueOf(admin.acls.create(bob, { group: 'silver' }, by()));
  });

  afterEach(async () => {
    await redis.client.acl('SETUSER', 'limited', '+@all');
    await redis.client.config('SET', 'maxmemory', '0');
  });

  it.each(rows)(
    'leaves nothing of $name where its user may not $command',
    async ({ run, command }) => {
      const context = by();
      const before = await dumpStore(redis.client, 'postern');
      await redis.client.acl('SETUSER', 'limited', `-${command}`);

      const problem = await problemOf(run(limited, context));

      expect(problem).toEqual({ kind: 'unavailable', detail: 'Redis answered NOPERM' });
      expect(await dumpStore(redis.client, 'postern')).toEqual(before);
      await redis.client.acl('SETUSER', 'limited', `+${command}`);
      await valueOf(run(limited, context));
      expect((await valueOf(admin.audit.list({ size: 100 }))).items).toHaveLength(3);
    },
  );

  it.each(Object.entries(writes))(
    'leaves nothing of %s where the memory is full',
    async (_, { run }) => {
      const before = await dumpStore(redis.client, 'postern');
      await redis.client.config('SET', 'maxmemory', '1');

      const problem = await problemOf(run(admin, by()));

      const detail = 'Redis answered OOM';
      expect(problem).toEqual({ kind: 'unavailable', detail, isFull: true });
      await redis.client.config('SET', 'maxmemory', '0');
      expect(await dumpStore(redis.client, 'postern')).toEqual(before);
    },
  );

  it('is not told as undone once something was written', async () => {
    // What Redis does not take as a life is the last thing that a write brings.
    const hasty = await startRegistry(redis.connection, { operationLifeMs: 0 });

    const problem = await problemOf(hasty.consumers.create({ username: 'ann' }, by()));

    hasty.stop();
    expect(problem).toEqual({ kind: 'outcome_unknown', detail: 'Redis answered ERR' });
  });
});
