import { describe, expect, it } from '@jest/globals';
import { consumerSchema } from '../../../../src/store/consumer-document.ts';
import { derivePartId } from '../../../../src/store/consumer-id.ts';
import { createFileRegistry } from '../../../../src/store/file/file-registry.ts';
import { valueOf } from '../../registry/dossiers.ts';

const declared = [
  { username: 'plain', acls: [{ group: 'silver' }] },
  {
    custom_id: '0oa',
    tags: ['a'],
    acls: [{ group: 'gold' }],
    registrations: [{ service: 'orders', status: 'approved' }],
    application: { name: 'Shop', owner: 'anna' },
  },
];
const records = declared.map((document) => {
  const { record, application } = consumerSchema.parse(document);
  return { ...record, application };
});
const registry = createFileRegistry(() => records);
const consumerId = records[1]!.id;
const id = derivePartId(consumerId, 'application', '');
const page = { size: 10 };

describe('an application of a Consumers file', () => {
  it('is among the applications, by its owner and its tags as well', async () => {
    const shop = { id, name: 'Shop', owner: 'anna', customId: '0oa', consumerId };

    expect(valueOf(await registry.applications.get(id.toUpperCase()))).toMatchObject(shop);
    for (const query of [
      page,
      { ...page, owner: 'anna' },
      { ...page, tags: { match: 'all', tags: ['a'] } as const },
    ]) {
      expect(valueOf(await registry.applications.list(query)).items).toMatchObject([shop]);
    }
    expect(valueOf(await registry.applications.list({ ...page, owner: 'bert' })).items).toEqual([]);
  });

  it.each<['id' | 'custom_id' | 'username', string]>([
    ['id', consumerId],
    ['custom_id', '0oa'],
    ['username', 'anna_Shop'],
  ])('hides its Consumer, by %s too', async (by, value) => {
    const consumers = valueOf(await registry.consumers.list(page)).items;
    expect(consumers.map(({ username }) => username)).toEqual(['plain']);
    expect(await registry.consumers.get({ by, value })).toMatchObject({
      ok: false,
      stop: { kind: 'not_found' },
    });
    const groups = await registry.acls.listOf({ by, value }, page);
    expect(groups.ok).toBe(by === 'id');
  });

  it('hides its groups from the list of all, and tells them by the id of its Consumer', async () => {
    const groupsOf = async (key: { by: 'id'; value: string }) =>
      valueOf(await registry.acls.listOf(key, page)).items.map(({ group }) => group);

    const all = valueOf(await registry.acls.list(page)).items;
    expect(all.map(({ group }) => group)).toEqual(['silver']);
    expect(await groupsOf({ by: 'id', value: consumerId })).toEqual(['gold']);
  });

  it('has its registrations', async () => {
    const subject = { kind: 'application', id } as const;
    const listed = valueOf(await registry.registrations.list({ ...page, subject })).items;

    expect(listed).toMatchObject([{ service: 'orders', application: { id, name: 'Shop' } }]);
    const unknown = { kind: 'application', id: consumerId } as const;
    expect(await registry.registrations.list({ ...page, subject: unknown })).toMatchObject({
      ok: false,
      stop: { kind: 'not_found' },
    });
  });
});
