import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ConsumerDraft } from '../../../../../src/registry/ports.ts';
import type { RedisRegistry } from '../../../../../src/store/redis/registry/redis-registry.ts';
import { startOwnRedis, type OwnRedis } from '../../../../support/redis.ts';
import { startStore, type RunningStore } from '../harness.ts';
import { allOf, by, problemOf, startRegistry, untilEqual, valueOf } from './harness.ts';

const id1 = '00000000-0000-4000-8000-000000000001';
const id2 = '00000000-0000-4000-8000-000000000002';

describe('Consumers in Redis', () => {
  let redis: OwnRedis;
  let registry: RedisRegistry;
  let running: RunningStore;
  let time = 1_800_000_000_000;

  beforeAll(async () => {
    redis = await startOwnRedis();
    registry = await startRegistry(redis.connection, { clock: { now: () => time } });
    running = await startStore(redis.connection);
  });

  afterAll(async () => {
    registry.stop();
    await running.store.stop();
    await redis.stop();
  });

  beforeEach(async () => {
    await redis.client.flushall();
  });

  function create(draft: ConsumerDraft & { id?: string }) {
    return valueOf(registry.consumers.create(draft, by()));
  }

  it('are found by what they have, as decisions find them', async () => {
    const { entity, outcome } = await create({ customId: 'app', username: 'bob', tags: ['a'] });

    expect(outcome).toBe('created');
    for (const [attribute, value] of [
      ['id', entity.id.toUpperCase()],
      ['username', 'bob'],
      ['custom_id', 'app'],
    ] as const) {
      expect(await valueOf(registry.consumers.get({ by: attribute, value }))).toEqual(entity);
    }
    await valueOf(registry.acls.create({ by: 'username', value: 'bob' }, { group: 'gold' }, by()));
    await untilEqual(() => running.groups(), 'gold');
  });

  it.each<[string, ConsumerDraft & { id?: string }, string]>([
    ['custom_id', { customId: 'app' }, 'custom_id'],
    ['username', { username: 'bob' }, 'username'],
    ['id', { id: id1.toUpperCase(), username: 'other' }, 'id'],
  ])('refuses a second one with the same %s', async (_name, draft, attribute) => {
    await create({ id: id1, customId: 'app', username: 'bob' });

    expect(await problemOf(registry.consumers.create(draft, by()))).toEqual({
      kind: 'conflict',
      attribute,
      holder: { entity: 'consumer', id: id1 },
    });
  });

  it('are put with their id, keeping groups and registrations', async () => {
    const key = { by: 'id', value: id1 } as const;
    const first = await valueOf(
      registry.consumers.put(key, { username: 'bob', tags: ['a'] }, by()),
    );
    await valueOf(registry.acls.put(key, { by: 'group', value: 'gold' }, {}, by()));
    const request = {
      subject: { kind: 'consumer', key },
      service: 'orders',
      autoApprove: true,
    } as const;
    await valueOf(registry.registrations.request(request, by()));

    const again = await valueOf(registry.consumers.put(key, { customId: 'app' }, by()));

    expect(first.outcome).toBe('created');
    expect(again).toMatchObject({
      outcome: 'updated',
      entity: { id: id1, username: null, customId: 'app', tags: [], version: 2 },
    });
    await untilEqual(() => running.groups(), 'gold');
    const page = await valueOf(registry.registrations.list({ size: 10 }));
    expect(page.items).toMatchObject([{ service: 'orders', status: 'approved' }]);
    expect(await problemOf(registry.consumers.get({ by: 'username', value: 'bob' }))).toEqual({
      kind: 'not_found',
      entity: 'consumer',
    });
  });

  it('say nothing of a put that changes nothing', async () => {
    const key = { by: 'username', value: 'bob' } as const;
    const first = await valueOf(registry.consumers.put(key, { tags: ['a'] }, by()));

    const again = await valueOf(registry.consumers.put(key, { tags: ['a'] }, by()));

    expect(again).toEqual({ entity: first.entity, outcome: 'unchanged', repeated: false });
    expect((await valueOf(registry.audit.list({ size: 10 }))).items).toHaveLength(1);
  });

  it('leave nothing behind when they are deleted', async () => {
    const { entity } = await create({ customId: 'app', username: 'bob', tags: ['a', 'b'] });
    const key = { by: 'id', value: entity.id } as const;
    await valueOf(registry.acls.create(key, { group: 'gold', tags: ['a'] }, by()));
    const subject = { kind: 'consumer', key } as const;
    await valueOf(
      registry.registrations.request({ subject, service: 'x', autoApprove: false }, by()),
    );
    await untilEqual(() => running.groups(), 'gold');

    await valueOf(registry.consumers.delete(key, by()));

    const left = (await redis.client.keys('*')).filter((one) => !one.includes(':operation:'));
    expect(left).toEqual(['{postern}:audit']);
    await untilEqual(() => running.groups(), null);
    expect((await problemOf(registry.consumers.delete(key, by()))).kind).toBe('not_found');
  });

  it('stop being known by an old custom_id when they get a new one', async () => {
    await create({ customId: 'app', username: 'bob' });
    await untilEqual(() => running.groups(), '');

    await valueOf(
      registry.consumers.patch({ by: 'username', value: 'bob' }, { customId: 'new' }, by()),
    );

    await untilEqual(() => running.groups(), null);
    expect(await valueOf(registry.consumers.get({ by: 'custom_id', value: 'new' }))).toMatchObject({
      username: 'bob',
      version: 2,
    });
  });

  it.each<[string, ConsumerDraft & { id?: string }, string]>([
    ['nothing that names it', { tags: ['a'] }, '@entity'],
    ['a control character', { username: 'a\nb' }, 'username'],
    ['a blank at the end', { customId: 'a ' }, 'custom_id'],
    ['too long a name', { username: 'x'.repeat(256) }, 'username'],
    ['an empty name', { username: '' }, 'username'],
    ['half a surrogate pair', { username: '\ud800' }, 'username'],
    ['no UUID', { id: 'x', username: 'x' }, 'id'],
    [
      'a rate that is none',
      { username: 'x', rateLimit: { requestsPerUnit: 0, unit: 'minute' } },
      'rate_limit',
    ],
    ['a tag with a comma', { username: 'x', tags: ['a,b'] }, 'tags'],
  ])('are refused with %s', async (_name, draft, field) => {
    const problem = await problemOf(registry.consumers.create(draft, by()));

    expect(problem).toEqual({ kind: 'invalid', fields: { [field]: expect.any(String) } });
    expect(await redis.client.dbsize()).toBe(0);
  });

  it('lose no update of a hundred writers', async () => {
    const { entity } = await create({ username: 'bob' });
    const key = { by: 'id', value: entity.id } as const;
    const other = await startRegistry(redis.connection);
    const numbers = Array.from({ length: 100 }, (_, index) => String(index));

    await Promise.all(
      numbers.map((number, index) =>
        valueOf((index % 2 ? registry : other).acls.create(key, { group: `g${number}` }, by())),
      ),
    );
    other.stop();

    const acls = await valueOf(registry.acls.listOf(key, { size: 1000 }));
    expect(acls.items.map(({ group }) => group).sort()).toEqual(
      numbers.map((number) => `g${number}`).sort(),
    );
    expect((await valueOf(registry.audit.list({ size: 1000 }))).items).toHaveLength(101);
  });

  it('are changed only by who knows them, where that is asked for', async () => {
    const { entity } = await create({ username: 'bob' });
    const key = { by: 'username', value: 'bob' } as const;
    const ifMatch = [entity.etag];
    const [one, other] = await Promise.all([
      registry.consumers.patch(key, { tags: ['a'] }, by({ ifMatch })),
      registry.consumers.patch(key, { tags: ['b'] }, by({ ifMatch })),
    ]);

    expect([one.ok, other.ok].sort()).toEqual([false, true]);
    const { etag } = await valueOf(registry.consumers.get(key));
    expect(one.ok ? other : one).toEqual({
      ok: false,
      stop: { kind: 'version_mismatch', current: etag },
    });
    expect((await problemOf(registry.consumers.delete(key, by({ ifMatch })))).kind).toBe(
      'version_mismatch',
    );
    await valueOf(registry.consumers.delete(key, by({ ifMatch: '*' })));
    expect(await problemOf(registry.consumers.put(key, {}, by({ ifMatch: '*' })))).toEqual({
      kind: 'version_mismatch',
      current: null,
    });
  });

  it('have another etag after they were deleted and made anew', async () => {
    const first = await create({ id: id2, username: 'bob' });
    await valueOf(registry.consumers.delete({ by: 'id', value: id2 }, by()));
    time += 1;
    const second = await create({ id: id2, username: 'bob' });

    expect(second.entity.etag).not.toBe(first.entity.etag);
  });

  it('take over what an older release has left', async () => {
    const record = {
      v: 1,
      id: id1,
      custom_id: 'app',
      username: null,
      identity_provider: null,
      tags: ['old'],
      acls: [{ group: 'gold' }],
      registrations: [{ service: 'orders', status: 'approved', suspended: false }],
      rate_limit: null,
    };
    await redis.client.mset({
      '{postern}:consumer:custom_id:app': JSON.stringify(record),
      [`{postern}:consumer:id:${id1}`]: '"custom_id:app"',
    });
    const key = { by: 'id', value: id1 } as const;
    const before = await valueOf(registry.acls.listOf(key, { size: 10 }));

    await valueOf(registry.consumers.patch(key, { username: 'bob' }, by()));

    const after = await valueOf(registry.acls.list({ size: 10 }));
    expect(after.items.map(({ id, group }) => [id, group])).toEqual(
      before.items.map(({ id, group }) => [id, group]),
    );
    const tagged = { size: 10, tags: { match: 'all', tags: ['old'] } } as const;
    expect((await valueOf(registry.consumers.list(tagged))).items).toHaveLength(1);
    expect(
      (await valueOf(registry.registrations.list({ size: 10, service: 'orders' }))).items,
    ).toHaveLength(1);
  });

  it('are unavailable where a record cannot be read', async () => {
    await create({ customId: 'app', username: 'bob' });
    await redis.client.set('{postern}:consumer:custom_id:app', '{"v":1}');

    const key = { by: 'username', value: 'bob' } as const;
    expect((await problemOf(registry.consumers.get(key))).kind).toBe('unavailable');
    expect((await problemOf(registry.consumers.put(key, {}, by()))).kind).toBe('unavailable');
    expect((await problemOf(registry.consumers.list({ size: 10 }))).kind).toBe('unavailable');
  });

  describe('in pages', () => {
    async function fill(count: number): Promise<string[]> {
      const made = await Promise.all(
        Array.from({ length: count }, (_, index) =>
          create({
            username: `user-${String(index)}`,
            tags: [index % 2 ? 'odd' : 'even', ...(index % 3 ? [] : ['third'])],
          }),
        ),
      );
      return made.map(({ entity }) => entity.id).sort();
    }

    it('come once each, in the same order', async () => {
      const ids = await fill(25);

      const listed = await allOf((offset) => registry.consumers.list({ size: 4, offset }));

      expect(listed.map(({ id }) => id)).toEqual(ids);
    });

    it('stay where they are while others come and go', async () => {
      const ids = await fill(30);
      const seen: string[] = [];
      let offset: string | undefined;
      do {
        const page = await valueOf(registry.consumers.list({ size: 5, offset }));
        seen.push(...page.items.map(({ id }) => id));
        offset = page.next ?? undefined;
        await create({ username: `new-${String(seen.length)}` });
        const [first] = page.items;
        if (first) await valueOf(registry.consumers.delete({ by: 'id', value: first.id }, by()));
      } while (offset !== undefined);

      expect(new Set(seen).size).toBe(seen.length);
      expect(seen).toEqual(expect.arrayContaining(ids));
    });

    it.each<['all' | 'any', string[], (index: number) => boolean]>([
      ['all', ['odd', 'third'], (index) => index % 2 === 1 && index % 3 === 0],
      ['any', ['odd', 'third'], (index) => index % 2 === 1 || index % 3 === 0],
      ['all', ['even'], (index) => index % 2 === 0],
      ['all', ['none'], () => false],
      ['all', ['odd', 'odd'], (index) => index % 2 === 1],
    ])('have %s of the tags %j', async (match, tags, fits) => {
      await fill(20);

      const listed = await allOf((offset) =>
        registry.consumers.list({ size: 3, offset, tags: { match, tags } }),
      );

      const wanted = Array.from({ length: 20 }, (_, index) => index).filter(fits);
      expect(listed.map(({ username }) => username).sort()).toEqual(
        wanted.map((index) => `user-${String(index)}`).sort(),
      );
    });

    it('refuse a token that is made up, or of another list', async () => {
      await fill(5);
      const page = await valueOf(registry.consumers.list({ size: 2 }));
      const tags = { match: 'all', tags: ['odd'] } as const;

      for (const query of [
        { size: 2, offset: '' },
        { size: 2, offset: 'bm90aGluZw' },
        { size: 2, offset: Buffer.from(id1).toString('base64url') },
        { size: 2, offset: `${page.next ?? ''}A` },
        { size: 2, offset: page.next ?? '', tags },
      ]) {
        expect(await problemOf(registry.consumers.list(query))).toEqual({
          kind: 'invalid',
          fields: { offset: 'invalid offset' },
        });
      }
      expect((await problemOf(registry.acls.list({ size: 2, offset: page.next ?? '' }))).kind).toBe(
        'invalid',
      );
      expect((await problemOf(registry.consumers.list({ size: 1001 }))).kind).toBe('invalid');
    });
  });
});
