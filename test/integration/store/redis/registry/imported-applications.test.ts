import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ApplicationEntity } from '../../../../../src/registry/entities.ts';
import { importConsumers } from '../../../../../src/store/import-consumers.ts';
import type { RedisRegistry } from '../../../../../src/store/redis/registry/redis-registry.ts';
import { startOwnRedis, type OwnRedis } from '../../../../support/redis.ts';
import { keyPrefix } from '../harness.ts';
import { by, problemOf, startRegistry, valueOf } from './harness.ts';
import { compareStore } from './consistency.ts';

const shop = {
  custom_id: '0oa',
  tags: ['a'],
  acls: [{ group: 'gold' }],
  registrations: [{ service: 'orders', status: 'approved' }],
  application: { name: 'Shop', owner: 'anna' },
};

describe('an imported application', () => {
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

  function load(documents: readonly object[], options: { prune?: true; dryRun?: true } = {}) {
    return importConsumers({
      source: (async function* () {
        yield Buffer.from(documents.map((one) => JSON.stringify(one)).join('\n'));
      })(),
      file: 'consumers.jsonl',
      jsonLines: true,
      connection: redis.connection,
      keyPrefix,
      ...options,
    });
  }

  it('is neither replaced nor pruned while its details cannot be read', async () => {
    await load([shop]);
    const [spoilt = ''] = await redis.client.keys(`{${keyPrefix}}:details:*`);
    await redis.client.set(spoilt, '{"v":2}');
    const before = await redis.client.keys('*');

    const plain = { custom_id: shop.custom_id };
    const replaced = await load([plain]);
    await load([{ username: 'another' }], { prune: true });

    expect(replaced).toMatchObject({ created: 0, updated: 0 });
    expect(await redis.client.get(spoilt)).toBe('{"v":2}');
    const left = new Set(await redis.client.keys('*'));
    expect(before.filter((key) => key.includes(':consumer:') && !left.has(key))).toEqual([]);
  });

  async function listApplications(owner?: string): Promise<readonly ApplicationEntity[]> {
    const query = owner === undefined ? { size: 10 } : { size: 10, owner };
    return (await valueOf(registry.applications.list(query))).items;
  }

  async function expectSound(): Promise<void> {
    const { there, derived } = await compareStore(redis.client, keyPrefix);
    expect(there).toEqual(derived);
  }

  async function listUsernames() {
    const { items } = await valueOf(registry.consumers.list({ size: 10 }));
    return items.map(({ username }) => username);
  }

  it('is one as the Admin API makes them', async () => {
    expect(await load([{ username: 'plain' }, shop])).toMatchObject({ created: 2, failed: [] });

    const [application] = await listApplications('anna');
    expect(application).toMatchObject({
      name: 'Shop',
      owner: 'anna',
      customId: '0oa',
      tags: ['a'],
    });
    expect(await listUsernames()).toEqual(['plain']);
    expect((await valueOf(registry.acls.list({ size: 10 }))).items).toEqual([]);
    const { items } = await valueOf(registry.registrations.list({ size: 10, service: 'orders' }));
    expect(items).toMatchObject([{ application: { name: 'Shop' }, status: 'approved' }]);
    await expectSound();
    const made = await valueOf(
      registry.applications.patch(application!.id, { name: 'Store' }, by()),
    );
    expect(made.entity).toMatchObject({ id: application!.id, name: 'Store', version: 2 });
  });

  it('is not changed by the same import, and keeps its id in another one', async () => {
    await load([shop]);
    const [before] = await listApplications();

    expect(await load([shop])).toMatchObject({ unchanged: 1, updated: 0 });
    const moved = { ...shop, acls: [], application: { name: 'Store', owner: 'bert' } };
    expect(await load([moved])).toMatchObject({ updated: 1, failed: [] });

    expect(await listApplications()).toMatchObject([
      { id: before!.id, name: 'Store', owner: 'bert', version: 2 },
    ]);
    expect(await listApplications('anna')).toEqual([]);
    await expectSound();
  });

  it('may be one that the Admin API made', async () => {
    const draft = { name: 'Till', customId: '0oa', owner: 'anna' };
    const { entity } = await valueOf(registry.applications.create(draft, by()));

    expect(await load([shop])).toMatchObject({ updated: 1, failed: [] });

    expect(await listApplications()).toMatchObject([{ id: entity.id, name: 'Shop' }]);
    await expectSound();
  });

  it('takes the place of the plain Consumer of its client id, with its id', async () => {
    await load([{ custom_id: '0oa', username: 'till', acls: [{ group: 'gold' }] }]);
    const plain = await valueOf(registry.consumers.get({ by: 'username', value: 'till' }));

    expect(await load([shop])).toMatchObject({ updated: 1, failed: [] });

    expect(await listApplications()).toMatchObject([{ consumerId: plain.id }]);
    expect(await listUsernames()).toEqual([]);
    expect((await valueOf(registry.acls.list({ size: 10 }))).items).toEqual([]);
    await expectSound();
  });

  it('does not take the place of a plain Consumer that only has its username', async () => {
    await load([{ username: 'anna_Shop', custom_id: 'other' }]);

    expect(await load([shop])).toMatchObject({
      failed: [{ path: 'username', message: expect.stringContaining('belongs to no application') }],
    });

    expect(await listApplications()).toEqual([]);
    expect(await listUsernames()).toEqual(['anna_Shop']);
  });

  it('is not made a plain Consumer by a file, nor pruned', async () => {
    await load([shop]);

    expect(await load([{ custom_id: '0oa' }])).toMatchObject({
      failed: [{ path: 'custom_id', message: 'an application owns this Consumer' }],
    });
    expect(await load([{ username: 'plain' }], { prune: true })).toMatchObject({
      created: 1,
      pruned: 0,
    });
    expect(await listApplications()).toHaveLength(1);
  });

  it('is only told of by a dry run', async () => {
    expect(await load([shop], { dryRun: true })).toMatchObject({ created: 1 });
    expect(await listApplications()).toEqual([]);
    const key = { by: 'custom_id', value: '0oa' } as const;
    expect((await problemOf(registry.consumers.get(key))).kind).toBe('not_found');
  });

  it('is told to the audit trail with what owns it', async () => {
    await load([shop]);

    const { items } = await valueOf(registry.audit.list({ size: 10 }));
    expect(items).toMatchObject([
      { action: 'consumer.import', after: { application: { name: 'Shop', owner: 'anna' } } },
    ]);
  });
});
