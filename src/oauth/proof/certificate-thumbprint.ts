import { hash, X509Certificate } from 'node:crypto';
import { LRUCache } from 'lru-cache';

/** Certificates at hand; with their keys about 3 KB each. */
const maxEntries = 1000;
const first = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/;

/**
 * Makes the reader of {@link Proofs.certificateThumbprint}. Envoy sends the whole certificate with
 * every request of a connection, so what has been read is kept.
 */
export function createCertificateThumbprint(): (certificate: string) => string | null {
  const known = new LRUCache<string, string>({ max: maxEntries });

  return function certificateThumbprint(certificate) {
    const before = known.get(certificate);
    if (before !== undefined) return before;
    const thumbprint = readThumbprint(certificate);
    if (thumbprint !== null) known.set(certificate, thumbprint);
    return thumbprint;
  };
}

/** Of the first certificate, should a chain come: that is the caller's. */
function readThumbprint(certificate: string): string | null {
  try {
    const pem = first.exec(decodeURIComponent(certificate))?.[0];
    return pem === undefined ? null : hash('sha256', new X509Certificate(pem).raw, 'base64url');
  } catch {
    // Neither broken percent-encoding nor a broken certificate is one.
    return null;
  }
}
