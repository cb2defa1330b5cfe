import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startAdmin, type RunningAdmin } from '../../support/admin.ts';
import { MemoryRegistry } from '../../support/memory-registry.ts';

const id = '6f7a1c52-8f0e-4c52-9a59-0b8f3f6a1d01';
const other = '6f7a1c52-8f0e-4c52-9a59-0b8f3f6a1d02';

let memory: MemoryRegistry;
let admin: RunningAdmin;

beforeEach(async () => {
  memory = new MemoryRegistry();
  admin = await startAdmin({ registry: memory.ports });
});

afterEach(async () => {
  expect(admin.errors).toEqual([]);
  await admin.stop();
});

describe('POST /consumers', () => {
  it('creates a Consumer', async () => {
    const sent = { username: 'billing', custom_id: '0oa1', tags: ['orders'] };
    const { status, body, headers } = await admin.send('POST', '/consumers', { body: sent });

    expect(status).toBe(201);
    expect(body).toMatchObject(sent);
    expect(body.id).toMatch(/^[0-9a-f-]{36}$/);
    expect(Number.isInteger(body.created_at)).toBe(true);
    expect(headers.get('etag')).toMatch(/^"[^"]+"$/);
    expect((await admin.send('GET', '/consumers/billing')).body).toEqual(body);
    expect((await admin.send('GET', `/consumers/${body.id}`)).body).toEqual(body);
    expect((await admin.send('GET', '/consumers?custom_id=0oa1')).body.data).toEqual([body]);
    expect((await admin.send('GET', '/consumers?custom_id=none')).body.data).toEqual([]);
  });

  it('takes the form that curl sends', async () => {
    const { status, body } = await admin.send('POST', '/consumers', {
      body: 'username=123&tags[]=a&tags[]=b',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });

    expect([status, body.username, body.tags]).toEqual([201, '123', ['a', 'b']]);
  });

  it.each([
    ['username', { username: 'billing' }],
    ['custom_id', { custom_id: '0oa1' }],
  ])('refuses a %s that is taken', async (field, sent: object) => {
    await admin.send('POST', '/consumers', { body: { username: 'billing', custom_id: '0oa1' } });
    const { status, body } = await admin.send('POST', '/consumers', { body: sent });

    expect(status).toBe(409);
    const value = Object.values(sent)[0] as string;
    expect(body).toEqual({
      message: `UNIQUE violation detected on '{${field}="${value}"}'`,
      name: 'unique constraint violation',
      fields: sent,
      code: 5,
    });
  });

  it.each([
    ['a number for a name', { username: 1 }, { username: 'expected a string' }],
    [
      'several wrong types',
      { username: {}, custom_id: [], tags: 'x' },
      { username: 'expected a string', custom_id: 'expected a string', tags: 'expected a set' },
    ],
    ['a tag that is none', { username: 'a', tags: ['x', 1] }, { tags: 'expected a string' }],
    ['an unknown field', { username: 'a', user: 'b' }, { user: 'unknown field' }],
    ['an id that is none', { username: 'a', id: 'b' }, { id: 'expected a valid UUID' }],
    ['a list', [], { '@entity': ['expected a record'] }],
    ['a text', '"x"', { '@entity': ['expected a record'] }],
    [
      'a prototype',
      '{"username":"a","__proto__":{"id":"b"}}',
      JSON.parse('{"__proto__":"unknown field"}'),
    ],
    [
      'a line break',
      { username: 'a\r\nx-admin: 1' },
      { username: expect.stringContaining('control characters') },
    ],
    ['a name of a megabyte', { username: 'a'.repeat(200_000) }, { username: expect.any(String) }],
    [
      'nobody',
      {},
      { '@entity': ["at least one of these fields must be non-empty: 'custom_id', 'username'"] },
    ],
    [
      'only blanks',
      { username: '', custom_id: null },
      { '@entity': ["at least one of these fields must be non-empty: 'custom_id', 'username'"] },
    ],
  ])('refuses %s, by field', async (_, sent: unknown, fields: unknown) => {
    const { status, body } = await admin.send('POST', '/consumers', { body: sent });

    expect(status).toBe(400);
    expect(body).toMatchObject({ name: 'schema violation', code: 2 });
    expect(body.fields).toEqual(fields);
    expect(memory.dossiers.size).toBe(0);
  });

  it('says in one line what is wrong', async () => {
    const one = await admin.send('POST', '/consumers', { body: { username: 1 } });
    const two = await admin.send('POST', '/consumers', { body: { username: 1, tags: 1 } });

    expect(one.body.message).toBe('schema violation (username: expected a string)');
    expect(two.body.message).toBe(
      '2 schema violations (tags: expected a set; username: expected a string)',
    );
  });
});

describe('PUT /consumers/{id}', () => {
  it('creates, then replaces username, custom_id and tags, and nothing else', async () => {
    const first = { id, username: 'a', custom_id: 'x', tags: ['t'], created_at: 1 };
    const created = await admin.send('PUT', `/consumers/${id}`, { body: first });
    await admin.send('PUT', `/consumers/${id}/acls/gold`);
    const limit = { requests_per_unit: 5, unit: 'second' };
    await admin.send('PATCH', `/consumers/${id}`, { body: { rate_limit: limit } });
    const replaced = await admin.send('PUT', `/consumers/${id}`, { body: { id, username: 'b' } });

    expect([created.status, replaced.status]).toEqual([200, 200]);
    expect(replaced.body).toMatchObject({ id, username: 'b', custom_id: null, tags: null });
    expect(replaced.body.rate_limit).toEqual(limit);
    expect((await admin.send('GET', `/consumers/${id}/acls`)).body.data).toHaveLength(1);
    expect((await admin.send('GET', '/consumers/a')).status).toBe(404);
  });

  it('creates by username', async () => {
    const { status, body } = await admin.send('PUT', '/consumers/anna', { body: { tags: ['x'] } });

    expect([status, body.username, body.tags]).toEqual([200, 'anna', ['x']]);
  });

  it('refuses a name that is taken, and an id that is not the path’s', async () => {
    await admin.send('PUT', `/consumers/${id}`, { body: { username: 'a' } });
    const taken = await admin.send('PUT', `/consumers/${other}`, { body: { username: 'a' } });
    const twoIds = await admin.send('PUT', `/consumers/${id}`, {
      body: { id: other, username: 'b' },
    });

    expect(taken.status).toBe(409);
    expect(taken.body.fields).toEqual({ username: 'a' });
    expect([twoIds.status, twoIds.body.fields]).toEqual([
      400,
      { id: 'expected the id of the path' },
    ]);
  });

  it('obeys If-Match', async () => {
    const created = await admin.send('PUT', `/consumers/${id}`, { body: { username: 'a' } });
    const stale = created.headers.get('etag') ?? '';
    const put = (username: string, etag: string) =>
      admin.send('PUT', `/consumers/${id}`, { body: { username }, headers: { 'if-match': etag } });
    const fits = await put('b', stale);
    const late = await put('c', stale);

    expect([fits.status, late.status]).toEqual([200, 412]);
    expect(late.headers.get('etag')).toBe(fits.headers.get('etag'));
    expect((await put('c', `W/${fits.headers.get('etag') ?? ''}`)).status).toBe(412);
    expect((await put('c', 'b')).status).toBe(400);
    expect((await put('c', '*')).status).toBe(200);
  });
});

describe('PATCH /consumers/{id}', () => {
  it('changes what is given', async () => {
    await admin.send('PUT', `/consumers/${id}`, { body: { username: 'a', custom_id: 'x' } });
    const { status, body } = await admin.send('PATCH', '/consumers/a', {
      body: { custom_id: null },
    });

    expect([status, body.username, body.custom_id]).toEqual([200, 'a', null]);
    expect((await admin.send('PATCH', '/consumers/nobody', { body: {} })).status).toBe(404);
  });
});

describe('DELETE /consumers/{id}', () => {
  it('answers 204, also where there is nobody', async () => {
    await admin.send('PUT', `/consumers/${id}`, { body: { username: 'a' } });
    const answers = [
      await admin.send('DELETE', `/consumers/${id}`),
      await admin.send('DELETE', `/consumers/${id}`),
      await admin.send('DELETE', '/consumers/nobody'),
    ];

    expect(answers.map(({ status, body }) => [status, body])).toEqual(Array(3).fill([204, null]));
    expect(memory.dossiers.size).toBe(0);
  });
});

describe('GET /consumers', () => {
  async function fill(count: number, tags: (index: number) => string[]) {
    for (let index = 0; index < count; index++) {
      const body = { username: `u${index}`, tags: tags(index) };
      await admin.send('POST', '/consumers', { body });
    }
  }

  it('pages by offset until there is none', async () => {
    await fill(5, () => []);
    const names: string[] = [];
    let path = '/consumers?size=2';
    for (let pages = 0; pages < 3; pages++) {
      const { body } = await admin.send('GET', path);
      names.push(...body.data.map(({ username }: { username: string }) => username));
      if (body.next === null) expect(body.offset).toBeNull();
      else expect(body.next).toBe(`/consumers?size=2&offset=${body.offset as string}`);
      path = body.next ?? path;
    }

    expect(names).toEqual(['u0', 'u1', 'u2', 'u3', 'u4']);
  });

  it.each([
    ['a,b', ['u1']],
    ['a/c', ['u0', 'u1', 'u2']],
    ['none', []],
  ])('finds the tags %s', async (tags, names) => {
    await fill(4, (index) => [['a'], ['a', 'b'], ['c'], []][index]!);
    const { body } = await admin.send('GET', `/consumers?tags=${encodeURIComponent(tags)}`);

    expect(body.data.map(({ username }: { username: string }) => username)).toEqual(names);
  });

  it.each([
    ['size=0', 'invalid size'],
    ['size=1001', 'invalid size'],
    ['size=1e2', 'invalid size'],
    ['size=', 'invalid size'],
    ['offset=made-up', 'invalid offset'],
    ['tags=', 'invalid options'],
    ['tags=a,b/c', 'invalid options'],
    ['tags=a,,b', 'invalid options'],
    ['tag=a', 'invalid options'],
    ['tags=a&tags=b', 'invalid options'],
  ])('refuses ?%s', async (query, name) => {
    const { status, body } = await admin.send('GET', `/consumers?${query}`);

    expect([status, body.name]).toEqual([400, name]);
  });
});
