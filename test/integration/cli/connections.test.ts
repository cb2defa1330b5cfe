import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createTestAuthority, type TestAuthority } from '../../support/certificates.ts';
import { deadPort } from '../../support/ports.ts';
import { startPostern, type RunningPostern } from '../../support/postern.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';
import { runCommand } from '../app/run-command.ts';
import { startRecordingAdmin } from './recording-admin.ts';
import { configOf } from './setup.ts';

jest.setTimeout(60_000);

const list = ['consumers', 'list', '-o', 'json'];

let folder: string;
let redis: TestRedis;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-cli-'));
  redis = await startRedis();
});

afterAll(async () => {
  await redis.stop();
  await rm(folder, { recursive: true, force: true });
});

async function withPostern(
  listen: object,
  run: (address: string, postern: RunningPostern) => Promise<void>,
): Promise<void> {
  const postern = await startPostern({ config: configOf(redis, listen) });
  try {
    const listening = await postern.untilLine(({ msg }) => msg === 'listening');
    await run(String(listening['admin']), postern);
  } finally {
    await postern.stop();
  }
}

describe('a Unix socket', () => {
  it('needs no token', async () => {
    const address = `unix:${join(folder, 'admin.sock')}`;
    await withPostern({ address }, async () => {
      const created = await runCommand([
        'consumers',
        'create',
        '--username',
        'by-socket',
        '--admin-addr',
        address,
      ]);

      expect(created).toMatchObject({ code: 0, err: '' });
      expect(created.out).toMatch(/^username +by-socket$/m);
    });
  });

  it('that is not there is told', async () => {
    const POSTERN_ADMIN_ADDR = `unix:${join(folder, 'nowhere.sock')}`;
    const { code, out, err } = await runCommand(list, { env: { POSTERN_ADMIN_ADDR } });

    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/nowhere\.sock: there is no such socket\n/);
  });
});

describe('TLS', () => {
  let authority: TestAuthority;

  beforeAll(async () => {
    authority = await createTestAuthority();
  });

  afterAll(() => authority.remove());

  it('with client certificates takes one for who calls, and says what is missing', async () => {
    const server = await authority.issue('server');
    const client = await authority.issue('anna');
    const tls = {
      cert_file: server.certFile,
      key_file: server.keyFile,
      client_ca_file: authority.caFile,
    };
    await withPostern({ tls }, async (listening) => {
      const address = ['--admin-addr', `https://${listening}`];
      const ca = [...address, '--admin-ca', authority.caFile];
      const certificate = ['--admin-cert', client.certFile, '--admin-key', client.keyFile];
      const done = await runCommand([...list, ...ca, ...certificate]);
      const untrusted = await runCommand([...list, ...address, ...certificate]);
      const unknown = await runCommand([...list, ...ca]);
      const plain = await runCommand([...list, '--admin-addr', `http://${listening}`]);

      expect(done).toMatchObject({ code: 0, err: '' });
      expect(untrusted).toMatchObject({ code: 1, out: '' });
      expect(untrusted.err).toContain('--admin-ca');
      expect(unknown).toMatchObject({ code: 1, out: '' });
      expect(unknown.err).toContain('--admin-cert');
      expect(plain).toMatchObject({ code: 1, out: '' });
      expect(plain.err).toContain('https://');
    });
  });

  it('is not asked of a server that does not speak it', async () => {
    const plain = await startRecordingAdmin(() => ({}));
    const { code, err } = await runCommand([
      ...list,
      '--admin-addr',
      plain.url.replace('http:', 'https:'),
    ]);
    plain.stop();

    expect(code).toBe(1);
    expect(err).toContain('does not speak TLS');
  });

  it('files that are no certificates are named', async () => {
    await writeFile(join(folder, 'ca.pem'), 'no certificate');
    const args = ['--admin-addr', 'https://127.0.0.1:1', '--admin-ca', join(folder, 'ca.pem')];
    const { code, err } = await runCommand([...list, ...args]);

    expect(code).toBe(2);
    expect(err).toContain('--admin-ca');
  });
});

describe('a server', () => {
  it('that is not there is told, with what to look at', async () => {
    const POSTERN_ADMIN_ADDR = `http://127.0.0.1:${deadPort}`;
    const { code, out, err } = await runCommand(list, { env: { POSTERN_ADMIN_ADDR } });

    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err.split('\n')).toEqual([
      `postern: no answer from ${POSTERN_ADMIN_ADDR}: nothing listens there`,
      '  is Postern running, and does its configuration have listen.admin?',
      '  --admin-addr or POSTERN_ADMIN_ADDR says where the Admin API is',
      '',
    ]);
  });

  it('that is another one is recognized', async () => {
    const server = createServer((_request, response) => response.end('<html>hello</html>'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const result = await runCommand([...list, '--admin-addr', `127.0.0.1:${port}`]);
    server.close();

    expect(result).toMatchObject({ code: 1, out: '' });
    expect(result.err).toContain('does not answer as an Admin API would');
  });

  it('that does not know what it did is asked again with the same key', async () => {
    let left = 2;
    const admin = await startRecordingAdmin(() =>
      (left -= 1) >= 0
        ? { status: 503, headers: { 'retry-after': '0' }, body: { name: 'outcome_unknown' } }
        : { status: 201, body: { id: '1', username: 'anna' } },
    );
    const args = ['consumers', 'create', '--username', 'anna', '--admin-addr', admin.url];
    const { code, out } = await runCommand([...args, '-o', 'json']);
    admin.stop();
    const keys = admin.requests.map(({ headers }) => headers['idempotency-key']);

    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ username: 'anna' });
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
  });

  it('that never says what it did leaves a key to go on with', async () => {
    const admin = await startRecordingAdmin(() => ({
      status: 503,
      headers: { 'retry-after': '0' },
      body: { name: 'outcome_unknown', message: 'send it again' },
    }));
    const args = ['consumers', 'create', '--username', 'anna', '--admin-addr', admin.url];
    const { code, out, err } = await runCommand(args);
    admin.stop();
    const [first] = admin.requests;

    expect({ code, out, requests: admin.requests.length }).toEqual({
      code: 1,
      out: '',
      requests: 5,
    });
    expect(err).toContain(`--idempotency-key ${String(first?.headers['idempotency-key'])} is safe`);
  });
});

describe('a token', () => {
  it('comes from a file as well, and goes over the network with a warning', async () => {
    const admin = await startRecordingAdmin(() => ({ body: { data: [], offset: null } }));
    const file = join(folder, 'token');
    await writeFile(file, 'token-of-a-file\n');
    await chmod(file, 0o600);
    const args = [...list, '--admin-addr', admin.url, '--admin-token-file', file];
    const { code, err } = await runCommand(args);
    const far = ['--admin-addr', 'http://postern.invalid:8001', '--admin-token-file', file];
    const warned = await runCommand([...list, ...far]);
    admin.stop();

    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(admin.requests[0]?.headers['kong-admin-token']).toBe('token-of-a-file');
    expect(warned.err).toMatch(/^warning: the token goes unencrypted over the network/);
  });

  it('is no argument', async () => {
    const { code, out } = await runCommand([...list, '--admin-token', 'x']);

    expect({ code, out }).toEqual({ code: 2, out: '' });
  });
});
