import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Secret } from '../../../../../src/lib/secret.ts';
import { writeConsumer } from '../../../../../src/registry/write-entity.ts';
import type { RedisRegistry } from '../../../../../src/store/redis/registry/redis-registry.ts';
import { startOwnRedis, type OwnRedis } from '../../../../support/redis.ts';
import { startTcpProxy, type TcpProxy } from '../../../../support/tcp-proxy.ts';
import { until } from '../../until.ts';
import { allOf, by, problemOf, startRegistry, valueOf } from './harness.ts';

const root = join(import.meta.dirname, '..', '..', '..', '..', '..');
const bob = { by: 'username', value: 'bob' } as const;

describe('writes of administration', () => {
  let redis: OwnRedis;
  let proxy: TcpProxy;
  let registry: RedisRegistry;

  beforeAll(async () => {
    redis = await startOwnRedis();
    proxy = await startTcpProxy({ targetPort: redis.port });
    const topology = { kind: 'single', host: '127.0.0.1', port: proxy.port } as const;
    registry = await startRegistry({ topology });
  });

  afterAll(async () => {
    registry.stop();
    await proxy.stop();
    await redis.stop();
  });

  beforeEach(async () => {
    await redis.client.flushall();
  });

  async function trail(query: object = {}) {
    return allOf((offset) => registry.audit.list({ size: 2, offset, ...query }));
  }

  describe('that come twice', () => {
    it('are done once, and give the first result again', async () => {
      const create = by({ operationId: 'create-bob' });
      const first = await valueOf(registry.consumers.create({ username: 'bob' }, create));
      const rename = by({ operationId: 'rename' });
      const renamed = await valueOf(registry.consumers.patch(bob, { username: 'ann' }, rename));
      const remove = by({ operationId: 'remove' });
      const ann = { by: 'username', value: 'ann' } as const;
      const removed = await valueOf(registry.consumers.delete(ann, remove));

      expect(await valueOf(registry.consumers.create({ username: 'bob' }, create))).toEqual({
        ...first,
        repeated: true,
      });
      expect(await valueOf(registry.consumers.patch(bob, { username: 'ann' }, rename))).toEqual({
        ...renamed,
        repeated: true,
      });
      expect(await valueOf(registry.consumers.delete(ann, remove))).toEqual(removed);
      expect((await valueOf(registry.consumers.list({ size: 10 }))).items).toEqual([]);
      expect(await trail()).toHaveLength(3);
    });

    it('at the same time are done once, too', async () => {
      const context = by();
      const other = await startRegistry(redis.connection);
      const done = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          valueOf((index % 2 ? registry : other).consumers.create({ username: 'bob' }, context)),
        ),
      );
      other.stop();

      expect(new Set(done.map(({ entity }) => entity.id)).size).toBe(1);
      expect(done.filter(({ repeated }) => !repeated)).toHaveLength(1);
      expect(await trail()).toHaveLength(1);
    });

    it('are refused when they ask for something else', async () => {
      const context = by();
      await valueOf(registry.consumers.create({ username: 'bob' }, context));

      for (const again of [
        registry.consumers.create({ username: 'ann' }, context),
        registry.consumers.patch(bob, { username: 'bob' }, context),
        registry.consumers.delete(bob, context),
      ]) {
        expect(await problemOf(again)).toEqual({
          kind: 'invalid',
          fields: { operation_id: 'was used for another request' },
        });
      }
    });

    it('do not become a change where they changed nothing the first time', async () => {
      const subject = { kind: 'consumer', key: bob } as const;
      await valueOf(registry.consumers.create({ username: 'bob' }, by()));
      const { entity } = await valueOf(
        registry.registrations.request({ subject, service: 'orders', autoApprove: true }, by()),
      );
      const approve = by({ operationId: 'approve' });
      const approving = () =>
        registry.registrations.change(entity.id, { status: 'approved' }, approve);
      const first = await valueOf(approving());
      await valueOf(registry.registrations.change(entity.id, { status: 'revoked' }, by()));

      expect(first.outcome).toBe('unchanged');
      expect(await valueOf(approving())).toEqual({ ...first, repeated: true });
      const now = await valueOf(registry.registrations.get(entity.id));
      expect(now.status).toBe('revoked');
      expect(await trail()).toHaveLength(3);
    });

    it('by another actor are other writes', async () => {
      const context = by({ actor: 'ann' });
      await valueOf(registry.consumers.create({ username: 'bob' }, context));

      const again = registry.consumers.create({ username: 'bob' }, { ...context, actor: 'ben' });

      expect((await problemOf(again)).kind).toBe('conflict');
    });

    it('leave no result behind where nobody can repeat them', async () => {
      const context = by({ repeatable: false });
      await valueOf(registry.consumers.create({ username: 'bob' }, context));

      expect(await redis.client.keys('*:operation:*')).toEqual([]);
    });

    it.each(['', 'a b', 'x'.repeat(129), 'é'])(
      'need a name that can be one, not %j',
      async (id) => {
        const context = by({ operationId: id });

        expect(await problemOf(registry.consumers.create({ username: 'bob' }, context))).toEqual({
          kind: 'invalid',
          fields: { operation_id: 'expected 1 to 128 visible ASCII characters' },
        });
      },
    );
  });

  describe('with a Redis that is lost meanwhile', () => {
    it('have an unknown outcome, and can be repeated', async () => {
      // Known to the server, so that the script is sent by its hash.
      await valueOf(registry.consumers.create({ username: 'ann' }, by()));
      const context = by();
      const held = proxy.holdRepliesTo('evalsha');
      const writing = registry.consumers.create({ username: 'bob' }, context);
      await held;
      proxy.cut();
      proxy.release();

      expect((await problemOf(writing)).kind).toBe('outcome_unknown');
      const again = await untilReached(() =>
        registry.consumers.create({ username: 'bob' }, context),
      );
      expect(again).toMatchObject({ ok: true, value: { outcome: 'created', repeated: true } });
      expect(await trail()).toHaveLength(2);
    });

    it('are unavailable when they cannot be sent', async () => {
      proxy.cut(true);
      const first = await problemOf(registry.consumers.create({ username: 'bob' }, by()));
      const second = await problemOf(registry.consumers.create({ username: 'bob' }, by()));
      const read = await problemOf(registry.consumers.get(bob));
      proxy.accept();

      expect(['outcome_unknown', 'unavailable']).toContain(first.kind);
      expect([second.kind, read.kind]).toEqual(['unavailable', 'unavailable']);
      await untilReached(() => registry.consumers.list({ size: 1 }));
      expect(await redis.client.dbsize()).toBe(0);
    });

    async function untilReached<T extends { ok: boolean; stop?: { kind: string } }>(
      ask: () => Promise<T>,
    ): Promise<T> {
      let answer = await ask();
      await until(async () => {
        if (answer.ok || answer.stop?.kind !== 'unavailable') return true;
        answer = await ask();
        return false;
      });
      return answer;
    }
  });

  it('leave everything as it was where a key is of another kind', async () => {
    await redis.client.set('{postern}:list:consumer', 'somebody else');

    const problem = await problemOf(registry.consumers.create({ username: 'bob' }, by()));

    expect(problem).toEqual({ kind: 'unavailable', detail: 'Redis answered WRONGTYPE' });
    expect(await redis.client.keys('*')).toEqual(['{postern}:list:consumer']);
  });

  it('need no more of Redis than the documentation says', async () => {
    const documentation = await readFile(join(root, 'docs', 'store.md'), 'utf8');
    const [serving] = /-@all[^\n]*/.exec(documentation) ?? [''];
    const [, more = ''] =
      /For the Admin API[^`]*`postern serve`[^`]*`([^`]*)`/.exec(documentation) ?? [];
    const rules = ['on', '>pw', '~{postern}:*', ...`${serving} ${more}`.split(' ')];
    await redis.client.acl('SETUSER', 'admin', ...rules);
    const connection = { ...redis.connection, username: 'admin', password: new Secret('pw') };
    const own = await startRegistry(connection);

    await valueOf(own.consumers.create({ username: 'bob', tags: ['a', 'b'] }, by()));
    await valueOf(own.acls.create(bob, { group: 'gold' }, by()));
    const tags = { match: 'all', tags: ['a', 'b'] } as const;
    expect((await valueOf(own.consumers.list({ size: 1, tags }))).items).toHaveLength(1);
    await valueOf(own.consumers.delete(bob, by()));
    expect(await valueOf(own.audit.list({ size: 10 }))).toMatchObject({ next: null });
    own.stop();
  });

  describe('are told in the audit trail', () => {
    it('with who, what, before and after, newest first', async () => {
      const created = await valueOf(
        registry.consumers.create({ username: 'bob' }, by({ actor: 'ann', operationId: 'one' })),
      );
      const changed = await valueOf(registry.consumers.patch(bob, { tags: ['a'] }, by()));
      await valueOf(registry.acls.put(bob, { by: 'group', value: 'gold' }, {}, by()));
      await valueOf(registry.consumers.delete(bob, by({ actor: 'ben' })));
      await problemOf(registry.consumers.delete(bob, by()));

      const entries = await trail();

      expect(entries).toMatchObject([
        { action: 'consumer.delete', actor: 'ben', before: { groups: ['gold'] }, after: null },
        { action: 'acl.create', before: null, after: { group: 'gold' } },
        {
          action: 'consumer.update',
          before: writeConsumer(created.entity),
          after: writeConsumer(changed.entity),
        },
        {
          action: 'consumer.create',
          actor: 'ann',
          operationId: 'one',
          entity: created.entity.id,
          at: created.entity.createdAt,
          before: null,
          after: writeConsumer(created.entity),
        },
      ]);
    });

    it('by actor, action and entity', async () => {
      for (const [index, actor] of ['ann', 'ben', 'ann', 'ben', 'ann'].entries()) {
        const username = `user-${String(index)}`;
        await valueOf(registry.consumers.create({ username }, by({ actor })));
      }
      const { id } = await valueOf(
        registry.consumers.delete({ by: 'username', value: 'user-2' }, by()),
      );

      expect(await trail({ actor: 'ann' })).toHaveLength(3);
      expect(await trail({ action: 'consumer.delete' })).toHaveLength(1);
      expect(await trail({ entity: id })).toHaveLength(2);
      expect(await trail({ entity: id, actor: 'ann' })).toHaveLength(1);
    });

    it('that is cut at its configured length, about', async () => {
      const short = await startRegistry(redis.connection, { auditLength: 100 });
      await Promise.all(
        Array.from({ length: 500 }, (_, index) =>
          valueOf(short.consumers.create({ username: `user-${String(index)}` }, by())),
        ),
      );
      short.stop();

      expect(await redis.client.xlen('{postern}:audit')).toBeLessThan(300);
      expect((await trail()).length).toBeGreaterThanOrEqual(100);
    });

    it('whose pages cannot be made up', async () => {
      expect((await problemOf(registry.audit.list({ size: 1, offset: 'MC0w' }))).kind).toBe(
        'invalid',
      );
    });
  });
});
