import { readFileSync } from 'node:fs';
import { get } from 'node:https';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Access } from '../../../src/admin/access/access.ts';
import { startAdmin, tokensOf, type AdminOptions, type RunningAdmin } from '../../support/admin.ts';
import { createTestAuthority, type TestAuthority } from '../../support/certificates.ts';
import { MemoryRegistry } from '../../support/memory-registry.ts';

let admin: RunningAdmin | null = null;
let authority: TestAuthority;

beforeEach(async () => {
  authority = await createTestAuthority();
});

afterEach(async () => {
  await admin?.stop();
  admin = null;
  await authority.remove();
});

async function start(options: Partial<AdminOptions>): Promise<RunningAdmin> {
  admin = await startAdmin({ registry: new MemoryRegistry().ports, ...options });
  return admin;
}

async function startTls(withAuthority: boolean, access: Access) {
  const own = await authority.issue('server');
  const clientCaFile = withAuthority ? authority.caFile : null;
  return start({ tls: { ...own, clientCaFile }, access });
}

async function ask(url: string, name: string, token?: string): Promise<number | undefined> {
  const { certFile, keyFile } = await authority.issue(name);
  const options = {
    agent: false,
    ca: readFileSync(authority.caFile),
    cert: readFileSync(certFile),
    key: readFileSync(keyFile),
    headers: token === undefined ? {} : { 'kong-admin-token': token },
  };
  return new Promise((resolve, reject) => {
    get(`${url}/consumers`, options, (response) => {
      response.resume().on('end', () => {
        resolve(response.statusCode);
      });
    }).on('error', reject);
  });
}

const byCertificate: Access = { by: 'certificate' };

describe('a connection', () => {
  it('says nothing of who calls, where there are no tokens', async () => {
    const running = await start({ access: { by: 'token', tokens: [] } });

    for (const as of [null, 'admin'] as const) {
      expect((await running.send('GET', '/consumers', { as })).status).toBe(401);
    }
  });

  it('names an administrator by a certificate', async () => {
    const { url, answered } = await startTls(true, byCertificate);

    expect(await ask(url, 'ops-laptop')).toBe(200);
    expect(answered).toMatchObject([{ actor: 'certificate:ops-laptop', role: 'admin' }]);
  });

  it('with a certificate needs a token as well, where there are tokens', async () => {
    const { url } = await startTls(true, { by: 'token', tokens: tokensOf(['read']) });

    expect(await ask(url, 'ops-laptop')).toBe(401);
    expect(await ask(url, 'ops-laptop', 'read')).toBe(200);
  });

  it('names nobody by a certificate that nobody has checked', async () => {
    const { url } = await startTls(false, byCertificate);

    expect(await ask(url, 'ops-laptop')).toBe(401);
  });
});

describe('a caller who hangs up', () => {
  it('is in the log with what it asked for', async () => {
    const held = Promise.withResolvers<undefined>();
    const asked = Promise.withResolvers<undefined>();
    const { ports } = new MemoryRegistry();
    const running = await start({
      registry: {
        ...ports,
        consumers: {
          ...ports.consumers,
          async list(query) {
            asked.resolve(undefined);
            await held.promise;
            return ports.consumers.list(query);
          },
        },
      },
    });
    const leaving = new AbortController();
    const headers = { 'kong-admin-token': 'read' };
    const answer = fetch(`${running.url}/consumers`, { headers, signal: leaving.signal });
    await asked.promise;
    const over = running.nextAnswered();
    leaving.abort();

    await expect(answer).rejects.toThrow('aborted');
    expect(await over).toMatchObject({
      route: '/consumers',
      actor: 'the-read',
      status: 499,
      callerGone: true,
    });
    held.resolve(undefined);
  });
});
