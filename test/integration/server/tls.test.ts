import { copyFile, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { credentials, status } from '@grpc/grpc-js';
import { refuse } from '../../../src/authz/decide.ts';
import type { Decision } from '../../../src/authz/decision.ts';
import { deny } from '../../../src/authz/refusal.ts';
import { startTrail } from '../../../src/authz/trail.ts';
import type { TlsFiles } from '../../../src/server/certificate-files.ts';
import type { CertificateReport } from '../../../src/server/certificate-watcher.ts';
import { policyOf } from '../../support/builders.ts';
import {
  createTestAuthority,
  type CertificateFiles,
  type TestAuthority,
} from '../../support/certificates.ts';
import { createCheckClient, type CheckClient } from '../../support/check-client.ts';
import { startServer } from '../../support/running-server.ts';

const denied: Decision = {
  ...refuse(deny('credential_missing'), policyOf()),
  trail: startTrail(),
};

const closing: (() => unknown)[] = [];
let authority: TestAuthority;
let first: CertificateFiles;
let second: CertificateFiles;
let clientCertificate: CertificateFiles;
let directory: string;
let files: TlsFiles;

beforeAll(async () => {
  authority = await createTestAuthority();
  [first, second, clientCertificate] = await Promise.all([
    authority.issue('first'),
    authority.issue('second'),
    authority.issue('client'),
  ]);
});

afterAll(() => authority.remove());

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'postern-tls-'));
  files = {
    certFile: join(directory, 'tls.crt'),
    keyFile: join(directory, 'tls.key'),
    clientCaFile: null,
  };
  await install(first);
});

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await rm(directory, { recursive: true, force: true });
});

async function install({ certFile, keyFile }: CertificateFiles): Promise<void> {
  await replaceFile(files.keyFile, await readFile(keyFile));
  await replaceFile(files.certFile, await readFile(certFile));
}

/** In one step, so that no poll reads half a file. */
async function replaceFile(path: string, content: string | Buffer): Promise<void> {
  await writeFile(`${path}.new`, content);
  await rename(`${path}.new`, path);
}

async function start(tls: TlsFiles) {
  const reports: CertificateReport[] = [];
  const waiting: ((report: CertificateReport) => void)[] = [];
  const { server } = await startServer(() => Promise.resolve(denied), {
    tls,
    certificatePollMs: 10,
    onCertificates: (report) => {
      reports.push(report);
      for (const resolve of waiting.splice(0)) resolve(report);
    },
  });
  closing.push(() => server.stop());
  const nextReport = () => new Promise<CertificateReport>((resolve) => waiting.push(resolve));
  return { address: server.address, reports, nextReport };
}

async function connectClient(address: string, own: CertificateFiles | null): Promise<CheckClient> {
  const ca = await readFile(authority.caFile);
  const pair = own === null ? [] : [await readFile(own.keyFile), await readFile(own.certFile)];
  const client = createCheckClient(address, { credentials: credentials.createSsl(ca, ...pair) });
  closing.push(() => {
    client.close();
  });
  return client;
}

/** Common name of the certificate that a new connection is shown. */
async function shownName(address: string): Promise<string> {
  const ca = await readFile(authority.caFile);
  const port = Number(address.split(':').at(-1));
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', ca, ALPNProtocols: ['h2'] }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN));
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

describe('TLS', () => {
  it('answers a client that trusts the authority', async () => {
    const { address } = await start(files);

    const client = await connectClient(address, null);

    expect((await client.check()).code).toBe(16);
  });

  it('does not answer in plain text', async () => {
    const { address } = await start(files);
    const client = createCheckClient(address);
    closing.push(() => {
      client.close();
    });

    await expect(client.check({ deadlineMs: 2000 })).rejects.toHaveProperty('code');
  });

  it('does not start with a file that is missing, or a key of another certificate', async () => {
    await expect(start({ ...files, keyFile: join(directory, 'none') })).rejects.toThrow('ENOENT');
    await expect(start({ ...files, keyFile: second.keyFile })).rejects.toThrow(
      /key values mismatch/,
    );
    await expect(start({ ...files, clientCaFile: first.keyFile })).rejects.toThrow();
  });
});

describe('mTLS', () => {
  it('answers a client with a certificate of the authority', async () => {
    const { address } = await start({ ...files, clientCaFile: authority.caFile });

    const client = await connectClient(address, clientCertificate);

    expect((await client.check()).code).toBe(16);
  });

  it('refuses a client without a certificate, or with one of another authority', async () => {
    const stranger = await createTestAuthority('Stranger');
    closing.push(() => stranger.remove());
    const { address } = await start({ ...files, clientCaFile: authority.caFile });

    const without = await connectClient(address, null);
    const strange = await connectClient(address, await stranger.issue('client'));

    await expect(without.check()).rejects.toMatchObject({ code: status.UNAVAILABLE });
    await expect(strange.check()).rejects.toMatchObject({ code: status.UNAVAILABLE });
  });
});

describe('changed certificate files', () => {
  it('are shown to new connections, while old ones live on', async () => {
    const { address, reports, nextReport } = await start(files);
    const client = await connectClient(address, null);
    await client.check();
    expect(await shownName(address)).toBe('first');

    // While key and certificate do not match yet, the old pair stays in use.
    let report = nextReport();
    await replaceFile(files.keyFile, await readFile(second.keyFile));
    expect(await report).toMatchObject({ outcome: 'failure' });
    expect(await shownName(address)).toBe('first');
    report = nextReport();
    await replaceFile(files.certFile, await readFile(second.certFile));

    expect(await report).toEqual({ outcome: 'success' });
    expect(await shownName(address)).toBe('second');
    expect((await client.check()).code).toBe(16);
    expect(reports).toHaveLength(2);
  });

  it('that are broken leave the old ones in use, and are reported once', async () => {
    const { address, reports, nextReport } = await start(files);

    const report = nextReport();
    await replaceFile(files.certFile, 'no certificate');
    expect(await report).toMatchObject({ outcome: 'failure' });

    expect(await shownName(address)).toBe('first');
    expect((await (await connectClient(address, null)).check()).code).toBe(16);
    expect(reports).toHaveLength(1);
  });

  it('may change whose clients are answered', async () => {
    const clientCaFile = join(directory, 'ca.crt');
    await copyFile(authority.caFile, clientCaFile);
    const { address, nextReport } = await start({ ...files, clientCaFile });
    const next = await createTestAuthority('Next CA');
    closing.push(() => next.remove());

    const report = nextReport();
    await replaceFile(clientCaFile, await readFile(next.caFile));
    await report;

    const old = await connectClient(address, clientCertificate);
    const fresh = await connectClient(address, await next.issue('client'));
    await expect(old.check()).rejects.toMatchObject({ code: status.UNAVAILABLE });
    expect((await fresh.check()).code).toBe(16);
  });
});
