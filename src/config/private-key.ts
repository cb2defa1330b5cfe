import { createPrivateKey, type KeyObject } from 'node:crypto';

export const expectedPrivateKey =
  'expected a private key, PKCS#8 as PEM or a JWK as JSON: RSA of 2048 bits or more, P-256, P-384, P-521 or Ed25519';

const curves: readonly unknown[] = ['prime256v1', 'secp384r1', 'secp521r1'];

/** Whether the text is a private key that JWTs can be signed with. */
export function isPrivateKey(text: string): boolean {
  const key = readKey(text);
  if (key === null) return false;
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (type === 'rsa') return (details?.modulusLength ?? 0) >= 2048;
  if (type === 'ec') return curves.includes(details?.namedCurve);
  return type === 'ed25519';
}

const curveAlgorithms: Readonly<Record<string, readonly string[]>> = {
  prime256v1: ['ES256'],
  secp384r1: ['ES384'],
  secp521r1: ['ES512'],
};

/** Whether a key, one that {@link isPrivateKey} takes, can sign by that algorithm (RFC 7518 section 3.1). */
export function fitsAlgorithm(text: string, algorithm: string): boolean {
  const key = readKey(text);
  if (key?.asymmetricKeyType === 'rsa') return /^[RP]S/.test(algorithm);
  if (key?.asymmetricKeyType === 'ed25519') return ['EdDSA', 'Ed25519'].includes(algorithm);
  const curve = key?.asymmetricKeyDetails?.namedCurve ?? '';
  return curveAlgorithms[curve]?.includes(algorithm) ?? false;
}

function readKey(text: string): KeyObject | null {
  try {
    const trimmed = text.trim();
    if (trimmed.startsWith('-----BEGIN PRIVATE KEY-----')) return createPrivateKey(trimmed);
    if (!trimmed.startsWith('{')) return null;
    const jwk: unknown = JSON.parse(trimmed);
    return createPrivateKey({ key: jwk as Record<string, string>, format: 'jwk' });
  } catch {
    return null;
  }
}
