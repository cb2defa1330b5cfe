import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FindSession } from '../../../src/admin/postern/revocation-body.ts';
import { halt, pass } from '../../../src/lib/step.ts';
import { createFileRegistry } from '../../../src/store/file/file-registry.ts';
import {
  createRedisRegistry,
  type RedisRegistry,
} from '../../../src/store/redis/registry/redis-registry.ts';
import { startAdmin, type RunningAdmin } from '../../support/admin.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';
import { until } from '../store/until.ts';

const day = 86_400_000;
const cookies = new Map([['a-good-cookie', { id: 'hash 1 orders', endsAt: Date.now() + day }]]);
const findSession: FindSession = async (cookie) =>
  cookie === 'of-a-store-that-is-down' ? halt('down') : pass(cookies.get(cookie) ?? null);

let redis: TestRedis;
let registry: RedisRegistry;
let admin: RunningAdmin;

beforeEach(async () => {
  redis = await startRedis();
  registry = createRedisRegistry({ connection: redis.connection, keyPrefix: redis.keyPrefix });
  registry.start();
  admin = await startAdmin({ registry, findSession });
  await until(async () => (await admin.send('GET', '/audit')).status === 200);
});

afterEach(async () => {
  expect(admin.errors).toEqual([]);
  await admin.stop();
  registry.stop();
  await redis.stop();
});

function revoke(body: unknown, headers: Record<string, string> = {}) {
  return admin.send('POST', '/revocations', { body, headers });
}

function jwt(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256' })}.${part(claims)}.signature-of-${randomUUID()}`;
}

/** How long it is kept from now on, in whole days. */
function daysOf({ body }: Awaited<ReturnType<typeof revoke>>): number {
  return Math.round((Date.parse(String(body.until)) - Date.now()) / day);
}

describe('POST /revocations', () => {
  it.each<[string, object, object]>([
    ['a token', { token: 'opaque-token' }, { kind: 'token', issued_until: null }],
    ['a jti', { jti: 'j1', issuer: 'https://idp' }, { kind: 'jti', issuer: 'https://idp' }],
    ['a client', { client_id: 'app', note: 'why' }, { client_id: 'app', note: 'why' }],
    ['a session', { session: 'a-good-cookie' }, { kind: 'session' }],
  ])('revokes %s', async (_name, body, expected) => {
    const created = await revoke(body);
    const again = await revoke(body);

    expect(created).toMatchObject({ status: 201, body: { version: 1, ...expected } });
    expect(created.headers.get('etag')).toMatch(/^".+"$/);
    expect(again).toMatchObject({ status: 200, body: { id: created.body.id as string } });
    const one = `/revocations/${created.body.id as string}`;
    expect((await admin.send('GET', one, { as: 'read' })).body).toEqual(again.body);
    const { body: listed } = await admin.send('GET', '/revocations', { as: 'approver' });
    expect(listed).toEqual({ data: [again.body], next: null, offset: null });
  });

  it('revokes what a Consumer had by then, by id or username', async () => {
    const { body: consumer } = await admin.send('POST', '/consumers', {
      body: { username: 'billing' },
    });
    const id = consumer.id as string;

    const byName = await revoke({ consumer: 'billing' });
    const byId = await revoke({ consumer: id });

    expect(byName).toMatchObject({ status: 201, body: { kind: 'consumer', consumer: { id } } });
    expect(byId).toMatchObject({ status: 200, body: { id: byName.body.id as string, version: 2 } });
  });

  it.each<[string, string, number]>([
    ['as long as the token', jwt({ exp: (Date.now() + 90 * day) / 1000 }), 90],
    ['for a day, where it says that it has ended', jwt({ exp: 1 }), 1],
    ['as configured, where it does not tell', jwt({}), 30],
    ['as configured, where that is no time', jwt({ exp: 1e300 }), 30],
    ['as configured, where it is no JWT', 'opaque', 30],
  ])('keeps it %s', async (_name, token, days) => {
    expect(daysOf(await revoke({ token }))).toBe(days);
  });

  it.each<[unknown, string]>([
    [{}, '@entity'],
    [{ token: 'a', jti: 'b' }, '@entity'],
    [{ token: '' }, 'token'],
    [{ token: 'Bearer abc' }, 'token'],
    [{ token: 7 }, 'token'],
    [{ token: 'a', issuer: 'https://idp' }, 'issuer'],
    [{ client_id: 'a\nb' }, 'client_id'],
    [{ consumer: 'nobody' }, 'consumer'],
    [{ session: 'of-nobody' }, 'session'],
    [{ jti: 'a', until: 'ever' }, 'until'],
  ])('refuses %j', async (body, field) => {
    const answer = await revoke(body);

    expect(answer).toMatchObject({ status: 400, body: { name: 'schema violation' } });
    expect(Object.keys(answer.body.fields as object)).toEqual([field]);
  });

  it('says that it cannot tell whose cookie it is while sessions cannot be read', async () => {
    expect(await revoke({ session: 'of-a-store-that-is-down' })).toMatchObject({ status: 503 });
    expect(admin.answered.at(-1)).toMatchObject({ detail: 'down' });
  });

  it('repeats by its Idempotency-Key, and tells of nothing secret anywhere', async () => {
    const secrets = ['secret-token-1', 'secret-jti-2', 'a-good-cookie'];
    const answers = [];
    for (const [index, name] of ['token', 'jti', 'session'].entries()) {
      const body = { [name]: secrets[index] };
      const headers = { 'idempotency-key': `key-${String(index)}` };
      answers.push(await revoke(body, headers), await revoke(body, headers));
      answers.push(await revoke({ ...body, issuer: 'https://idp', consumer: 'nobody' }));
    }
    const audit = await admin.send('GET', '/audit');

    expect(answers.map(({ status }) => status)).toEqual([
      201, 201, 400, 201, 201, 400, 201, 201, 400,
    ]);
    expect(audit.body.data).toHaveLength(3);
    const keys = await redis.client.keys(`{${redis.keyPrefix}}*`);
    const values = await Promise.all(keys.map((key) => redis.client.dump(key)));
    const told = JSON.stringify([answers, audit, admin.answered, keys, values.map(String)]);
    for (const secret of secrets) expect(told).not.toContain(secret);
  });
});

describe('DELETE /revocations/:id', () => {
  it('lifts it, unless somebody else has changed it', async () => {
    const { body, headers } = await revoke({ client_id: 'app' });
    const one = `/revocations/${body.id as string}`;
    await revoke({ client_id: 'app' });
    const stale = { 'if-match': headers.get('etag') ?? '' };

    expect((await admin.send('DELETE', one, { headers: stale })).status).toBe(412);
    expect((await admin.send('DELETE', one)).status).toBe(204);
    expect((await admin.send('DELETE', one)).status).toBe(404);
    expect((await admin.send('GET', '/revocations')).body.data).toEqual([]);
    expect((await revoke({ client_id: 'app' })).status).toBe(201);
  });
});

describe('GET /revocations', () => {
  it('is narrowed to a kind, and to no other', async () => {
    await revoke({ client_id: 'app' });
    await revoke({ jti: 'j1' });

    const clients = await admin.send('GET', '/revocations?kind=client_id');

    expect(clients.body.data).toMatchObject([{ client_id: 'app' }]);
    expect((await admin.send('GET', '/revocations?kind=other')).status).toBe(400);
  });
});

describe('revocations beside Consumers from a file', () => {
  it('are none, and none can be made', async () => {
    const readOnly = await startAdmin({ registry: createFileRegistry(() => []) });
    const answers = [
      await readOnly.send('GET', '/revocations'),
      await readOnly.send('GET', `/revocations/${randomUUID()}`),
      await readOnly.send('POST', '/revocations', { body: { client_id: 'app' } }),
      await readOnly.send('DELETE', `/revocations/${randomUUID()}`),
    ];
    await readOnly.stop();

    expect(answers.map(({ status }) => status)).toEqual([200, 404, 405, 405]);
  });
});
