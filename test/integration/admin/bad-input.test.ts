import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
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
/** Ids of what is there, by kind; requests name them as `{application}`. */
const known = new Map<string, string>();

beforeAll(async () => {
  redis = await startRedis();
  registry = createRedisRegistry({ connection: redis.connection, keyPrefix: redis.keyPrefix });
  registry.start();
  admin = await startAdmin({ registry });
  await until(async () => (await admin.send('GET', '/audit')).status === 200);
  const create = async (kind: string, path: string, body: object) => {
    const created = await send('POST', path, body);
    expect(created.status).toBe(201);
    known.set(kind, created.body.id as string);
  };
  await create('consumer', '/consumers', { username: 'anna', custom_id: 'c-anna' });
  await create('acl', '/consumers/anna/acls', { group: 'gold' });
  await create('developer', '/developers', { email: 'dev@example.com' });
  await create('application', '/applications', { name: 'shop', custom_id: 'c-shop' });
  await create('registration', '/registrations', {
    application: '{application}',
    service: 'orders',
  });
});

afterEach(() => {
  expect(admin.errors).toEqual([]);
});

afterAll(async () => {
  await admin.stop();
  registry.stop();
  await redis.stop();
});

function fill(text: string): string {
  return text.replaceAll(/\{(\w+)\}/g, (all, kind: string) => known.get(kind) ?? all);
}

function send(method: string, path: string, body?: unknown, headers = {}) {
  if (body === undefined) return admin.send(method, fill(path), { headers });
  return admin.send(method, fill(path), { body: fill(JSON.stringify(body)), headers });
}

/** All that is there, with its versions. */
async function readAll(): Promise<unknown> {
  const lists = ['/consumers', '/acls', '/developers', '/applications', '/registrations'];
  const answers = await Promise.all(lists.map((list) => send('GET', list)));
  return answers.map(({ body }) => body.data as unknown);
}

describe('a duplicate', () => {
  it.each([
    [
      'PUT',
      '/consumers/{consumer}',
      { username: 'application_shop' },
      { username: 'application_shop' },
    ],
    ['PATCH', '/consumers/{consumer}', { custom_id: 'c-shop' }, { custom_id: 'c-shop' }],
    ['POST', '/consumers', { id: '{consumer}', username: 'x' }, { id: '{consumer}' }],
    ['POST', '/consumers', { username: 'x', custom_id: 'c-anna' }, { custom_id: 'c-anna' }],
    ['POST', '/applications', { name: 'x', custom_id: 'c-anna' }, { custom_id: 'c-anna' }],
    ['PATCH', '/applications/{application}', { custom_id: 'c-anna' }, { custom_id: 'c-anna' }],
    [
      'POST',
      '/applications',
      { id: '{application}', name: 'x', custom_id: 'x' },
      { id: '{application}' },
    ],
    ['POST', '/consumers/anna/acls', { group: 'gold' }, { group: 'gold' }],
    ['POST', '/acls', { group: 'gold', consumer: { username: 'anna' } }, { group: 'gold' }],
    ['POST', '/developers', { email: 'DEV@example.com' }, { email: 'DEV@example.com' }],
    [
      'POST',
      '/registrations',
      { application: '{application}', service: 'orders' },
      { service: 'orders' },
    ],
  ] as const)('is told by which field: %s %s %j', async (method, path, body, fields) => {
    const before = await readAll();
    const { status, body: answer } = await send(method, path, body);

    expect([status, answer.name]).toEqual([409, 'unique constraint violation']);
    expect(answer.fields).toEqual(JSON.parse(fill(JSON.stringify(fields))));
    expect(await readAll()).toEqual(before);
  });
});

const long = 'x'.repeat(256);

describe('a body of another than the path names', () => {
  const other = '2f5f8e0c-0000-4000-8000-000000000001';

  it.each([
    ['PATCH', '/consumers/anna', { id: other, tags: ['x'] }, 'id'],
    ['PATCH', '/consumers/{consumer}', { id: other, tags: ['x'] }, 'id'],
    ['POST', '/consumers/anna/acls', { group: 'x', consumer: { id: other } }, 'consumer'],
    ['PUT', '/consumers/{consumer}/acls/x', { consumer: { username: 'bob' } }, 'consumer'],
    ['PATCH', '/consumers/anna/acls/gold', { tags: ['x'], consumer: { id: other } }, 'consumer'],
    ['PATCH', '/acls/{acl}', { tags: ['x'], consumer: { username: 'bob' } }, 'consumer'],
  ] as const)('changes nothing: %s %s %j', async (method, path, body, field) => {
    const before = await readAll();
    const { status, body: answer } = await send(method, path, body);

    expect([status, Object.keys(answer.fields)]).toEqual([400, [field]]);
    expect(await readAll()).toEqual(before);
  });

  it.each([
    ['PATCH', '/consumers/anna', { id: '{consumer}' }],
    ['PATCH', '/consumers/anna/acls/gold', { consumer: { id: '{consumer}' } }],
    ['PUT', '/consumers/{consumer}/acls/gold', { consumer: { username: 'anna' } }],
  ] as const)('is none by another name of the same: %s %s %j', async (method, path, body) => {
    expect((await send(method, path, body)).status).toBe(200);
  });
});

describe('fields that do not fit', () => {
  it.each([
    ['PATCH', '/consumers/{consumer}', { rate_limit: 5 }, ['rate_limit']],
    [
      'PATCH',
      '/consumers/{consumer}',
      { rate_limit: { requests_per_unit: 0, unit: 'second' } },
      ['rate_limit'],
    ],
    [
      'PATCH',
      '/consumers/{consumer}',
      { rate_limit: { requests_per_unit: 1.5, unit: 'week' } },
      ['rate_limit'],
    ],
    [
      'PATCH',
      '/consumers/{consumer}',
      { rate_limit: { requests_per_unit: 1, unit: 'day', burst: 2 } },
      ['rate_limit'],
    ],
    ['PATCH', '/consumers/{consumer}', { identity_provider: ['idp'] }, ['identity_provider']],
    [
      'PATCH',
      '/consumers/{consumer}',
      { username: long, custom_id: long },
      ['username', 'custom_id'],
    ],
    ['PATCH', '/consumers/{consumer}', { tags: [long] }, ['tags']],
    ['PATCH', '/consumers/{consumer}', { tags: ['a,b'] }, ['tags']],
    ['PATCH', '/consumers/{consumer}', { username: ' anna' }, ['username']],
    [
      'PATCH',
      '/consumers/{consumer}',
      { username: 'an\u0000na', custom_id: 'a\r\nb' },
      ['username', 'custom_id'],
    ],
    ['PATCH', '/consumers/{consumer}', { username: null, custom_id: null }, ['@entity']],
    ['POST', '/consumers/anna/acls', {}, ['group']],
    ['POST', '/consumers/anna/acls', { group: 1, tags: {} }, ['group', 'tags']],
    ['POST', '/consumers/anna/acls', { group: 'a\nb' }, ['group']],
    ['POST', '/consumers/anna/acls', { group: long }, ['group']],
    ['POST', '/consumers/anna/acls', { group: 'a', consumer: 'anna' }, ['consumer']],
    ['POST', '/consumers/anna/acls', { group: 'a', consumer: { username: 'bob' } }, ['consumer']],
    ['PUT', '/consumers/anna/acls/a%0d%0ab', undefined, ['group']],
    ['PUT', `/consumers/anna/acls/${long}`, undefined, ['group']],
    ['PUT', '/consumers/a%0ab', {}, ['username']],
    ['POST', '/acls', { group: 'a' }, ['consumer']],
    ['PUT', '/acls/gold', { group: 'a', consumer: { username: 'anna' } }, ['id']],
    [
      'POST',
      '/applications',
      { name: 1, custom_id: [], redirect_uri: {}, owner: 2, tags: 'x' },
      ['name', 'custom_id', 'redirect_uri', 'owner', 'tags'],
    ],
    ['POST', '/applications', { name: 'a\nb', custom_id: 'x' }, ['name']],
    ['POST', '/applications', { name: long, custom_id: long }, ['name', 'custom_id']],
    ['POST', '/applications', { name: 'a', custom_id: 'x', owner: 'o\r' }, ['owner']],
    [
      'POST',
      '/applications',
      { name: 'a', custom_id: 'x', redirect_uri: 'y'.repeat(3000) },
      ['redirect_uri'],
    ],
    ['POST', '/applications', { name: 'a', custom_id: 'x', status: 'approved' }, ['status']],
    ['PATCH', '/applications/{application}', { custom_id: null }, ['custom_id']],
    ['PATCH', '/applications/{application}', { custom_id: '' }, ['custom_id']],
    [
      'POST',
      '/registrations',
      { application: 1, service: 2, note: 3, status: 4 },
      ['application', 'service', 'note', 'status'],
    ],
    [
      'POST',
      '/registrations',
      { consumer: 'anna', service: 'open', status: 'revoked' },
      ['status'],
    ],
    ['POST', '/registrations', { consumer: 'anna', service: 'open', id: 'x' }, ['id']],
    [
      'POST',
      '/registrations',
      { consumer: 'anna', service: 'open', note: 'y'.repeat(3000) },
      ['note'],
    ],
    [
      'PATCH',
      '/registrations/{registration}',
      { status: 'APPROVED', suspended: 'yes' },
      ['status', 'suspended'],
    ],
    ['PATCH', '/registrations/{registration}', { service: 'open' }, ['service']],
    ['PATCH', '/registrations', { ids: [], status: 'approved' }, ['ids']],
    ['PATCH', '/registrations', { ids: ['x'], status: 'approved' }, ['ids']],
    ['PATCH', '/registrations', { status: 'approved' }, ['ids']],
    [
      'POST',
      '/developers',
      { email: 1, status: 'approved', meta: {} },
      ['email', 'status', 'meta'],
    ],
    ['POST', '/developers', { email: 'a\nb@example.com' }, ['email']],
    ['POST', '/developers', {}, ['email']],
    ['POST', '/applications/{application}/application_instances', { service: 1 }, ['service']],
  ] as const)('are named, and nothing is done: %s %s %j', async (method, path, body, fields) => {
    const before = await readAll();
    const { status, body: answer } = await send(method, path, body);

    expect([status, answer.name]).toEqual([400, 'schema violation']);
    expect(Object.keys(answer.fields).toSorted()).toEqual(fields.toSorted());
    for (const field of fields) expect(answer.message).toContain(field === '@entity' ? '(' : field);
    expect(await readAll()).toEqual(before);
  });

  it.each([
    ['POST', '/consumers'],
    ['PUT', '/consumers/{consumer}'],
    ['PATCH', '/consumers/{consumer}'],
    ['POST', '/consumers/anna/acls'],
    ['PUT', '/consumers/anna/acls/gold'],
    ['POST', '/acls'],
    ['POST', '/applications'],
    ['PATCH', '/applications/{application}'],
    ['POST', '/registrations'],
    ['PATCH', '/registrations/{registration}'],
    ['POST', '/developers'],
    ['PATCH', '/developers/{developer}'],
  ] as const)('are refused where nobody knows them: %s %s', async (method, path) => {
    const { status, body } = await send(method, path, { groups: ['admin'], constructor: 1 });

    expect(status).toBe(400);
    expect(body.fields).toMatchObject({ groups: 'unknown field' });
    expect(Object.hasOwn(body.fields, 'constructor')).toBe(true);
  });
});

describe('a stale If-Match', () => {
  it.each([
    ['/consumers/{consumer}', { tags: ['t'] }],
    ['/consumers/anna/acls/gold', { tags: ['t'] }],
    ['/applications/{application}', { redirect_uri: 'https://shop.example/2' }],
    ['/registrations/{registration}', { note: 'later' }],
    ['/developers/{developer}', { meta: 'later' }],
  ] as const)('loses against a change in between: PATCH and DELETE %s', async (path, change) => {
    const read = await send('GET', path);
    const stale = read.headers.get('etag') ?? '';
    const won = await send('PATCH', path, change, { 'if-match': stale });
    const before = await readAll();
    const lost = await send('PATCH', path, {}, { 'if-match': stale });
    const deleted = await send('DELETE', path, undefined, { 'if-match': stale });

    expect(stale).toMatch(/^"[^"]+"$/);
    expect([won.status, lost.status, deleted.status]).toEqual([200, 412, 412]);
    expect(lost.headers.get('etag')).toBe(won.headers.get('etag'));
    expect(await readAll()).toEqual(before);
  });
});

describe('a paging token', () => {
  const lists = [
    '/consumers',
    '/acls',
    '/consumers/anna/acls',
    '/applications',
    '/registrations',
    '/developers',
    '/audit',
  ];
  const madeUp = [
    'x',
    '0',
    'null',
    '..',
    '%00',
    'a'.repeat(5000),
    Buffer.from('{"id":"0"}').toString('base64url'),
  ];

  it.each(lists)('that is made up is refused by %s', async (list) => {
    for (const offset of madeUp) {
      const { status, body } = await send('GET', `${list}?offset=${offset}`);

      expect([offset, status, body.name]).toEqual([offset, 400, 'invalid offset']);
    }
  });

  it('of one list is none of another, nor of another filter', async () => {
    for (const username of ['p-1', 'p-2']) {
      await send('PUT', `/consumers/${username}`, { tags: ['p'] });
      await send('PUT', `/consumers/${username}/acls/gold`);
    }
    const { body } = await send('GET', '/consumers?size=1&tags=p');
    const offset = body.offset as string;

    expect((await send('GET', `/consumers?size=1&tags=p&offset=${offset}`)).status).toBe(200);
    for (const list of ['/acls?', '/applications?', '/consumers?', '/consumers?tags=q&']) {
      expect([list, (await send('GET', `${list}offset=${offset}`)).status]).toEqual([list, 400]);
    }
  });
});

describe('a body that is meant to hurt', () => {
  const nest = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  const keys = (count: number) =>
    `{${Array.from({ length: count }, (_, index) => `"k${String(index)}":0`).join(',')}}`;

  it.each([
    ['deep lists', `{"tags":${nest(60_000)}}`],
    ['deep records', `${'{"a":'.repeat(30_000)}1${'}'.repeat(30_000)}`],
    ['many keys', keys(20_000)],
    ['a long key', `{"${'k'.repeat(200_000)}":1}`],
    ['many tags', `{"username":"a","tags":[${Array(50_000).fill('"t"').join(',')}]}`],
    ['a huge number', `{"username":${'9'.repeat(200_000)}}`],
    [
      'many ids',
      `{"ids":[${Array(5_000).fill(`"${randomUUID()}"`).join(',')}],"status":"approved"}`,
    ],
    ['a prototype', '{"__proto__":{"username":"a"},"constructor":{"prototype":{}}}'],
    ['half of a character', '{"username":"\\ud800"}'],
    ['nothing but blanks', ' '.repeat(1000)],
    ['two documents', '{"username":"a"}{"username":"b"}'],
    ['a name that JSON has not', '{"username":NaN}'],
  ])('is refused by a short answer: %s', async (_name, body) => {
    const before = await readAll();
    for (const [method, path] of [
      ['POST', '/consumers'],
      ['POST', '/applications'],
      ['PATCH', '/registrations'],
      ['POST', '/registrations'],
    ] as const) {
      const answer = await admin.send(method, path, { body });

      expect([path, answer.status]).toEqual([path, 400]);
      expect(JSON.stringify(answer.body).length).toBeLessThan(4000);
    }
    expect(await readAll()).toEqual(before);
  });

  it('is not read beyond 256 KiB', async () => {
    const { status } = await admin.send('POST', '/consumers', {
      body: `{"username":"${'a'.repeat(262_144)}"}`,
    });

    expect(status).toBe(413);
  });
});
