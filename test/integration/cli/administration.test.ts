import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { parse } from 'yaml';
import { until } from '../store/until.ts';
import { startAdministrated, tokens, type Administrated } from './setup.ts';

jest.setTimeout(90_000);

let admin: Administrated;

beforeAll(async () => {
  admin = await startAdministrated();
});

afterAll(() => admin.stop());

describe('Consumers and their groups', () => {
  it('are created, found, changed and deleted', async () => {
    const named = ['--username', 'billing-app', '--custom-id', '0oa1', '--tag', 'orders'];
    const created = await admin.json('consumers', 'create', ...named);
    await admin.json('acls', 'create', '--consumer', 'billing-app', '--group', 'gold');
    const changed = await admin.json(
      ...['consumers', 'update', 'billing-app', '--rate-limit', '10/minute'],
    );
    const groups = await admin.run('acls', 'list', '--consumer', 'billing-app');
    const refused = await admin.run('consumers', 'delete', 'billing-app');
    const told = await admin.json('consumers', 'delete', 'billing-app', '--dry-run');
    const still = await admin.run('consumers', 'get', 'billing-app', '-o', 'yaml');
    const deleted = await admin.run('consumers', 'delete', 'billing-app', '--yes');
    const gone = await admin.run('consumers', 'get', 'billing-app');

    expect(changed).toMatchObject({ rate_limit: { requests_per_unit: 10, unit: 'minute' } });
    expect(groups.out).toMatch(/^ID +GROUP +CONSUMER +TAGS\n\S+ +gold +\S+\n$/);
    expect(refused).toMatchObject({ code: 2, out: '' });
    expect(refused.err).toContain('needs --yes');
    expect(told).toEqual({ dry_run: true, method: 'DELETE', path: `/consumers/${created.id}` });
    expect(parse(still.out)).toMatchObject({ username: 'billing-app', tags: ['orders'] });
    expect(deleted).toEqual({ code: 0, out: `deleted Consumer ${created.id}\n`, err: '' });
    expect(gone).toEqual({
      code: 1,
      out: '',
      err: 'postern: there is no Consumer billing-app\n  postern consumers list shows all\n',
    });
  });

  it('are selected by their tags', async () => {
    for (const [name, tags] of [
      ['t1', ['a']],
      ['t2', ['a', 'b']],
      ['t3', ['c']],
    ] as const) {
      await admin.json(
        ...['consumers', 'create', '--username', name],
        ...tags.flatMap((tag) => ['--tag', tag]),
      );
    }
    const select = async (...values: readonly string[]) => {
      const args = values.flatMap((value) => ['--select-tag', value]);
      const found = (await admin.json('consumers', 'list', ...args)) as { username: string }[];
      return found.map(({ username }) => username).toSorted();
    };

    expect(await select('a')).toEqual(['t1', 't2']);
    expect(await select('a', 'b')).toEqual(['t2']);
    expect(await select('b/c')).toEqual(['t2', 't3']);
    expect(await select('nobody')).toEqual([]);
  });

  it('are not overwritten where somebody else was faster', async () => {
    await admin.json('consumers', 'create', '--username', 'shared');
    const mine = await admin.run('consumers', 'get', 'shared', '-o', 'yaml');
    await admin.json('consumers', 'update', 'shared', '--custom-id', 'theirs');
    const input = mine.out.replace('custom_id: null', 'custom_id: mine');
    const late = await admin.runWith({ input }, 'consumers', 'update', 'shared', '-f', '-');

    expect(late.code).toBe(1);
    expect(late.err).toMatch(/^postern: 412 .*\n {2}somebody else has changed it/);
    expect(await admin.json('consumers', 'get', 'shared')).toMatchObject({ custom_id: 'theirs' });
  });

  it('are not created twice by a command that is repeated', async () => {
    const command = ['consumers', 'create', '--username', 'once', '--idempotency-key', 'op-1'];
    const first = await admin.json(...command);
    const second = await admin.json(...command);
    const other = await admin.run('consumers', 'create', '--username', 'once');

    expect(second.id).toBe(first.id);
    expect(other).toMatchObject({ code: 1, out: '' });
    expect(other.err).toContain('409 unique constraint violation');
  });
});

describe('developers', () => {
  it('are found by their address', async () => {
    await admin.json('developers', 'create', '--email', 'anna@example.com');
    const args = ['developers', 'update', 'anna@example.com', '--meta', 'team orders'];

    expect(await admin.json(...args)).toMatchObject({ meta: 'team orders' });
    expect((await admin.run('developers', 'delete', 'anna@example.com', '--yes')).code).toBe(0);
  });
});

describe('a token of another role', () => {
  it.each([
    ['unknown', 'consumers list', '401', 'not, or no longer, one of listen.admin.tokens'],
    [tokens.board, 'consumers create --username x', '403', 'needs a token of the role admin'],
    [tokens.board, 'registrations approve x', '403', 'of the role admin or approver'],
    [tokens.portal, 'consumers list', '403', 'of the role admin, approver or read'],
  ])('%s may not %s', async (token, line, status, words) => {
    const { code, out, err } = await admin.runWith({ token }, ...line.split(' '));

    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(status);
    expect(err).toContain(words);
    expect(err).not.toContain(token);
  });
});

describe('the audit', () => {
  it('is followed as it is written', async () => {
    const following = admin.start('audit', 'list', '--follow', '-o', 'json');
    let made = 0;
    // It begins where the trail ends when it comes to look; nobody hears when that is.
    await until(async () => {
      await admin.json('consumers', 'create', '--username', `followed-${String((made += 1))}`);
      return following.lines.length > 0;
    });
    await admin.json('consumers', 'create', '--username', 'last');
    const line = await following.untilLine((text) => text.includes('"last"'));
    following.interrupt();

    expect(JSON.parse(line)).toMatchObject({ actor: 'chief', after: { username: 'last' } });
    expect(await following.ended).toBe(0);
  });
});
