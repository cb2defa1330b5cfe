import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  createRedisRegistry,
  type RedisRegistry,
} from '../../../src/store/redis/registry/redis-registry.ts';
import { startAdmin, type RunningAdmin } from '../../support/admin.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';
import { until } from '../store/until.ts';

const people = { ann: 'requester', bob: 'requester', root: 'admin' } as const;

type Person = keyof typeof people;

let redis: TestRedis;
let registry: RedisRegistry;
let admin: RunningAdmin;

beforeEach(async () => {
  redis = await startRedis();
  registry = createRedisRegistry({ connection: redis.connection, keyPrefix: redis.keyPrefix });
  registry.start();
  const tokens = Object.entries(people).map(([name, role]) => ({
    name,
    role,
    sha256: createHash('sha256').update(name).digest('hex'),
  }));
  admin = await startAdmin({ registry, access: { by: 'token', tokens } });
  await until(async () => (await as('root', 'GET', '/audit')).status === 200);
});

afterEach(async () => {
  expect(admin.errors).toEqual([]);
  await admin.stop();
  registry.stop();
  await redis.stop();
});

function as(person: Person, method: string, path: string, body?: object, more: object = {}) {
  const headers = { 'kong-admin-token': person, ...more };
  return admin.send(method, path, { as: null, headers, ...(body !== undefined && { body }) });
}

async function createApplication(person: Person, customId: string): Promise<string> {
  const body = { name: `app of ${customId}`, custom_id: customId };
  const created = await as(person, 'POST', '/applications', body);
  expect(created.status).toBe(201);
  return created.body.id as string;
}

async function register(person: Person, application: string): Promise<string> {
  const asked = await as(person, 'POST', '/registrations', { application, service: 'orders' });
  expect(asked.status).toBe(201);
  return asked.body.id as string;
}

describe('a requester', () => {
  it('sees of lists its own alone, page by page', async () => {
    const own: string[] = [];
    for (let index = 0; index < 6; index += 1) {
      await register('bob', await createApplication('bob', `bob-${index}`));
      own.push(await createApplication('ann', `ann-${index}`));
    }
    const registered = await register('ann', own[0]!);
    const collect = async (list: string) => {
      const ids: string[] = [];
      for (let path: string | null = `${list}?size=1`; path !== null;) {
        const { body } = await as('ann', 'GET', path);
        ids.push(...(body.data as { id: string }[]).map(({ id }) => id));
        path = body.next as string | null;
      }
      return ids;
    };

    expect((await collect('/applications')).toSorted()).toEqual(own.toSorted());
    expect(await collect('/registrations')).toEqual([registered]);
  });

  it.each([
    ['GET', '/applications/{application}', undefined, 404],
    ['PATCH', '/applications/{application}', { name: 'mine' }, 403],
    ['DELETE', '/applications/{application}', undefined, 403],
    ['GET', '/applications/{application}/application_instances', undefined, 403],
    ['POST', '/applications/{application}/application_instances', { service: 'orders' }, 403],
    ['POST', '/registrations', { application: '{application}', service: 'open' }, 400],
    ['GET', '/registrations/{registration}', undefined, 404],
    ['PATCH', '/registrations/{registration}', { status: 'approved' }, 403],
    ['PATCH', '/registrations', { ids: ['{registration}'], status: 'approved' }, 403],
    ['DELETE', '/registrations/{registration}', undefined, 403],
    ['POST', '/applications', { id: '{application}', name: 'mine', custom_id: 'mine' }, 409],
    ['POST', '/applications', { name: 'mine', custom_id: 'bob' }, 409],
    ['POST', '/applications', { name: 'mine', custom_id: 'mine', owner: 'bob' }, 400],
  ] as const)('does not get at what another has: %s %s %j', async (method, path, body, status) => {
    const application = await createApplication('bob', 'bob');
    const registration = await register('bob', application);
    const state = async () => [
      (await as('root', 'GET', '/applications')).body,
      (await as('root', 'GET', '/registrations')).body,
    ];
    const before = await state();
    const fill = (text: string) =>
      text.replaceAll('{application}', application).replaceAll('{registration}', registration);
    const sent =
      body === undefined ? undefined : (JSON.parse(fill(JSON.stringify(body))) as object);
    const answer = await as('ann', method, fill(path), sent);

    expect(answer.status).toBe(status);
    // Nothing of it in what is answered, but for what the caller has sent.
    expect(JSON.stringify(answer.body)).not.toContain('app of bob');
    expect(await state()).toEqual(before);
  });

  it('changes nothing of its own once it has asked', async () => {
    const application = await createApplication('ann', 'ann');
    const registration = await register('ann', application);
    const approve = { status: 'approved' };

    for (const [method, path, body] of [
      ['PATCH', `/applications/${application}`, { custom_id: 'bob' }],
      ['DELETE', `/applications/${application}`, undefined],
      ['PATCH', `/registrations/${registration}`, approve],
      ['PATCH', '/registrations', { ids: [registration], ...approve }],
      ['DELETE', `/registrations/${registration}`, undefined],
    ] as const) {
      expect((await as('ann', method, path, body)).status).toBe(403);
    }
    const { body } = await as('ann', 'GET', `/registrations/${registration}`);
    expect(body).toMatchObject({ status: 'requested', version: 1 });
  });

  it('does not get what another was answered by the name of the other’s write', async () => {
    const key = { 'idempotency-key': 'the-same' };
    const body = { name: 'shop', custom_id: 'bob' };
    const first = await as('bob', 'POST', '/applications', body, key);
    const other = await as('ann', 'POST', '/applications', body, key);

    expect([first.status, other.status]).toEqual([201, 409]);
    expect(JSON.stringify(other.body)).not.toContain(first.body.id);
  });
});
