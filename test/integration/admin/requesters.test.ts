import { createHash, randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  createRedisRegistry,
  type RedisRegistry,
} from '../../../src/store/redis/registry/redis-registry.ts';
import { serviceOf, startAdmin, type RunningAdmin } from '../../support/admin.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';
import { until } from '../store/until.ts';

const people = { ann: 'requester', bob: 'requester', root: 'admin' } as const;

type Person = keyof typeof people;

let redis: TestRedis;
let registry: RedisRegistry;
let admin: RunningAdmin;
/** Milliseconds; stands still unless a test moves it. */
let now = 0;

beforeEach(async () => {
  redis = await startRedis();
  registry = createRedisRegistry({ connection: redis.connection, keyPrefix: redis.keyPrefix });
  registry.start();
  const tokens = Object.entries(people).map(([name, role]) => ({
    name,
    role,
    sha256: createHash('sha256').update(name).digest('hex'),
  }));
  now = 0;
  admin = await startAdmin({
    registry,
    access: { by: 'token', tokens },
    clock: { now: () => now },
    services: [serviceOf('orders'), serviceOf('open', true), bareService],
  });
  await until(async () => (await as('root', 'GET', '/audit')).status === 200);
});

afterEach(async () => {
  expect(admin.errors).toEqual([]);
  await admin.stop();
  registry.stop();
  await redis.stop();
});

const bareService = { name: 'bare', displayName: null, registration: null, settings: {} };

/** Applications of somebody, past the API. */
async function fill(owner: Person, count: number): Promise<string[]> {
  const created = await Promise.all(
    Array.from({ length: count }, (_, index) => {
      const name = `filled ${String(index)}`;
      const context = { actor: 'test', operationId: randomUUID() };
      return registry.applications.create({ name, customId: name, owner }, context);
    }),
  );
  return created.flatMap((one) => (one.ok ? [one.value.entity.id] : []));
}

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
    ['POST', '/applications', { id: '{application}', name: 'mine', custom_id: 'mine' }, 400],
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

  it('learns no more of what is another’s than of what is not there', async () => {
    const application = await createApplication('bob', 'bob');
    await register('bob', application);
    const own = await createApplication('ann', 'ann');
    const ask = async (body: object) => {
      const { status, body: answer } = await as('ann', 'POST', '/registrations', body);
      return [status, answer.fields as unknown];
    };

    for (const service of ['orders', 'bare', 'none']) {
      expect(await ask({ application, service })).toEqual([
        400,
        { application: { id: application } },
      ]);
    }
    const unknown = [400, { service: 'no Service has this name' }];
    expect(await ask({ application: own, service: 'bare' })).toEqual(unknown);
    expect(await ask({ application: own, service: 'none' })).toEqual(unknown);
    const id = application;
    expect(await ask({ id, application: own, service: 'orders' })).toEqual([
      400,
      { id: 'not for the role requester' },
    ]);
    const none = await as('ann', 'GET', '/registrations?service=none');
    expect([none.status, none.body.data]).toEqual([200, []]);
  });

  it('goes straight to the one application that it asks about', async () => {
    const [application = ''] = await fill('ann', 30);
    const other = await createApplication('bob', 'bob');
    await register('bob', other);
    const id = await register('ann', application);
    const list = async (query: string) =>
      (await as('ann', 'GET', `/registrations?${query}`)).body as { data: object[]; next: unknown };

    expect(await list(`application=${application}&size=1`)).toMatchObject({
      data: [{ id }],
      next: null,
    });
    expect(await list(`application=${application}&service=open`)).toMatchObject({ data: [] });
    expect((await list(`application=${other}`)).data).toEqual([]);
    expect((await list('consumer=application_app%20of%20bob')).data).toEqual([]);
  });

  it('has a hundred applications at the most', async () => {
    await fill('ann', 99);
    const body = { name: 'one', custom_id: 'one' };
    const key = { 'idempotency-key': 'the-last' };
    const last = await as('ann', 'POST', '/applications', body, key);
    const over = await as('ann', 'POST', '/applications', { name: 'two', custom_id: 'two' });
    const again = await as('ann', 'POST', '/applications', body, key);

    expect([last.status, over.status, again.status]).toEqual([201, 409, 201]);
    expect(over.body).toEqual({ message: 'The limit of 100 applications is reached' });
    expect(again.body).toEqual(last.body);
    await createApplication('bob', 'two');
    const gift = { name: 'three', custom_id: 'three', owner: 'ann' };
    expect((await as('root', 'POST', '/applications', gift)).status).toBe(201);
  });

  it('has a hundred registrations that wait at the most', async () => {
    const ids = await fill('ann', 100);
    for (const id of ids.slice(1)) {
      const subject = { kind: 'application', id } as const;
      const context = { actor: 'test', operationId: randomUUID() };
      await registry.registrations.request(
        { subject, service: 'orders', autoApprove: false },
        context,
      );
    }
    await register('ann', ids[0]!);
    const own = await as('root', 'POST', '/applications', {
      name: 'x',
      custom_id: 'x',
      owner: 'ann',
    });
    const application = own.body.id as string;
    const over = await as('ann', 'POST', '/registrations', { application, service: 'orders' });
    const approved = await as('ann', 'POST', '/registrations', { application, service: 'open' });

    expect([over.status, approved.status]).toEqual([409, 201]);
    expect(over.body).toEqual({ message: 'The limit of 100 requested registrations is reached' });
  });

  it('has few and short tags', async () => {
    const create = async (tags: string[]) => {
      const body = { name: 'one', custom_id: 'one', tags };
      return (await as('ann', 'POST', '/applications', body)).status;
    };
    const ten = Array.from({ length: 10 }, (_, index) => `tag-${String(index)}`);

    expect(await create([...ten, 'more'])).toBe(400);
    expect(await create(['x'.repeat(65)])).toBe(400);
    expect(await create(ten)).toBe(201);
  });

  it('writes twenty times a second, each by itself, and reads as it likes', async () => {
    const write = async (person: Person) =>
      as(person, 'POST', '/applications', { name: 'one', custom_id: 'one' });
    for (let count = 0; count < 20; count += 1) expect((await write('ann')).status).not.toBe(429);
    const over = await write('ann');

    expect([over.status, over.headers.get('retry-after')]).toEqual([429, '1']);
    expect((await as('ann', 'GET', '/applications')).status).toBe(200);
    expect((await write('bob')).status).not.toBe(429);
    now += 49;
    expect((await write('ann')).status).toBe(429);
    now += 1;
    expect((await write('ann')).status).not.toBe(429);
    for (let count = 0; count < 25; count += 1) expect((await write('root')).status).toBe(409);
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
