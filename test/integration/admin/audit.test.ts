import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { answerSchemas } from '../../../src/admin/description/answer-schemas.ts';
import {
  createRedisRegistry,
  type RedisRegistry,
} from '../../../src/store/redis/registry/redis-registry.ts';
import { startAdmin, type RunningAdmin } from '../../support/admin.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';
import { until } from '../store/until.ts';

let redis: TestRedis;
let registry: RedisRegistry;
let admin: RunningAdmin;

beforeAll(async () => {
  redis = await startRedis();
  registry = createRedisRegistry({ connection: redis.connection, keyPrefix: redis.keyPrefix });
  registry.start();
  admin = await startAdmin({ registry });
  await until(async () => (await admin.send('GET', '/audit')).status === 200);
  await admin.send('PUT', '/consumers/ann', { body: { custom_id: 'a', tags: ['x'] } });
});

afterAll(async () => {
  expect(admin.errors).toEqual([]);
  await admin.stop();
  registry.stop();
  await redis.stop();
});

async function lastOf(id: unknown): Promise<unknown> {
  const { body } = await admin.send('GET', `/audit?size=1&entity=${String(id)}`);
  return answerSchemas.AuditEntry.parse((body.data as readonly unknown[])[0]);
}

const limit = { requests_per_unit: 5, unit: 'minute' };

describe('the audit shows what the API showed', () => {
  it.each([
    [
      'consumer',
      answerSchemas.Consumer,
      '/consumers',
      { username: 'bob', custom_id: 'b', rate_limit: limit },
    ],
    ['acl', answerSchemas.Acl, '/consumers/ann/acls', { group: 'gold', tags: ['t'] }],
    [
      'application',
      answerSchemas.Application,
      '/applications',
      { name: 'Shop', custom_id: 's', redirect_uri: 'https://s' },
    ],
    [
      'registration',
      answerSchemas.Registration,
      '/registrations',
      { consumer: 'ann', service: 'orders', note: 'please' },
    ],
    ['developer', answerSchemas.Developer, '/developers', { email: 'a@b.c', meta: '{}' }],
    ['revocation', answerSchemas.Revocation, '/revocations', { client_id: 'gone', note: 'lost' }],
  ])('of a new %s', async (kind, schema, path, body) => {
    const created = await admin.send('POST', path, { body });

    expect(created.status).toBe(201);
    expect(schema.safeParse(created.body).error).toBeUndefined();
    expect(await lastOf(created.body.id)).toMatchObject({
      action: `${kind}.create`,
      entity: created.body.id,
      before: null,
      after: created.body,
    });
    const [told] = [(await lastOf(created.body.id)) as { after: object }];
    expect(Object.keys(told.after)).toEqual(Object.keys(created.body));
  });

  it.each([
    ['consumer', '/consumers', { username: 'carl' }, { tags: ['new'] }],
    ['application', '/applications', { name: 'Bar', custom_id: 'bar' }, { owner: 'ann' }],
    ['developer', '/developers', { email: 'd@b.c' }, { status: 0 }],
  ])('of a changed and a deleted %s', async (kind, path, body, change) => {
    const { body: before } = await admin.send('POST', path, { body });
    const one = `${path}/${String(before.id)}`;
    const { body: after } = await admin.send('PATCH', one, { body: change });
    const changed = await lastOf(before.id);
    await admin.send('DELETE', one);

    expect(changed).toMatchObject({ action: `${kind}.update`, before, after });
    expect(await lastOf(before.id)).toMatchObject({
      action: `${kind}.delete`,
      before: after,
      after: null,
    });
  });

  it('of what a deleted Consumer takes with it', async () => {
    const { body: dan } = await admin.send('POST', '/consumers', { body: { username: 'dan' } });
    const body = { consumer: 'dan', service: 'orders' };
    const { body: asked } = await admin.send('POST', '/registrations', { body });
    await admin.send('DELETE', '/consumers/dan');

    expect(await lastOf(dan.id)).toMatchObject({ before: { ...dan, registrations: [asked] } });
  });
});

describe('the audit names each step of a registration', () => {
  it('by what was done', async () => {
    await admin.send('POST', '/consumers', { body: { username: 'eve' } });
    const body = { consumer: 'eve', service: 'orders', status: 'requested' };
    const { body: asked } = await admin.send('POST', '/registrations', { body });
    const one = `/registrations/${String(asked.id)}`;
    const changes: readonly (readonly [object, string])[] = [
      [{ status: 'rejected' }, 'reject'],
      [{ status: 'requested' }, 'request'],
      [{ status: 'approved' }, 'approve'],
      [{ suspended: true }, 'suspend'],
      [{ suspended: false, note: 'fine' }, 'resume'],
      [{ note: 'only that' }, 'update'],
      [{ status: 'revoked' }, 'revoke'],
    ];
    for (const [change] of changes) {
      expect(await admin.send('PATCH', one, { body: change })).toMatchObject({ status: 200 });
    }
    await admin.send('DELETE', one);

    const { body: told } = await admin.send('GET', `/audit?entity=${String(asked.id)}`);
    const actions = (told.data as readonly { action: string }[]).map(({ action }) => action);
    const verbs = ['create', ...changes.map(([, verb]) => verb), 'delete'];
    expect(actions.toReversed()).toEqual(verbs.map((verb) => `registration.${verb}`));
    const { body: approvals } = await admin.send('GET', '/audit?action=registration.approve');
    expect(approvals.data).toMatchObject([{ entity: asked.id }]);
  });
});
