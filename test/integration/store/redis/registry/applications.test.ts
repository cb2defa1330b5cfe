import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ApplicationEntity } from '../../../../../src/registry/entities.ts';
import type { ApplicationDraft, RegistrationChange } from '../../../../../src/registry/ports.ts';
import { importConsumers } from '../../../../../src/store/import-consumers.ts';
import type { RedisRegistry } from '../../../../../src/store/redis/registry/redis-registry.ts';
import { startOwnRedis, type OwnRedis } from '../../../../support/redis.ts';
import { keyPrefix, never, startStore, type RunningStore } from '../harness.ts';
import { allOf, by, problemOf, startRegistry, untilEqual, valueOf } from './harness.ts';

const unknownId = '00000000-0000-4000-8000-00000000000f';

describe('applications in Redis', () => {
  let redis: OwnRedis;
  let registry: RedisRegistry;
  let running: RunningStore;

  beforeAll(async () => {
    redis = await startOwnRedis();
    registry = await startRegistry(redis.connection);
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

  async function create(draft: ApplicationDraft = {}): Promise<ApplicationEntity> {
    const whole = { name: 'billing', customId: 'app', ...draft };
    return (await valueOf(registry.applications.create(whole, by()))).entity;
  }

  async function register(applicationId: string, autoApprove = false, service = 'orders') {
    const subject = { kind: 'application', id: applicationId } as const;
    const request = { subject, service, autoApprove };
    return (await valueOf(registry.registrations.request(request, by()))).entity;
  }

  /** The registration as a decision finds it. */
  async function standing(customId = 'app') {
    const found = await running.store.resolve('custom_id', customId, never);
    return found.ok ? found.value?.registrations.get('orders') : found.stop;
  }

  it('own a Consumer that lists do not show, and that goes with them', async () => {
    const application = await create({ tags: ['a'], owner: 'ann', redirectUri: 'https://x.test/' });
    const consumer = { by: 'id', value: application.consumerId } as const;
    await valueOf(registry.acls.create(consumer, { group: 'gold', tags: ['a'] }, by()));
    await valueOf(registry.consumers.create({ username: 'bob', tags: ['a'] }, by()));
    await register(application.id);

    const tags = { match: 'any', tags: ['a'] } as const;
    const consumers = await valueOf(registry.consumers.list({ size: 10 }));
    const tagged = await valueOf(registry.consumers.list({ size: 10, tags }));
    expect([consumers.items, tagged.items]).toMatchObject([
      [{ username: 'bob' }],
      [{ username: 'bob' }],
    ]);
    expect((await valueOf(registry.acls.list({ size: 10 }))).items).toEqual([]);
    expect((await valueOf(registry.acls.list({ size: 10, tags }))).items).toEqual([]);
    expect((await problemOf(registry.consumers.get(consumer))).kind).toBe('not_found');
    await untilEqual(() => running.groups(), 'gold');

    await valueOf(registry.applications.delete(application.id, by()));

    await untilEqual(() => running.groups(), null);
    expect((await valueOf(registry.registrations.list({ size: 10 }))).items).toEqual([]);
    expect((await problemOf(registry.applications.get(application.id))).kind).toBe('not_found');
  });

  it('keep their Consumer from everybody who writes Consumers', async () => {
    const application = await create({ owner: 'ann' });
    const holder = { entity: 'application', id: application.id };
    const { consumers } = registry;
    const own = { by: 'id', value: application.consumerId } as const;
    const other = { by: 'id', value: unknownId } as const;

    const puts = [
      [consumers.put(own, { username: 'x' }, by()), 'id'],
      [consumers.put({ by: 'username', value: 'ann_billing' }, {}, by()), 'username'],
      [consumers.put(other, { username: 'ann_billing' }, by()), 'username'],
      [consumers.put(other, { customId: 'app' }, by()), 'custom_id'],
      [consumers.create({ customId: 'app' }, by()), 'custom_id'],
      [consumers.create({ id: own.value, username: 'x' }, by()), 'id'],
    ] as const;
    for (const [put, attribute] of puts) {
      expect(await problemOf(put)).toEqual({ kind: 'conflict', attribute, holder });
    }
    const owned = { kind: 'owned', application: application.id };
    expect(await problemOf(consumers.delete(own, by()))).toEqual(owned);
    expect(await problemOf(consumers.patch(own, { tags: [] }, by()))).toEqual(owned);
    expect(await valueOf(registry.applications.get(application.id))).toEqual(application);
  });

  it('are spared by an import and its pruning', async () => {
    await create();
    await register((await create({ name: 'second', customId: 'two' })).id, true);
    await valueOf(registry.consumers.create({ customId: 'old' }, by()));
    const load = (text: string) =>
      importConsumers({
        source: (async function* () {
          yield Buffer.from(text);
        })(),
        file: 'consumers.jsonl',
        connection: redis.connection,
        keyPrefix,
        prune: true,
      });

    expect(await load('{"custom_id":"new"}')).toMatchObject({ created: 1, pruned: 1 });
    expect(await load('{"custom_id":"app","acls":[{"group":"x"}]}')).toMatchObject({
      failed: [{ path: 'custom_id', message: 'an application owns this Consumer' }],
    });
    const left = await valueOf(registry.applications.list({ size: 10 }));
    expect(left.items.map(({ customId }) => customId).sort()).toEqual(['app', 'two']);
    await untilEqual(() => running.groups(), '');
  });

  it('are known by a new custom_id at once, and no longer by the old one', async () => {
    const application = await create();
    await register(application.id, true);
    await untilEqual(() => standing(), { status: 'approved', suspended: false });

    const changed = await valueOf(
      registry.applications.patch(application.id, { customId: 'new' }, by()),
    );

    expect(changed.entity).toMatchObject({ customId: 'new', version: 2 });
    await untilEqual(() => standing('new'), { status: 'approved', suspended: false });
    await untilEqual(() => running.groups(), null);
  });

  it.each<[string, ApplicationDraft, string]>([
    ['the same client id', { name: 'other' }, 'custom_id'],
    ['the same name', { customId: 'other' }, 'name'],
  ])('are refused with %s', async (_name, draft, attribute) => {
    const { id } = await create();
    const second = { name: 'billing', customId: 'app', ...draft };

    expect(await problemOf(registry.applications.create(second, by()))).toEqual({
      kind: 'conflict',
      attribute,
      holder: { entity: 'application', id },
    });
  });

  it('need a name and a client id', async () => {
    expect(await problemOf(registry.applications.create({}, by()))).toEqual({
      kind: 'invalid',
      fields: { name: 'required field missing', custom_id: 'required field missing' },
    });
  });

  it('are listed by owner and tags', async () => {
    await create({ name: 'a', customId: 'a', owner: 'ann', tags: ['x'] });
    await create({ name: 'b', customId: 'b', owner: 'ann', tags: ['y'] });
    await create({ name: 'c', customId: 'c', owner: 'ben', tags: ['x'] });
    const names = async (query: object) =>
      (await allOf((offset) => registry.applications.list({ size: 1, offset, ...query })))
        .map(({ name }) => name)
        .sort();

    expect(await names({})).toEqual(['a', 'b', 'c']);
    expect(await names({ owner: 'ann' })).toEqual(['a', 'b']);
    expect(await names({ owner: 'ann', tags: { match: 'all', tags: ['x'] } })).toEqual(['a']);
    expect(await names({ owner: 'ben', tags: { match: 'any', tags: ['y'] } })).toEqual([]);
    expect(await names({ tags: { match: 'any', tags: ['x', 'y'] } })).toEqual(['a', 'b', 'c']);
  });

  describe('with a registration', () => {
    it('go from request to approval to revocation, as decisions see it', async () => {
      const { id } = await create();
      const requested = await register(id);
      expect(requested).toMatchObject({ status: 'requested', suspended: false, version: 1 });
      await untilEqual(() => standing(), { status: 'requested', suspended: false });

      const steps: [RegistrationChange, object][] = [
        [
          { status: 'approved', note: 'welcome' },
          { status: 'approved', suspended: false },
        ],
        [{ suspended: true }, { status: 'approved', suspended: true }],
        [{ suspended: false }, { status: 'approved', suspended: false }],
        [{ status: 'revoked' }, { status: 'revoked', suspended: false }],
      ];
      for (const [change, wanted] of steps) {
        await valueOf(registry.registrations.change(requested.id, change, by({ actor: 'ann' })));
        await untilEqual(() => standing(), wanted);
      }

      const after = await valueOf(registry.registrations.get(requested.id));
      expect(after).toMatchObject({ version: 5, note: 'welcome', application: { id } });
      expect(after.steps.map(({ to, by: who }) => `${who} ${to}`)).toEqual([
        'test requested',
        'ann approved',
        'ann suspended',
        'ann resumed',
        'ann revoked',
      ]);
    });

    it('refuse an illegal step, and a second registration', async () => {
      const { id } = await create();
      const { id: registration } = await register(id, true);
      const subject = { kind: 'application', id } as const;
      const again = { subject, service: 'orders', autoApprove: true };

      expect(
        await problemOf(registry.registrations.change(registration, { status: 'rejected' }, by())),
      ).toEqual({ kind: 'illegal_transition', from: 'approved', to: 'rejected' });
      expect(await problemOf(registry.registrations.request(again, by()))).toEqual({
        kind: 'conflict',
        attribute: 'service',
        holder: { entity: 'registration', id: registration },
      });
    });

    it('are listed by Service, status and subject', async () => {
      const one = await create({ name: 'a', customId: 'a' });
      const two = await create({ name: 'b', customId: 'b' });
      await register(one.id, true, 'orders');
      await register(one.id, false, 'stock');
      const { id } = await register(two.id, false, 'orders');
      const list = async (query: object) =>
        (await allOf((offset) => registry.registrations.list({ size: 1, offset, ...query })))
          .map(
            ({ application, service, status }) => `${application?.name ?? ''} ${service} ${status}`,
          )
          .sort();

      expect(await list({ service: 'orders' })).toEqual([
        'a orders approved',
        'b orders requested',
      ]);
      expect(await list({ status: 'requested' })).toEqual([
        'a stock requested',
        'b orders requested',
      ]);
      expect(await list({ service: 'orders', status: 'requested' })).toEqual([
        'b orders requested',
      ]);
      expect(await list({ subject: { kind: 'application', id: one.id } })).toEqual([
        'a orders approved',
        'a stock requested',
      ]);
      await valueOf(registry.registrations.change(id, { status: 'rejected' }, by()));
      expect(await list({ status: 'requested' })).toEqual(['a stock requested']);
      expect(await list({ status: 'rejected' })).toEqual(['b orders rejected']);
    });

    it('have none after it was deleted', async () => {
      const { id } = await create();
      const registration = await register(id, true);
      await untilEqual(standing, { status: 'approved', suspended: false });

      await valueOf(registry.registrations.delete(registration.id, by()));

      await untilEqual(standing, undefined);
      expect((await problemOf(registry.registrations.get(registration.id))).kind).toBe('not_found');
      expect(await register(id)).toMatchObject({ status: 'requested' });
    });

    it('cannot have it where there is no such application or Consumer', async () => {
      const key = { by: 'username', value: 'nobody' } as const;
      const base = { service: 'orders', autoApprove: false };
      const { request } = { request: registry.registrations.request.bind(registry.registrations) };

      expect(
        await problemOf(
          request({ ...base, subject: { kind: 'application', id: unknownId } }, by()),
        ),
      ).toEqual({ kind: 'not_found', entity: 'application' });
      expect(
        await problemOf(request({ ...base, subject: { kind: 'consumer', key } }, by())),
      ).toEqual({
        kind: 'not_found',
        entity: 'consumer',
      });
    });
  });

  it('have developers beside them, who go only when they own none', async () => {
    const { developers } = registry;
    const { entity: ann } = await valueOf(developers.create({ email: 'Ann@x.test' }, by()));
    const application = await create({ owner: ann.id });

    expect(ann).toMatchObject({ status: 'requested', version: 1 });
    expect(await valueOf(developers.get({ by: 'email', value: 'ann@X.test' }))).toEqual(ann);
    expect(await problemOf(developers.create({ email: 'ann@x.test' }, by()))).toEqual({
      kind: 'conflict',
      attribute: 'email',
    });
    const key = { by: 'id', value: ann.id } as const;
    await valueOf(developers.patch(key, { status: 'approved', email: 'ann@y.test' }, by()));
    expect((await valueOf(developers.list({ size: 10 }))).items).toMatchObject([
      { email: 'ann@y.test', status: 'approved', version: 2 },
    ]);
    expect((await problemOf(developers.get({ by: 'email', value: 'ann@x.test' }))).kind).toBe(
      'not_found',
    );
    expect(await problemOf(developers.delete(key, by()))).toEqual({ kind: 'owner' });
    await valueOf(registry.applications.delete(application.id, by()));
    await valueOf(developers.delete(key, by()));
    expect((await valueOf(developers.list({ size: 10 }))).items).toEqual([]);
  });

  it('are not left without their developer, who is deleted at the same moment', async () => {
    const other = await startRegistry(redis.connection);
    const names = Array.from({ length: 100 }, (_, index) => `app-${String(index)}`);
    const outcomes = await Promise.all(
      names.map(async (name) => {
        const { entity } = await valueOf(
          other.developers.create({ email: `${name}@x.test` }, by()),
        );
        const owner = entity.id;
        const draft = { name, customId: name, owner, ofDeveloper: true };
        const [created, deleted] = await Promise.all([
          registry.applications.create(draft, by()),
          other.developers.delete({ by: 'id', value: owner }, by()),
        ]);
        const problem = created.ok ? null : created.stop;
        expect(problem).toEqual(deleted.ok ? { kind: 'not_found', entity: 'developer' } : null);
        return deleted.ok;
      }),
    );
    other.stop();

    const { items } = await valueOf(registry.applications.list({ size: 1000 }));
    expect(items).toHaveLength(outcomes.filter((deleted) => !deleted).length);
  });
});
