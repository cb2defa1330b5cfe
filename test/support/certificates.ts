import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

/** A certificate authority in a temporary directory. Needs `openssl` on PATH. */
export interface TestAuthority {
  readonly caFile: string;
  /** A certificate for `localhost` and 127.0.0.1, good for servers and clients. */
  issue(name: string): Promise<CertificateFiles>;
  remove(): Promise<void>;
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

export async function createTestAuthority(name = 'Test CA'): Promise<TestAuthority> {
  const directory = await mkdtemp(join(tmpdir(), 'postern-ca-'));
  const caFile = join(directory, 'ca.pem');
  const caKeyFile = join(directory, 'ca.key');
  await run('openssl', [
    ...['req', '-x509', ...newKey, '-days', '2', '-subj', `/CN=${name}`],
    ...['-keyout', caKeyFile, '-out', caFile],
  ]);

  return {
    caFile,
    async issue(subject) {
      const certFile = join(directory, `${subject}.pem`);
      const keyFile = join(directory, `${subject}.key`);
      const requestFile = join(directory, `${subject}.csr`);
      const extensionsFile = join(directory, `${subject}.ext`);
      await writeFile(extensionsFile, 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
      await run('openssl', [
        ...['req', '-new', ...newKey, '-subj', `/CN=${subject}`],
        ...['-keyout', keyFile, '-out', requestFile],
      ]);
      await run('openssl', [
        ...['x509', '-req', '-in', requestFile, '-CA', caFile, '-CAkey', caKeyFile],
        ...['-CAcreateserial', '-days', '2', '-extfile', extensionsFile, '-out', certFile],
      ]);
      return { certFile, keyFile };
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}
