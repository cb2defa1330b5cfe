import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { credentials } from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createTestAuthority, type TestAuthority } from '../../support/certificates.ts';
import { createCheckClient, type CheckClient } from '../../support/check-client.ts';
import { FakeProvider } from '../../support/fake-provider.ts';
import { findFreePort } from '../../support/ports.ts';
import { startPostern, type RunningPostern } from '../../support/postern.ts';

jest.setTimeout(30_000);

let idp: FakeProvider;
let folder: string;
let postern: RunningPostern | undefined;
const clients: CheckClient[] = [];

beforeAll(async () => {
  idp = await FakeProvider.start();
  folder = await mkdtemp(join(tmpdir(), 'postern-serve-'));
});

afterAll(async () => {
  await idp.close();
  await rm(folder, { recursive: true });
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await postern?.stop();
});

function config(store: object = { file: { path: 'consumers.yaml' } }) {
  return {
    store,
    identity_providers: [{ name: 'idp', issuer: idp.issuer }],
    services: [{ name: 'orders', identity_providers: ['idp'] }],
    drain_delay: '0ms',
  };
}

const consumers = { consumers: [{ custom_id: 'client-1' }] };

function connect(...args: Parameters<typeof createCheckClient>): CheckClient {
  const client = createCheckClient(...args);
  clients.push(client);
  return client;
}

async function ask(client: CheckClient): Promise<boolean> {
  const headers = { authorization: `Bearer ${await idp.sign()}` };
  const contextExtensions = { service: 'orders' };
  return (await client.check({ headers, contextExtensions })).allowed;
}

describe('the gRPC listener', () => {
  it('can be a Unix socket that only its owner may open, and goes with the process', async () => {
    const socket = join(folder, 'postern.sock');
    postern = await startPostern({
      config: config(),
      consumers,
      grpc: { address: `unix:${socket}` },
    });

    expect(await ask(connect(`unix:${socket}`))).toBe(true);
    expect((await stat(socket)).mode & 0o007).toBe(0);
    expect(await postern.stop()).toBe(0);
    await expect(stat(socket)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  describe('with TLS', () => {
    let ours: TestAuthority;
    let others: TestAuthority;

    beforeAll(async () => {
      [ours, others] = await Promise.all([createTestAuthority(), createTestAuthority('Other CA')]);
    });

    afterAll(async () => {
      await Promise.all([ours.remove(), others.remove()]);
    });

    async function credentialsFrom(authority: TestAuthority | null) {
      const trusted = await readFile(ours.caFile);
      if (authority === null) return credentials.createSsl(trusted);
      const { certFile, keyFile } = await authority.issue('envoy');
      return credentials.createSsl(trusted, await readFile(keyFile), await readFile(certFile));
    }

    it('answers clients of our authority, and nobody else', async () => {
      const { certFile, keyFile } = await ours.issue('postern');
      const tls = { cert_file: certFile, key_file: keyFile, client_ca_file: ours.caFile };
      postern = await startPostern({ config: config(), consumers, grpc: { tls } });
      const address = `localhost:${postern.grpcPort}`;

      const trusted = connect(address, { credentials: await credentialsFrom(ours) });
      expect(await ask(trusted)).toBe(true);
      for (const stranger of [others, null]) {
        const client = connect(address, { credentials: await credentialsFrom(stranger) });
        await expect(ask(client)).rejects.toMatchObject({ code: 14 });
      }
      await expect(ask(connect(address))).rejects.toMatchObject({ code: 14 });
    });
  });
});

describe('the ops listener', () => {
  it('tells how Postern is', async () => {
    postern = await startPostern({ config: config(), consumers });
    const read = async (path: string) => {
      const answer = await fetch(`${postern!.opsUrl}${path}`);
      return `${answer.status} ${(await answer.text()).trim()}`;
    };

    expect(await read('/livez')).toBe('200 ok');
    expect(await read('/readyz')).toBe('200 ready');
    expect(await read('/readyz?verbose')).toContain('identity_provider idp');
    expect(await read('/version')).toMatch(/^200 .*"version": "\d+\.\d+\.\d+"/s);
    expect(await read('/metrics')).toMatch(/^200 .*postern_build_info\{.*postern_consumers 1/s);
    expect(await read('/')).toBe('404 not found');
  });
});

describe('a Postern whose Redis was never there', () => {
  it('takes over a configuration that names another store', async () => {
    const url = `redis://127.0.0.1:${await findFreePort()}`;
    postern = await startPostern({
      config: config({ redis: { url } }),
      consumers,
      untilListening: true,
    });
    const client = connect(postern.grpcAddress);
    expect(await ask(client)).toBe(false);

    await postern.writeConfig(config());

    await postern.untilLine(({ msg }) => msg === 'ready');
    expect(await ask(client)).toBe(true);
    expect((await fetch(`${postern.opsUrl}/readyz`)).status).toBe(200);
  });

  it('ends when it is told to', async () => {
    const url = `redis://127.0.0.1:${await findFreePort()}`;
    postern = await startPostern({ config: config({ redis: { url } }), untilListening: true });

    expect(await postern.stop()).toBe(0);
  });
});
