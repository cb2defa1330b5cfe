import { createPrivateKey, X509Certificate } from 'node:crypto';

const certificate = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** Whether the text holds certificates as PEM, each of them readable. */
export function areCertificates(text: string): boolean {
  const found = text.match(certificate) ?? [];
  return found.length > 0 && found.every(isCertificate);
}

function isCertificate(pem: string): boolean {
  try {
    new X509Certificate(pem);
    return true;
  } catch {
    return false;
  }
}

/** Whether the key is that of the first certificate, both being readable. */
export function isKeyOf(certificates: string, key: string): boolean {
  return new X509Certificate(certificates).checkPrivateKey(createPrivateKey(key));
}

/** Whether the text is a private key as PEM, of whatever kind, without a passphrase. */
export function isPemKey(text: string): boolean {
  try {
    return text.includes('-----BEGIN') && createPrivateKey(text).type === 'private';
  } catch {
    return false;
  }
}
