import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { AuditEntry } from '../../../../src/registry/entities.ts';
import { importConsumers, type ImportOptions } from '../../../../src/store/import-consumers.ts';
import type { RedisRegistry } from '../../../../src/store/redis/registry/redis-registry.ts';
import { startOwnRedis, type OwnRedis } from '../../../support/redis.ts';
import { keys } from './harness.ts';
import { allOf, startRegistry, valueOf } from './registry/harness.ts';

describe('an import in the audit trail', () => {
  let redis: OwnRedis;
  let registry: RedisRegistry;

  beforeAll(async () => {
    redis = await startOwnRedis();
    registry = await startRegistry(redis.connection);
  });

  afterAll(async () => {
    registry.stop();
    await redis.stop();
  });

  beforeEach(async () => {
    await redis.client.flushall();
  });

  function load(consumers: readonly object[], options: Partial<ImportOptions> = {}) {
    async function* source(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(consumers.map((one) => `${JSON.stringify(one)}\n`).join(''));
    }
    const { connection } = redis;
    return importConsumers({
      ...{ source: source(), file: 'f', jsonLines: true, connection, keyPrefix: 'postern' },
      ...options,
    });
  }

  function many(count: number, fields: object = {}): object[] {
    return Array.from({ length: count }, (_, n) => ({ custom_id: `app-${String(n)}`, ...fields }));
  }

  function trail(query: object = {}): Promise<AuditEntry[]> {
    return allOf((offset) => registry.audit.list({ size: 1000, offset, ...query }));
  }

  it('has each change with before and after', async () => {
    await load([{ username: 'bob', acls: [{ group: 'gold' }] }, { username: 'ann' }]);
    await load([{ username: 'bob', registrations: [{ service: 'orders', status: 'approved' }] }], {
      prune: true,
    });
    const entries = await trail();

    expect(entries).toHaveLength(4);
    expect(entries.slice(0, 2)).toMatchObject([
      { actor: 'import', before: { username: 'ann' }, after: null },
      {
        actor: 'import',
        action: 'consumer.import',
        before: { username: 'bob', groups: ['gold'], registrations: [] },
        after: { groups: [], registrations: [{ service: 'orders', status: 'approved' }] },
      },
    ]);
    expect(entries[2]).toMatchObject({ before: null });
    expect(entries[0]?.operationId).toBe(entries[1]?.operationId);
    expect(entries[0]?.operationId).not.toBe(entries[2]?.operationId);
  });

  it('has nothing where nothing changed, or in a dry run', async () => {
    await load([{ username: 'bob' }]);
    await load([{ username: 'bob' }]);
    await load([{ username: 'ann' }], { dryRun: true });

    expect(await trail()).toHaveLength(1);
  });

  it('has those beyond the first thousand many to an entry, each once', async () => {
    await load(many(4000));
    const entries = await trail();

    const single = entries.filter(({ action }) => action === 'consumer.import');
    const shared = entries.filter(({ action }) => action === 'consumers.import');
    expect(single).toHaveLength(1000);
    expect(entries).toHaveLength(single.length + shared.length);
    const told = [
      ...single.map(({ entity }) => entity),
      ...shared.flatMap(({ after }) => (after as { created: string[] }).created),
    ];
    expect(told).toHaveLength(4000);
    expect(new Set(told).size).toBe(4000);
    expect(shared.length).toBeLessThan(100);
    expect(await redis.client.exists(keys.untold)).toBe(0);
    const { id } = await valueOf(registry.consumers.get({ by: 'custom_id', value: 'app-3999' }));
    expect(await trail({ entity: id })).toHaveLength(1);
  });

  it('has what was pruned and updated, too', async () => {
    await load(many(1500));
    await load([...many(1100, { tags: ['new'] }), { username: 'ann' }], { prune: true });
    const entries = await trail({ action: 'consumers.import' });

    const told = entries.map(({ after }) => after as Record<string, string[]>);
    const count = (kind: string) => told.reduce((sum, one) => sum + one[kind]!.length, 0);
    // The first thousand of each import are told alone.
    expect(count('created') + count('updated')).toBe(500 + 101);
    expect(count('deleted')).toBe(400);
  });

  it('has what an import had noted that was broken off', async () => {
    await redis.client.sadd(keys.untold, 'created:an-id', 'deleted:another-id');
    await load([{ username: 'bob' }]);

    expect(await trail({ entity: 'an-id' })).toMatchObject([
      { actor: 'import', after: { created: ['an-id'], updated: [], deleted: ['another-id'] } },
    ]);
    expect(await redis.client.exists(keys.untold)).toBe(0);
  });
});
