import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { answerAll, entry } from './answer-all.ts';
import {
  runHere,
  startRecordingAdmin,
  type RecordedReply,
  type RecordedRequest,
  type RecordingAdmin,
  type Terminal,
} from './recording-admin.ts';

const { id } = entry;
const other = '11111111-5b1d-4a9e-8a63-0c2f7f0b1d55';

let folder: string;
let admin: RecordingAdmin;
let reply: (request: RecordedRequest) => RecordedReply;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-requests-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

beforeEach(async () => {
  reply = answerAll;
  admin = await startRecordingAdmin((request) => reply(request));
});

afterEach(() => {
  admin.stop();
});

function run(line: string, terminal: Terminal = {}) {
  const args = line.split(' ').map((arg) => arg.replaceAll('_', ' ').replace('@', folder));
  return runHere([...args, '--admin-addr', admin.url], {
    env: { POSTERN_ADMIN_TOKEN: 'secret-token' },
    ...terminal,
  });
}

const sent = () =>
  admin.requests.map(({ method, path, body }) => [method, path, ...(body === null ? [] : [body])]);

describe('what is sent for', () => {
  const search = ['GET', '/applications?size=1000'];
  const consumer = ['GET', '/consumers/anna'];
  const registration = ['GET', `/registrations/${id}`];

  it.each<readonly [line: string, ...requests: readonly unknown[][]]>([
    ['consumers list', ['GET', '/consumers?size=1000']],
    ['consumers list --limit 5 --custom-id 0oa1', ['GET', '/consumers?size=5&custom_id=0oa1']],
    ['consumers list --select-tag a --select-tag b', ['GET', '/consumers?size=1000&tags=a%2Cb']],
    ['consumers list --select-tag a/b', ['GET', '/consumers?size=1000&tags=a%2Fb']],
    ['consumers get anna', consumer],
    [
      'consumers create --username anna --tag a --tag b --rate-limit 10/second',
      [
        'POST',
        '/consumers',
        {
          username: 'anna',
          tags: ['a', 'b'],
          rate_limit: { requests_per_unit: 10, unit: 'second' },
        },
      ],
    ],
    [
      'consumers update anna --custom-id=',
      consumer,
      ['PATCH', `/consumers/${id}`, { custom_id: null }],
    ],
    ['consumers update anna --tag=', consumer, ['PATCH', `/consumers/${id}`, { tags: [] }]],
    ['consumers update anna --custom-id 0oa1', consumer],
    ['consumers delete anna --yes', consumer, ['DELETE', `/consumers/${id}`]],
    ['consumers delete anna --dry-run', consumer],
    ['acls list --consumer billing_app', ['GET', '/consumers/billing%20app/acls?size=1000']],
    [
      'acls create --consumer anna --group gold',
      ['POST', '/consumers/anna/acls', { group: 'gold' }],
    ],
    [
      'acls create --application Shop --group gold --yes',
      search,
      ['POST', `/consumers/${entry.consumer.id}/acls`, { group: 'gold' }],
    ],
    [
      `acls list --application ${id}`,
      ['GET', `/applications/${id}`],
      ['GET', `/consumers/${entry.consumer.id}/acls?size=1000`],
    ],
    [
      'acls delete --consumer anna gold --yes',
      ['GET', '/consumers/anna/acls/gold'],
      ['DELETE', `/consumers/anna/acls/${id}`],
    ],
    ['applications list --owner anna', ['GET', '/applications?size=1000&owner=anna']],
    ['applications get Shop', search, ['GET', `/applications/${id}`]],
    [`applications get ${id}`, ['GET', `/applications/${id}`]],
    ['developers get a@example.com'.replace('@', '%'), ['GET', '/developers/a%25example.com']],
    [
      'registrations create --application Shop --service orders',
      search,
      ['POST', '/registrations', { application: id, service: 'orders' }],
    ],
    [
      'registrations create --consumer anna --service orders --status approved',
      ['POST', '/registrations', { consumer: 'anna', service: 'orders', status: 'approved' }],
    ],
    [
      'registrations list --application Shop --status requested',
      search,
      ['GET', `/registrations?size=1000&status=requested&application=${id}`],
    ],
    [
      `registrations update ${id} --note why`,
      registration,
      ['PATCH', `/registrations/${id}`, { note: 'why' }],
    ],
    [`registrations approve ${id}`, ['PATCH', '/registrations', { status: 'approved', ids: [id] }]],
    [
      `registrations suspend ${id} ${other} ${id} --note why --yes`,
      ['PATCH', '/registrations', { suspended: true, note: 'why', ids: [id, other] }],
    ],
    [
      'registrations reject --consumer anna --service orders --yes',
      ['GET', '/registrations?size=1000&service=orders&consumer=anna'],
      ['PATCH', '/registrations', { status: 'rejected', ids: [id] }],
    ],
    [
      'registrations approve --all --service orders --yes',
      ['GET', '/registrations?size=1000&service=orders&status=requested'],
      ['PATCH', '/registrations', { status: 'approved', ids: [id] }],
    ],
    [
      'registrations approve --all --service orders --status rejected --dry-run',
      ['GET', '/registrations?size=1000&service=orders&status=rejected'],
    ],
    ['tokens list --kind jti', ['GET', '/revocations?size=1000&kind=jti']],
    [
      'tokens revoke --client-id c1 --issuer https://idp --note lost --yes',
      ['POST', '/revocations', { client_id: 'c1', issuer: 'https://idp', note: 'lost' }],
    ],
    ['tokens revoke --consumer anna --yes', ['POST', '/revocations', { consumer: 'anna' }]],
    [`tokens lift ${id} --yes`, ['DELETE', `/revocations/${id}`]],
    [
      'audit list --actor chief --action consumer.create --entity e --limit 3',
      ['GET', '/audit?size=3&actor=chief&action=consumer.create&entity=e'],
    ],
  ])('%s', async (line, ...requests) => {
    const { code, err } = await run(line);

    expect({ code, sent: sent(), err: code === 0 ? '' : err }).toEqual({
      code: 0,
      sent: requests,
      err: '',
    });
    expect(
      admin.requests.every(({ headers }) => headers['kong-admin-token'] === 'secret-token'),
    ).toBe(true);
  });
});

describe('a file', () => {
  it('is what is created, under the options', async () => {
    await writeFile(join(folder, 'one.yaml'), 'username: anna\ncustom_id: 0oa1\n');
    await run('consumers create -f @/one.yaml --custom-id 0oa2');

    expect(sent()).toEqual([['POST', '/consumers', { username: 'anna', custom_id: '0oa2' }]]);
  });

  it('may hold several, each of which succeeds or fails by itself', async () => {
    reply = ({ body }) =>
      (body as { username: string }).username === 'bert'
        ? { status: 409, body: { message: 'taken', name: 'unique constraint violation' } }
        : { body: entry };
    const input = '- username: anna\n- username: bert\n- { username: carl }\n';
    const line = 'consumers create -f - -o json --idempotency-key k';
    const { code, out, err } = await run(line, { input });

    expect(code).toBe(1);
    expect(JSON.parse(out)).toHaveLength(2);
    expect(err).toContain('Consumer 2 of the file: 409 unique constraint violation: taken');
    const keys = admin.requests.map(({ headers }) => headers['idempotency-key']);
    expect(keys).toEqual(['k-0', 'k-1', 'k-2']);
  });

  it('tells for each that failed what can be done, with the key of the whole command', async () => {
    reply = ({ body }) =>
      (body as { username: string }).username === 'bert'
        ? { status: 503, headers: { 'retry-after': '0' }, body: { name: 'outcome_unknown' } }
        : { body: entry };
    const input = '- username: anna\n- username: bert\n';
    const { code, err } = await run('consumers create -f - --idempotency-key k', { input });

    expect(code).toBe(1);
    expect(err).toMatch(/Consumer 2 of the file: 503.*\n {2}.*--idempotency-key k is safe/);
  });

  it('that get wrote updates what was changed in it, unless somebody else was faster', async () => {
    const { out } = await run('consumers get anna -o yaml');
    await writeFile(join(folder, 'c.yaml'), out.replace('0oa1', '0oa9'));
    await run('consumers update anna -f @/c.yaml');

    expect(parse(out)).toEqual({ ...entry, etag: '"e1"' });
    expect(sent().at(-1)).toEqual(['PATCH', `/consumers/${id}`, { custom_id: '0oa9' }]);
    expect(admin.requests.at(-1)?.headers['if-match']).toBe('"e1"');
  });

  it.each([
    ['a: 1\na: 2\n', /-:2:1: a: /],
    ['just text', /expected a mapping of fields/],
    ['[]', /expected a mapping of fields/],
  ])('that is wrong is refused where it is wrong: %j', async (input, words) => {
    const { code, err } = await run('consumers create -f -', { input });

    expect({ code, sent: sent() }).toEqual({ code: 2, sent: [] });
    expect(err).toMatch(words);
  });

  it('of another entity is refused', async () => {
    const { code, err } = await run('consumers update anna -f -', { input: `id: ${other}\n` });

    expect(code).toBe(2);
    expect(err).toContain('of another one');
  });

  it.each([
    ['--token-file', 'token'],
    ['--session-file', 'session'],
  ])('holds the secret of %s, which is never shown', async (option, field) => {
    await writeFile(join(folder, 'secret'), 'the.secret.text\n');
    const told = await run(`tokens revoke ${option} @/secret --dry-run`);
    const done = await run(`tokens revoke ${option} - --yes`, { input: 'the.secret.text\n' });

    expect(sent()).toEqual([['POST', '/revocations', { [field]: 'the.secret.text' }]]);
    expect(told.out).toContain(`${field}: (hidden)`);
    expect(told.out + told.err + done.out + done.err).not.toContain('the.secret.text');
  });
});

describe('a command that is repeated with its key', () => {
  const keys = () =>
    admin.requests
      .filter(({ method }) => method === 'DELETE')
      .map(({ path, headers }) => [path, headers['idempotency-key']]);

  it.each(['consumers delete', 'tokens lift'])('gives each operand its own: %s', async (line) => {
    reply = (request) =>
      request.method === 'GET' ? { body: { id: request.path.split('/').at(-1) } } : { status: 204 };
    const { code } = await run(`${line} ${id} ${other} --yes --idempotency-key k`);

    expect(code).toBe(0);
    expect(keys()).toEqual([
      [expect.stringContaining(id), 'k-0'],
      [expect.stringContaining(other), 'k-1'],
    ]);
  });

  it('asks for the deletion of an id that is not there any more', async () => {
    reply = ({ method }) => ({ status: method === 'GET' ? 404 : 204 });
    const without = await run(`consumers delete ${id} --yes`);
    const { code, out } = await run(`consumers delete ${id} --yes --idempotency-key k`);

    expect([without.code, code, out]).toEqual([1, 0, `deleted Consumer ${id}\n`]);
    expect(keys()).toEqual([[`/consumers/${id}`, 'k']]);
  });
});

describe('wrong usage', () => {
  it.each([
    'consumers',
    'consumers list --what',
    'consumers list --limit 0',
    'consumers list --select-tag a/b --select-tag c',
    'consumers get',
    'consumers create',
    'consumers create --username a --rate-limit 10/year',
    'consumers create -f /nowhere.yaml',
    'consumers update anna',
    'consumers delete anna',
    'acls delete --consumer anna gold',
    'acls delete gold --yes',
    'acls create --group gold',
    'acls list --consumer anna --application Shop',
    'registrations approve',
    'registrations approve --service orders',
    'registrations approve --all --yes',
    'registrations approve --all --service orders',
    `registrations approve ${id} --all --service orders --yes`,
    'registrations list --status odd',
    `registrations revoke ${id}`,
    'tokens revoke --yes',
    'tokens revoke --jti a --client-id b --yes',
    'tokens revoke --client-id b',
    `tokens lift ${id}`,
    'audit list --follow --limit 3',
    'completion tcsh',
  ])('%s', async (line) => {
    const { code, out, err } = await run(line);

    expect({ code, out, sent: sent() }).toEqual({ code: 2, out: '', sent: [] });
    expect(err).not.toBe('');
  });

  it.each([
    ['--admin-addr', 'ftp://x'],
    ['--admin-token-file', '/nowhere'],
    ['--admin-ca', '/nowhere'],
    ['--admin-cert', 'only-one.pem'],
  ])('%s %s', async (option, value) => {
    const addr = option === '--admin-addr' ? [] : ['--admin-addr', 'https://127.0.0.1:1'];
    const result = await runHere(['consumers', 'list', ...addr, option, value]);

    expect(result).toMatchObject({ code: 2, out: '', err: expect.stringContaining(option) });
  });
});

describe('an application', () => {
  it.each([
    [200, id],
    [404, 'anna@example.com'],
    [403, 'anna@example.com'],
  ])('belongs to the developer of an email: %i', async (status, owner) => {
    reply = (request) =>
      request.path.startsWith('/developers') ? { status, body: entry } : answerAll(request);
    const args = ['applications', 'create', '--name', 'New', '--owner', 'anna@example.com'];
    const { code } = await runHere([...args, '--admin-addr', admin.url]);

    expect(code).toBe(0);
    expect(sent().at(-1)).toEqual(['POST', '/applications', { name: 'New', owner }]);
  });

  const impostor = { ...entry, id: other, name: '0oa1', custom_id: 'evil', owner: 'eve' };
  const approve = 'registrations approve --application';

  it('is meant by its client id before anybody’s name', async () => {
    reply = (request) =>
      request.path.startsWith('/applications')
        ? { body: { data: [impostor, entry], offset: null } }
        : answerAll(request);
    const { code } = await run(`${approve} 0oa1 --service orders`);

    expect(code).toBe(0);
    expect(sent()[1]?.[1]).toBe(`/registrations?size=1000&service=orders&application=${id}`);
  });

  it.each([
    [`${approve} Shop --service orders`, 'of Shop ('],
    ['acls create --application Shop --group gold', 'for Shop ('],
  ])('of which only the name is given is asked about: %s', async (line, words) => {
    const alone = await run(line);
    const refused = await run(line, { isTerminal: true, input: 'n\n' });
    const writes = sent().filter(([method]) => method !== 'GET');

    expect([alone.code, refused.code, writes]).toEqual([2, 1, []]);
    expect(refused.err).toContain(`${words}${id}, custom_id 0oa1, no owner)`);
    expect((await run(line, { isTerminal: true, input: 'y\n' })).code).toBe(0);
  });
});

describe('on a terminal', () => {
  it.each([
    ['y\n', 0, 'DELETE'],
    ['YES\n', 0, 'DELETE'],
    ['\n', 1, 'GET'],
    ['no\n', 1, 'GET'],
    ['', 1, 'GET'],
  ])('%j is the answer to whether to delete: exit %i', async (input, exit, last) => {
    const { code, err } = await run('consumers delete anna', { isTerminal: true, input });

    expect({ code, last: sent().at(-1)?.[0] }).toEqual({ code: exit, last });
    expect(err).toContain(`Delete Consumer anna (${id})? [y/N] `);
  });

  it('does not ask what it could not hear', async () => {
    const { code } = await run('tokens revoke --token-file -', { isTerminal: true, input: 'y\n' });

    expect({ code, sent: sent() }).toEqual({ code: 2, sent: [] });
  });

  it.each([
    ['consumers list', {}, true],
    ['consumers list --no-color', {}, false],
    ['--no-color consumers list', {}, false],
    ['consumers list', { NO_COLOR: '1' }, false],
  ])('%s with %j has colours: %s', async (line, env, hasColor) => {
    const { code, out } = await run(line, { isTerminal: true, env });

    expect(code).toBe(0);
    expect(out.includes('\u001b[')).toBe(hasColor);
  });
});

describe('what others wrote', () => {
  it('does nothing to the terminal of who reads it', async () => {
    const name = 'a\u001b[2J\u009b31m\u202eb';
    reply = () => ({ body: { data: [{ ...entry, username: name }], offset: null } });
    const { out } = await run('consumers list');

    expect(out).toContain('a\\u001b[2J\\u009b31m\\u202eb');
  });
});
