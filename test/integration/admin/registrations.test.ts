import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  createRedisRegistry,
  type RedisRegistry,
} from '../../../src/store/redis/registry/redis-registry.ts';
import type { Role } from '../../../src/admin/access/roles.ts';
import { startAdmin, type RunningAdmin } from '../../support/admin.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';
import { until } from '../store/until.ts';

let redis: TestRedis;
let registry: RedisRegistry;
let admin: RunningAdmin;

beforeEach(async () => {
  redis = await startRedis();
  registry = createRedisRegistry({ connection: redis.connection, keyPrefix: redis.keyPrefix });
  registry.start();
  admin = await startAdmin({ registry });
  await until(async () => (await admin.send('GET', '/audit')).status === 200);
});

afterEach(async () => {
  expect(admin.errors).toEqual([]);
  await admin.stop();
  registry.stop();
  await redis.stop();
});

async function createApplication(customId: string, as: Role = 'admin'): Promise<string> {
  const body = { name: `app of ${customId}`, custom_id: customId };
  const created = await admin.send('POST', '/applications', { as, body });
  expect(created.status).toBe(201);
  return created.body.id as string;
}

async function request(body: object, as: Role = 'admin') {
  return admin.send('POST', '/registrations', { as, body });
}

describe('an application', () => {
  it('owns a Consumer that the plain lists hide', async () => {
    const id = await createApplication('0oa1');
    const { body } = await admin.send('GET', `/applications/${id}`);

    expect(body).toMatchObject({ id, custom_id: '0oa1', owner: null, version: 1 });
    expect((await admin.send('GET', '/consumers')).body.data).toEqual([]);
    expect((await admin.send('GET', `/consumers/${body.consumer.id as string}`)).status).toBe(404);
    expect((await admin.send('GET', '/consumers?custom_id=0oa1')).body.data).toEqual([]);
  });

  it.each([
    ['DELETE', '{id}'],
    ['DELETE', '{name}'],
    ['PATCH', '{id}'],
    ['PUT', '{name}'],
    ['DELETE', '{name}/acls/gold'],
    ['DELETE', '{name}/acls/e3b0c442-98fc-4c14-9afb-f4c8996fb924'],
    ['PATCH', '{name}/acls/gold'],
    ['PUT', '{name}/acls/gold'],
    ['POST', '{name}/acls'],
  ])('keeps its access when its Consumer is asked for: %s /consumers/%s', async (method, path) => {
    const id = await createApplication('0oa1');
    const { consumer } = (await admin.send('GET', `/applications/${id}`)).body;
    const groups = `/consumers/${consumer.id as string}/acls`;
    await admin.send('PUT', `${groups}/gold`);
    const asked = path
      .replace('{id}', consumer.id as string)
      .replace('{name}', 'application_app%20of%200oa1');
    const sent = path.includes('acls') ? { group: 'gold' } : { custom_id: 'other' };
    const body = method === 'DELETE' ? undefined : sent;
    const answer = await admin.send(method, `/consumers/${asked}`, { body });

    expect(answer.status).toBe(409);
    expect((await admin.send('GET', `/applications/${id}`)).body.custom_id).toBe('0oa1');
    expect((await admin.send('GET', groups)).body.data).toMatchObject([{ group: 'gold' }]);
  });

  it('is changed and deleted', async () => {
    const id = await createApplication('0oa1');
    const changed = await admin.send('PATCH', `/applications/${id}`, {
      body: { custom_id: 'new' },
    });

    expect([changed.status, changed.body.custom_id]).toEqual([200, 'new']);
    expect((await admin.send('DELETE', `/applications/${id}`)).status).toBe(204);
    expect((await admin.send('GET', `/applications/${id}`)).status).toBe(404);
    expect((await admin.send('DELETE', `/applications/${id}`)).status).toBe(404);
  });

  it('needs a name and a custom_id of its own', async () => {
    await createApplication('0oa1');
    const none = await admin.send('POST', '/applications', { body: {} });
    const taken = await admin.send('POST', '/applications', {
      body: { name: 'b', custom_id: '0oa1' },
    });

    const missing = 'required field missing';
    expect([none.status, none.body.fields]).toEqual([400, { name: missing, custom_id: missing }]);
    expect([taken.status, taken.body.fields]).toEqual([409, { custom_id: '0oa1' }]);
  });
});

describe('a registration', () => {
  it('goes from request to approval to revocation, and remembers who', async () => {
    const application = await createApplication('0oa1');
    const asked = await request({ application, service: 'orders' });
    const path = `/registrations/${asked.body.id as string}`;
    const step = (body: object) => admin.send('PATCH', path, { as: 'approver', body });

    expect(asked.status).toBe(201);
    expect(asked.body).toMatchObject({
      consumer: { custom_id: '0oa1' },
      application: { id: application },
      service: 'orders',
      status: 'requested',
      suspended: false,
      version: 1,
    });
    expect((await step({ status: 'revoked' })).status).toBe(409);
    expect((await step({ status: 'approved', note: 'fine' })).body.status).toBe('approved');
    expect((await step({ suspended: true })).body.suspended).toBe(true);
    expect((await step({ status: 'revoked' })).body.status).toBe('revoked');
    const { body } = await admin.send('GET', path);
    expect(body.steps.map(({ to, by }: { to: string; by: string }) => [to, by])).toEqual([
      ['requested', 'the-admin'],
      ['approved', 'the-approver'],
      ['suspended', 'the-approver'],
      ['revoked', 'the-approver'],
    ]);
  });

  it('is approved at once where the Service approves by itself, or the request says so', async () => {
    const application = await createApplication('0oa1');
    await admin.send('POST', '/consumers', { body: { username: 'anna' } });

    expect((await request({ application, service: 'open' })).body.status).toBe('approved');
    const told = await request({ consumer: 'anna', service: 'orders', status: 'approved' });
    expect(told.body.status).toBe('approved');
    const kept = await request({ consumer: 'anna', service: 'open', status: 'requested' });
    expect(kept.body.status).toBe('requested');
  });

  it.each([
    [{ service: 'orders' }, 400, { consumer: 'expected one of: consumer, application' }],
    [
      { service: 'orders', consumer: 'a', application: 'b' },
      400,
      { consumer: 'expected one of: consumer, application' },
    ],
    [{ consumer: 'anna' }, 400, { service: 'required field missing' }],
    [{ consumer: 'anna', service: 'gone' }, 400, { service: 'no Service has this name' }],
    [{ consumer: 'nobody', service: 'orders' }, 400, { consumer: { username: 'nobody' } }],
    [{ application: 'none', service: 'orders' }, 400, { application: { id: 'none' } }],
    [{ consumer: 'anna', service: 'open', state: 1 }, 400, { state: 'unknown field' }],
  ])('is not asked for by %j', async (body, status, fields) => {
    await admin.send('POST', '/consumers', { body: { username: 'anna' } });
    const refused = await request(body);

    expect([refused.status, refused.body.fields]).toEqual([status, fields]);
  });

  it('is there once', async () => {
    await admin.send('POST', '/consumers', { body: { username: 'anna' } });
    await request({ consumer: 'anna', service: 'orders' });
    const again = await request({ consumer: { username: 'anna' }, service: 'orders' });

    expect([again.status, again.body.fields]).toEqual([409, { service: 'orders' }]);
  });

  it('is not looked for by the name of a Service that is nowhere', async () => {
    await admin.send('POST', '/consumers', { body: { username: 'anna' } });
    const list = (service: string) => admin.send('GET', `/registrations?service=${service}`);
    const slip = await list('ordrs');
    const subject = { kind: 'consumer', key: { by: 'username', value: 'anna' } } as const;
    const context = { actor: 'test', operationId: 'before' };
    const wanted = { subject, service: 'former', autoApprove: true };
    await registry.registrations.request(wanted, context);
    const former = await admin.send('GET', '/registrations?service=former&status=requested');

    expect([slip.status, Object.keys(slip.body.fields)]).toEqual([400, ['service']]);
    expect((await list('orders')).body.data).toEqual([]);
    expect([former.status, former.body.data]).toEqual([200, []]);
    expect((await list('former')).body.data).toHaveLength(1);
  });

  it('is found by Service, state and whom it is for', async () => {
    const application = await createApplication('0oa1');
    await admin.send('POST', '/consumers', { body: { username: 'anna' } });
    await request({ application, service: 'orders' });
    await request({ application, service: 'open' });
    await request({ consumer: 'anna', service: 'orders' });
    const count = async (query: string) =>
      (await admin.send('GET', `/registrations?${query}`)).body.data.length as number;

    expect(await count('')).toBe(3);
    expect(await count('service=orders')).toBe(2);
    expect(await count('status=approved')).toBe(1);
    expect(await count(`application=${application}`)).toBe(2);
    expect(await count('consumer=anna&service=orders&status=requested')).toBe(1);
    expect(await count('consumer=nobody')).toBe(0);
    expect((await admin.send('GET', '/registrations?status=0')).status).toBe(400);
  });

  it('is approved with others, each by itself', async () => {
    await admin.send('POST', '/consumers', { body: { username: 'anna' } });
    const first = await request({ consumer: 'anna', service: 'orders' });
    const second = await request({ consumer: 'anna', service: 'open', status: 'requested' });
    const gone = 'ffffffff-ffff-4fff-bfff-ffffffffffff';
    const ids = [first.body.id, gone, second.body.id];
    const body = { ids, status: 'approved' };
    const headers = { 'idempotency-key': 'k'.repeat(128) };
    const send = () => admin.send('PATCH', '/registrations', { as: 'approver', body, headers });
    const { status, body: told } = await send();
    const again = await send();

    expect(status).toBe(200);
    expect(told.data).toMatchObject([
      { id: ids[0], status: 200, registration: { status: 'approved' } },
      { id: gone, status: 404, error: { message: 'Not found' } },
      { id: ids[2], status: 200, registration: { status: 'approved' } },
    ]);
    expect(again.body).toEqual(told);
  });

  it('is approved with others under no condition, which would be one for each', async () => {
    await admin.send('POST', '/consumers', { body: { username: 'anna' } });
    const { body: asked } = await request({ consumer: 'anna', service: 'orders' });
    const body = { ids: [asked.id], status: 'approved' };
    const { status, body: told } = await admin.send('PATCH', '/registrations', {
      body,
      headers: { 'if-match': '"x"' },
    });

    expect([status, told.message]).toEqual([400, expect.stringContaining('If-Match')]);
    expect((await admin.send('GET', `/registrations/${asked.id as string}`)).body.status).toBe(
      'requested',
    );
  });

  it('is changed once, however often the change is sent', async () => {
    await admin.send('POST', '/consumers', { body: { username: 'anna' } });
    const headers = { 'idempotency-key': 'op-1' };
    const body = { consumer: 'anna', service: 'orders' };
    const first = await admin.send('POST', '/registrations', { body, headers });
    const again = await admin.send('POST', '/registrations', { body, headers });
    const { body: audit } = await admin.send('GET', `/audit?entity=${first.body.id as string}`);

    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body).toEqual(first.body);
    expect(audit.data).toMatchObject([{ actor: 'the-admin', operation_id: 'op-1' }]);
  });
});

describe('a requester', () => {
  it('owns what it creates, and sees nothing else', async () => {
    const own = await createApplication('own', 'requester');
    const other = await createApplication('other');
    const asked = await request({ application: own, service: 'orders' }, 'requester');
    const foreign = await request({ application: other, service: 'orders' });
    const get = (path: string) => admin.send('GET', path, { as: 'requester' });

    expect((await get(`/applications/${own}`)).body.owner).toBe('the-requester');
    expect((await get('/applications')).body.data).toHaveLength(1);
    expect((await get('/applications?owner=the-admin')).body.data).toHaveLength(1);
    expect((await get(`/applications/${other}`)).status).toBe(404);
    expect((await get('/registrations')).body.data).toEqual([asked.body]);
    expect((await get('/registrations?service=open')).body.data).toEqual([]);
    expect((await get(`/registrations?application=${other}`)).body.data).toEqual([]);
    expect((await get(`/registrations/${asked.body.id as string}`)).status).toBe(200);
    expect((await get(`/registrations/${foreign.body.id as string}`)).status).toBe(404);
  });

  it('asks for nobody else, and grants nothing', async () => {
    const own = await createApplication('own', 'requester');
    const other = await createApplication('other');
    await admin.send('POST', '/consumers', { body: { username: 'anna' } });
    const body = { name: 'x', custom_id: 'x', owner: 'the-admin' };
    const asked = await request({ application: own, service: 'orders' }, 'requester');
    const path = `/registrations/${asked.body.id as string}`;

    expect(asked.body.status).toBe('requested');
    expect((await request({ application: other, service: 'orders' }, 'requester')).status).toBe(
      400,
    );
    expect((await request({ consumer: 'anna', service: 'orders' }, 'requester')).status).toBe(403);
    expect(
      (await request({ application: own, service: 'open', status: 'approved' }, 'requester'))
        .status,
    ).toBe(403);
    expect(
      (await admin.send('PATCH', path, { as: 'requester', body: { status: 'approved' } })).status,
    ).toBe(403);
    expect((await admin.send('POST', '/applications', { as: 'requester', body })).status).toBe(400);
  });
});

describe('the portal’s form', () => {
  it('registers a developer’s application for a Service', async () => {
    const created = await admin.send('POST', '/developers', {
      body: { email: 'ann@example.com', status: 0 },
    });
    const base = '/developers/ann@example.com/applications';
    const application = await admin.send('POST', base, {
      body: { name: 'shop', custom_id: '0oa1', redirect_uri: 'https://shop.example/back' },
    });
    const one = `${base}/${application.body.id as string}`;
    const asked = await admin.send('POST', `${one}/application_instances`, {
      body: { service: { id: 'orders' } },
    });
    const instance = `${one}/application_instances/${asked.body.id as string}`;
    const approved = await admin.send('PATCH', instance, { as: 'approver', body: { status: 0 } });

    expect([created.status, application.status, asked.status]).toEqual([201, 201, 201]);
    expect(created.body).toMatchObject({ email: 'ann@example.com', status: 0 });
    expect(application.body.developer).toEqual({ id: created.body.id });
    expect(asked.body).toMatchObject({
      service: { id: 'orders' },
      application: { id: application.body.id },
      composite_id: `${application.body.id as string}_orders`,
      status: 1,
      suspended: false,
    });
    expect([approved.status, approved.body.status]).toEqual([200, 0]);
    for (const path of [
      `${one}/application_instances`,
      `/applications/${application.body.id as string}/application_instances`,
      '/services/orders/application_instances',
    ]) {
      const { body } = await admin.send('GET', path, { as: 'read' });
      expect(body.data).toMatchObject([{ id: asked.body.id, status: 0 }]);
    }
    expect((await admin.send('GET', '/application_services')).body.data).toMatchObject([
      { id: 'orders', name: 'orders' },
      { id: 'open' },
    ]);
    expect((await admin.send('DELETE', instance)).status).toBe(204);
    expect((await admin.send('GET', instance)).status).toBe(404);
  });

  it('tells why a developer who owns applications stays', async () => {
    const developer = await admin.send('POST', '/developers', { body: { email: 'ann@x.example' } });
    const path = `/developers/${developer.body.id as string}`;
    const application = await admin.send('POST', `${path}/applications`, {
      body: { name: 'shop', custom_id: '0oa1' },
    });
    const refused = await admin.send('DELETE', path);

    expect([refused.status, refused.body.name]).toEqual([409, 'owner of applications']);
    expect((await admin.send('GET', path)).status).toBe(200);
    await admin.send('DELETE', `/applications/${application.body.id as string}`);
    expect((await admin.send('DELETE', path)).status).toBe(204);
  });

  it('shows no application below somebody else', async () => {
    for (const email of ['a@x.example', 'b@x.example']) {
      await admin.send('POST', '/developers', { body: { email } });
    }
    const { body } = await admin.send('POST', '/developers/a@x.example/applications', {
      body: { name: 'shop', custom_id: '0oa1' },
    });
    const below = `b@x.example/applications/${body.id as string}`;

    // However its path is written.
    for (const foreign of [`/developers/${below}`, `/%64evelopers/${below}`]) {
      expect((await admin.send('GET', foreign)).status).toBe(404);
      expect((await admin.send('DELETE', foreign)).status).toBe(404);
    }
    expect((await admin.send('GET', '/developers/b@x.example/applications')).body.data).toEqual([]);
    expect((await admin.send('GET', '/developers/nobody@x.example')).status).toBe(404);
  });

  it.each([
    [{ status: 4 }, 'status'],
    [{ status: '0' }, 'status'],
    [{ suspended: 1 }, 'suspended'],
  ])('takes no %j', async (change, field) => {
    const id = await createApplication('0oa1');
    const path = `/applications/${id}/application_instances`;
    const asked = await admin.send('POST', path, { body: { service: 'orders' } });
    const { status, body } = await admin.send('PATCH', `${path}/${asked.body.id as string}`, {
      body: change,
    });

    expect([status, Object.keys(body.fields)]).toEqual([400, [field]]);
  });
});

describe('the audit', () => {
  it('tells who did what, newest first', async () => {
    await admin.send('POST', '/consumers', { body: { username: 'anna' } });
    await admin.send('PUT', '/consumers/anna/acls/gold');
    await admin.send('DELETE', '/consumers/anna');
    const { body } = await admin.send('GET', '/audit?size=2', { as: 'read' });

    expect(body.data).toHaveLength(2);
    expect(body.data[0]).toMatchObject({
      action: 'consumer.delete',
      actor: 'the-admin',
      after: null,
    });
    expect(body.data[0].time).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
    expect(typeof body.offset).toBe('string');
    expect((await admin.send('GET', '/audit?offset=made-up')).status).toBe(400);
  });
});
