import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startAdministrated, type Administrated } from './setup.ts';

jest.setTimeout(60_000);

let admin: Administrated;

beforeAll(async () => {
  admin = await startAdministrated();
});

afterAll(() => admin.stop());

describe('tokens', () => {
  it('are revoked, listed and lifted, and never shown', async () => {
    const input = 'the.leaked.token\n';
    const file = ['--token-file', '-', '--note', 'seen in a log', '--yes'];
    const revoked = await admin.runWith({ input }, 'tokens', 'revoke', ...file, '-o', 'json');
    await admin.json('tokens', 'revoke', '--client-id', '0oa1', '--yes');
    const listed = await admin.run('tokens', 'list');
    const { id, ...rest } = JSON.parse(revoked.out);
    const lifted = await admin.run('tokens', 'lift', id, '--yes');
    const left = await admin.json('tokens', 'list');
    const again = await admin.run('tokens', 'lift', id, '--yes');

    expect(rest).toMatchObject({ kind: 'token', note: 'seen in a log' });
    expect(listed.out).toMatch(/client_id +0oa1 /);
    expect(listed.out).toContain('seen in a log');
    expect(lifted).toEqual({ code: 0, out: `lifted ${String(id)}\n`, err: '' });
    expect(left).toMatchObject([{ kind: 'client_id', client_id: '0oa1' }]);
    expect(again).toMatchObject({ code: 1, out: '' });
    expect(again.err).toContain('404');
    expect(revoked.out + revoked.err + listed.out).not.toContain('the.leaked.token');
  });
});
