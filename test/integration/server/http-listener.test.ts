import { once } from 'node:events';
import { copyFile, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { request, type RequestListener } from 'node:http';
import { get as getTls } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startHttpListener, type HttpListener } from '../../../src/server/http-listener.ts';
import {
  createTestAuthority,
  type CertificateFiles,
  type TestAuthority,
} from '../../support/certificates.ts';

let authority: TestAuthority;
let first: CertificateFiles;
let second: CertificateFiles;
let directory: string;
const running: HttpListener[] = [];

beforeAll(async () => {
  authority = await createTestAuthority();
  [first, second] = await Promise.all([authority.issue('first'), authority.issue('second')]);
});

afterAll(() => authority.remove());

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'postern-http-'));
});

afterEach(async () => {
  for (const listener of running.splice(0)) await listener.stop(0);
  await rm(directory, { recursive: true, force: true });
});

const hello: RequestListener = (_request, response) => response.end('hello');

async function start(options: Partial<Parameters<typeof startHttpListener>[0]>) {
  const listener = await startHttpListener({
    address: '127.0.0.1:0',
    tls: null,
    handle: hello,
    onCertificates: () => undefined,
    ...options,
  });
  running.push(listener);
  return listener;
}

function ask(options: { readonly socketPath: string } | { readonly address: string }) {
  return new Promise<number | undefined>((resolve, reject) => {
    const [host, port] = 'address' in options ? options.address.split(':') : [];
    const target = 'socketPath' in options ? options : { host: host!, port: Number(port) };
    request(target, (response) => {
      response.resume().on('end', () => {
        resolve(response.statusCode);
      });
    })
      .on('error', reject)
      .end();
  });
}

describe('a unix: socket', () => {
  it('is for its owner only, and replaces one that was left behind', async () => {
    const path = join(directory, 'admin.sock');
    await start({ address: `unix:${path}` });

    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await ask({ socketPath: path })).toBe(200);
    await expect(start({ address: `unix:${path}` })).rejects.toThrow('another process listens');
  });

  it('does not take the place of a file', async () => {
    const path = join(directory, 'file');
    await writeFile(path, '');

    await expect(start({ address: `unix:${path}` })).rejects.toThrow('is not a socket');
  });
});

describe('an HTTP listener', () => {
  it('tells the port that was bound, and does not share it', async () => {
    const { address } = await start({});

    expect(address).toMatch(/^127\.0\.0\.1:[1-9]\d*$/);
    await expect(start({ address })).rejects.toHaveProperty('code', 'EADDRINUSE');
  });

  it('lets the requests under way end when it stops', async () => {
    const started = Promise.withResolvers<() => void>();
    const listener = await start({
      handle: (_request, response) => {
        started.resolve(() => response.end());
      },
    });
    const answered = ask({ address: listener.address });
    const finish = await started.promise;
    const stopped = listener.stop(60_000);
    finish();

    expect(await answered).toBe(200);
    await stopped;
  });

  it('ends those that do not, after a while', async () => {
    const started = Promise.withResolvers<null>();
    const listener = await start({
      handle: () => {
        started.resolve(null);
      },
    });
    const answered = ask({ address: listener.address });
    await started.promise;
    const failed = expect(answered).rejects.toHaveProperty('code');
    await listener.stop(0);

    await failed;
  });
});

describe('TLS', () => {
  function files(clientCaFile: string | null = null) {
    return {
      certFile: join(directory, 'tls.crt'),
      keyFile: join(directory, 'tls.key'),
      clientCaFile,
    };
  }

  async function install({ certFile, keyFile }: CertificateFiles): Promise<void> {
    const target = files();
    for (const [from, to] of [
      [keyFile, target.keyFile],
      [certFile, target.certFile],
    ] as const) {
      await copyFile(from, `${to}.new`);
      await rename(`${to}.new`, to);
    }
  }

  function shownName(address: string, client: CertificateFiles | null = null) {
    const ca = readFileSync(authority.caFile);
    const own =
      client === null
        ? {}
        : { cert: readFileSync(client.certFile), key: readFileSync(client.keyFile) };
    return new Promise<string>((resolve, reject) => {
      getTls(`https://${address}`, { ca, agent: false, ...own }, (response) => {
        // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- what https gives
        const socket = response.socket as TLSSocket;
        const { CN } = socket.getPeerCertificate().subject;
        response.resume().on('end', () => {
          resolve(String(CN));
        });
      }).on('error', reject);
    });
  }

  /** Asks over a connection of its own; with what the next one can be resumed by. */
  function openSession(address: string, options: ConnectionOptions) {
    const [host = '', port] = address.split(':');
    return new Promise<{ session?: Buffer; reused: boolean; answer: string }>((resolve) => {
      const socket = connectTls({ host, port: Number(port), ...options }, () => {
        socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
      });
      let session: Buffer | undefined;
      let answer = '';
      let reused = false;
      socket.on('session', (ticket) => (session = ticket));
      socket.on('secureConnect', () => (reused = socket.isSessionReused()));
      socket.on('data', (chunk) => (answer += String(chunk)));
      // A refusal may come as an alert or as an end.
      socket.on('error', () => undefined);
      socket.on('close', () => {
        resolve({ ...(session !== undefined && { session }), reused, answer });
      });
    });
  }

  it('takes over new certificates', async () => {
    await install(first);
    const renewed = Promise.withResolvers<unknown>();
    const { address } = await start({ tls: files(), onCertificates: renewed.resolve });
    expect(await shownName(address)).toBe('first');
    await install(second);

    expect(await renewed.promise).toEqual({ outcome: 'success' });
    expect(await shownName(address)).toBe('second');
    await expect(ask({ address })).rejects.toHaveProperty('code');
  });

  it('lets in only who has a certificate, where there is an authority for them', async () => {
    await install(first);
    const stranger = await createTestAuthority('Other CA');
    const theirs = await stranger.issue('stranger');
    const { address } = await start({ tls: files(authority.caFile) });

    expect(await shownName(address, second)).toBe('first');
    await expect(shownName(address)).rejects.toHaveProperty('code');
    await expect(shownName(address, theirs)).rejects.toHaveProperty('code');
    await stranger.remove();
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'resumes no %s session of a client whose authority is gone',
    async (version) => {
      await install(first);
      const former = await createTestAuthority('Former CA');
      const client = await former.issue('client');
      const clientCaFile = join(directory, 'clients.pem');
      await copyFile(former.caFile, clientCaFile);
      const renewed = Promise.withResolvers<unknown>();
      const { address } = await start({
        tls: files(clientCaFile),
        onCertificates: renewed.resolve,
      });
      const options = {
        ca: readFileSync(authority.caFile),
        cert: readFileSync(client.certFile),
        key: readFileSync(client.keyFile),
        maxVersion: version,
      };
      const opened = await openSession(address, options);
      const resumed = await openSession(address, { ...options, session: opened.session });
      await copyFile(authority.caFile, `${clientCaFile}.new`);
      await rename(`${clientCaFile}.new`, clientCaFile);

      expect([opened.reused, resumed.reused]).toEqual([false, true]);
      expect(resumed.answer).toContain('hello');
      expect(await renewed.promise).toEqual({ outcome: 'success' });
      const refused = await openSession(address, { ...options, session: opened.session });
      expect([refused.reused, refused.answer]).toEqual([false, '']);
      await former.remove();
    },
  );

  it('keeps no connection of a client whose authority is gone', async () => {
    await install(first);
    const clientCaFile = join(directory, 'clients.pem');
    await copyFile(authority.caFile, clientCaFile);
    const held = Promise.withResolvers<() => void>();
    const renewed = Promise.withResolvers<unknown>();
    const { address } = await start({
      tls: files(clientCaFile),
      onCertificates: renewed.resolve,
      handle: (request, response) => {
        const answer = () => response.end('hello');
        if (request.url === '/held') held.resolve(answer);
        else answer();
      },
    });
    const [host = '', port] = address.split(':');
    const connect = (path: string) => {
      const socket = connectTls({
        host,
        port: Number(port),
        ca: readFileSync(authority.caFile),
        cert: readFileSync(second.certFile),
        key: readFileSync(second.keyFile),
      });
      socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
      return socket;
    };
    const idle = connect('/');
    const busy = connect('/held');
    await Promise.all([once(idle, 'data'), held.promise]);
    const ended = [idle, busy].map((socket) => once(socket.resume(), 'close'));
    const answered = once(busy, 'data');
    const stranger = await createTestAuthority('Other CA');
    await copyFile(stranger.caFile, `${clientCaFile}.new`);
    await rename(`${clientCaFile}.new`, clientCaFile);

    expect(await renewed.promise).toEqual({ outcome: 'success' });
    (await held.promise)();
    expect(String(await answered)).toContain('hello');
    await Promise.all(ended);
    await stranger.remove();
  });

  it('does not start with a key of another certificate', async () => {
    await install(first);
    await copyFile(second.keyFile, files().keyFile);

    await expect(start({ tls: files() })).rejects.toThrow();
  });
});
