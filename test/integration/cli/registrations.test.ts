import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startAdministrated, type Administrated } from './setup.ts';

jest.setTimeout(90_000);

let admin: Administrated;

beforeAll(async () => {
  admin = await startAdministrated();
});

afterAll(() => admin.stop());

describe('the way of a registration', () => {
  it('goes from request to revocation, and the audit tells all of it', async () => {
    const shop = await admin.json(
      ...['applications', 'create', '--name', 'Shop', '--custom-id', '0oa1', '--owner', 'anna'],
    );
    const asked = await admin.json(
      ...['registrations', 'create', '--application', 'Shop', '--service', 'orders'],
    );
    const listed = await admin.json(
      ...['registrations', 'list', '--service', 'orders', '--status', 'requested'],
    );
    const approved = await admin.json('registrations', 'approve', asked.id, '--note', 'ticket 12');
    const suspended = await admin.json('registrations', 'suspend', asked.id, '--yes');
    const resumed = await admin.json('registrations', 'resume', asked.id);
    const byName = ['--application', 'Shop', '--service', 'orders', '--yes'];
    const revoked = await admin.json('registrations', 'revoke', ...byName);
    const again = await admin.run('registrations', 'suspend', asked.id, '--yes');
    const audit = await admin.json('audit', 'list', '--entity', asked.id);

    expect(shop).toMatchObject({ name: 'Shop', custom_id: '0oa1', owner: 'anna' });
    expect(asked).toMatchObject({ service: 'orders', status: 'requested', suspended: false });
    expect(listed).toMatchObject([{ id: asked.id, application: { name: 'Shop' } }]);
    expect([approved, suspended, resumed, revoked]).toMatchObject([
      [{ id: asked.id, status: 200, registration: { status: 'approved', note: 'ticket 12' } }],
      [{ registration: { status: 'approved', suspended: true } }],
      [{ registration: { status: 'approved', suspended: false } }],
      [{ registration: { status: 'revoked' } }],
    ]);
    expect(again).toMatchObject({ code: 1, out: '' });
    expect(again.err).toMatch(/cannot become suspended/);
    expect(audit).toMatchObject([
      {
        action: 'registration.revoke',
        actor: 'chief',
        before: { status: 'approved' },
        after: { status: 'revoked' },
      },
      { before: { suspended: true }, after: { suspended: false } },
      { before: { suspended: false }, after: { suspended: true } },
      { before: { status: 'requested' }, after: { status: 'approved' } },
      { before: null, after: { status: 'requested' } },
    ]);
  });
});

describe('250 registrations', () => {
  const numbers = Array.from({ length: 250 }, (_, at) => String(at));

  it('are approved in one command, after a look at what it would do', async () => {
    const usernames = numbers.map((number) => ({ username: `c${number}`, tags: ['bulk'] }));
    const created = await feed(['consumers', 'create'], usernames);
    const wanted = numbers.map((number) => ({ consumer: `c${number}`, service: 'stock' }));
    await feed(['registrations', 'create'], wanted);
    const all = ['registrations', 'approve', '--all', '--service', 'stock'];
    const before = await count('requested');
    const told = await admin.json(...all, '--dry-run');
    const untouched = await count('requested');
    const done = await admin.run(...all, '--yes', '-o', 'json');
    const again = await admin.run(...all, '--yes');

    expect(created.code).toBe(0);
    expect([before, told.body.ids.length, untouched]).toEqual([250, 250, 250]);
    expect({ code: done.code, err: done.err }).toEqual({
      code: 0,
      err: '250 changed, 0 failed\n',
    });
    expect(JSON.parse(done.out)).toHaveLength(250);
    expect([await count('requested'), await count('approved')]).toEqual([0, 250]);
    expect(again).toEqual({ code: 1, out: '', err: 'none\n' });
  });

  it('may fail one by one, which is told one by one', async () => {
    const [first, second] = await admin.json('registrations', 'list', '--service', 'stock');
    await admin.json('registrations', 'revoke', first.id, '--yes');
    const ids = [first.id, second.id, '00000000-0000-4000-8000-000000000000'];
    const { code, out, err } = await admin.run('registrations', 'suspend', ...ids, '--yes');

    expect(code).toBe(1);
    expect(out).toContain(second.id);
    expect(out).not.toContain(first.id);
    expect(err.split('\n')).toEqual([
      expect.stringContaining(`${String(first.id)}: 409`),
      expect.stringContaining('00000000-0000-4000-8000-000000000000: 404'),
      '1 changed, 2 failed',
      '',
    ]);
  });

  function feed(args: readonly string[], entries: readonly object[]) {
    return admin.runWith({ input: JSON.stringify(entries) }, ...args, '-f', '-', '-o', 'json');
  }

  async function count(status: string): Promise<number> {
    const args = ['--service', 'stock', '--status', status];
    return (await admin.json('registrations', 'list', ...args)).length;
  }
});
