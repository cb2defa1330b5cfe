import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';

/** PEM files of a TLS listener. */
export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
  /** Certificate authorities of clients; null = clients need no certificate. */
  readonly clientCaFile: string | null;
}

export interface Certificates {
  readonly certificate: Buffer;
  readonly privateKey: Buffer;
  readonly clientCa: Buffer | null;
}

/** Reads the files, whatever is in them. Rejects when one cannot be read. */
export async function readCertificates(files: TlsFiles): Promise<Certificates> {
  const [certificate, privateKey, clientCa] = await Promise.all([
    readFile(files.certFile),
    readFile(files.keyFile),
    files.clientCaFile === null ? null : readFile(files.clientCaFile),
  ]);
  return { certificate, privateKey, clientCa };
}

/**
 * Throws when one of the files cannot be parsed, or when certificate and key do not belong together,
 * as halfway through a rotation.
 */
export function checkCertificates({ certificate, privateKey, clientCa }: Certificates): void {
  createSecureContext({ cert: certificate, key: privateKey });
  // A context takes an unreadable list of authorities without a word and then trusts nobody.
  if (clientCa !== null) new X509Certificate(clientCa);
}

export function sameCertificates(one: Certificates, other: Certificates): boolean {
  return (
    one.certificate.equals(other.certificate) &&
    one.privateKey.equals(other.privateKey) &&
    (one.clientCa === null) === (other.clientCa === null) &&
    (one.clientCa === null || other.clientCa === null || one.clientCa.equals(other.clientCa))
  );
}
