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
      { actor: 'chief', before: { status: 'approved' }, after: { status: 'revoked' } },
      { before: { suspended: true }, after: { suspended: false } },
      { before: { suspended: false }, after: { suspended: true } },
      { before: { status: 'requested' }, after: { status: 'approved' } },
      { before: null, after: { status: 'requested' } },
    ]);
  });
});
