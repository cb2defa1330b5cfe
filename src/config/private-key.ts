import { createPrivateKey, type KeyObject } from 'node:crypto';

export const expectedPrivateKey =
  'expected a private key, PKCS#8 as PEM or a JWK as JSON: RSA of 2048 bits or more, P-256, P-384, P-521 or Ed25519';

/** Whether the text is a private key that JWTs can be signed with, by its own `alg` where it has one. */
export function isPrivateKey(text: string): boolean {
  const read = readKey(text);
  if (read === null || !isStrongEnough(read.key)) return false;
  return read.algorithm === undefined || canSignBy(read.key, read.algorithm);
}

/** Whether a key, one that {@link isPrivateKey} takes, can sign by that algorithm (RFC 7518 section 3.1). */
export function fitsAlgorithm(text: string, algorithm: string): boolean {
  const read = readKey(text);
  return read !== null && canSignBy(read.key, algorithm);
}

function isStrongEnough({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject) {
  if (type === 'rsa') return (details?.modulusLength ?? 0) >= 2048;
  if (type === 'ec') return (details?.namedCurve ?? '') in curveAlgorithms;
  return type === 'ed25519';
}

const rsaAlgorithm = /^[RP]S(?:256|384|512)$/;
const curveAlgorithms: Readonly<Record<string, readonly string[]>> = {
  prime256v1: ['ES256'],
  secp384r1: ['ES384'],
  secp521r1: ['ES512'],
};

function canSignBy(key: KeyObject, algorithm: unknown): boolean {
  if (typeof algorithm !== 'string') return false;
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (type === 'rsa') return rsaAlgorithm.test(algorithm);
  if (type === 'ed25519') return algorithm === 'EdDSA' || algorithm === 'Ed25519';
  return curveAlgorithms[details?.namedCurve ?? '']?.includes(algorithm) ?? false;
}

interface ReadKey {
  readonly key: KeyObject;
  /** `alg` of a JWK. */
  readonly algorithm: unknown;
}

function readKey(text: string): ReadKey | null {
  try {
    const trimmed = text.trim();
    if (trimmed.startsWith('-----BEGIN PRIVATE KEY-----')) {
      return { key: createPrivateKey(trimmed), algorithm: undefined };
    }
    if (!trimmed.startsWith('{')) return null;
    const jwk = JSON.parse(trimmed) as Record<string, string>;
    return { key: createPrivateKey({ key: jwk, format: 'jwk' }), algorithm: jwk['alg'] };
  } catch {
    return null;
  }
}
