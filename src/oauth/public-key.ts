import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { isJsonObject, readOwn } from './parse-json-object.ts';
import { hashParts } from './hash-parts.ts';

/** One verification key of a provider. */
export interface PublicKey {
  /** Same entry of the set, same id: tells whether the key was withdrawn since. */
  readonly id: string;
  readonly kid: string | null;
  /** Algorithms that it may verify, the `alg` of the JWK counted in. */
  readonly algorithms: ReadonlySet<string>;
  readonly key: KeyObject;
}

const minRsaBits = 2048;
const maxRsaBits = 16384;
const rsa = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];
const edwards = ['EdDSA', 'Ed25519'];
/** A map, since a curve called `constructor` must find nothing. */
const byCurve: ReadonlyMap<string, readonly string[]> = new Map([
  ['P-256', ['ES256']],
  ['P-384', ['ES384']],
  ['P-521', ['ES512']],
  ['Ed25519', edwards],
]);

/** Every algorithm that a key of ours can verify: asymmetric ones only. */
export const asymmetricAlgorithms: ReadonlySet<string> = new Set([
  ...rsa,
  ...[...byCurve.values()].flat(),
]);

/** A key of a JWKS (RFC 7517); null for one that is of no use here: symmetric, weak, of another kind. */
export function readPublicKey(jwk: unknown): PublicKey | null {
  if (!isJsonObject(jwk) || !isForSignatures(jwk)) return null;
  const material = publicMembers(jwk);
  if (material === null) return null;
  const { kty, crv } = material;
  const algorithms = new Set(fittingAlgorithms(kty, crv, readOwn(jwk, 'alg')));
  if (algorithms.size === 0) return null;
  const key = importKey(material);
  if (key === null || !isStrong(key)) return null;
  const kid = readOwn(jwk, 'kid');
  const named = typeof kid === 'string' ? kid : null;
  const id = hashParts([...Object.entries(material).flat(), ...algorithms, named ?? '']);
  return { id, kid: named, algorithms, key };
}

function isForSignatures(jwk: Readonly<Record<string, unknown>>): boolean {
  const use = readOwn(jwk, 'use');
  if (use !== undefined && use !== 'sig') return false;
  const operations = readOwn(jwk, 'key_ops');
  return operations === undefined || (Array.isArray(operations) && operations.includes('verify'));
}

/** The public members alone, in one order: private ones that slipped in are not even imported. */
function publicMembers(
  jwk: Readonly<Record<string, unknown>>,
): Readonly<Record<string, string>> | null {
  const kty = readOwn(jwk, 'kty');
  if (kty === 'RSA') return pick(jwk, ['kty', 'n', 'e']);
  if (kty === 'EC') return pick(jwk, ['kty', 'crv', 'x', 'y']);
  if (kty === 'OKP') return pick(jwk, ['kty', 'crv', 'x']);
  return null;
}

function pick(
  jwk: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Readonly<Record<string, string>> | null {
  const picked: Record<string, string> = {};
  for (const name of names) {
    const value = readOwn(jwk, name);
    if (typeof value !== 'string') return null;
    picked[name] = value;
  }
  return picked;
}

/** Algorithms that a key of this kind can serve, the usual one first; only `alg` where it is given. */
export function fittingAlgorithms(
  kty: string | undefined,
  crv: string | undefined,
  alg: unknown,
): readonly string[] {
  const fitting = kty === 'RSA' ? rsa : (byCurve.get(crv ?? '') ?? []);
  if (alg === undefined) return fitting;
  // RFC 9864: `Ed25519` is the exact name of what `EdDSA` meant with this curve.
  const named = alg === 'EdDSA' || alg === 'Ed25519' ? edwards : [alg];
  return fitting.filter((name) => named.includes(name));
}

function importKey(material: Readonly<Record<string, string>>): KeyObject | null {
  try {
    const key: JsonWebKey = { ...material };
    return createPublicKey({ key, format: 'jwk' });
  } catch {
    // A key that cannot be read must not take the others of its set with it.
    return null;
  }
}

function isStrong(key: KeyObject): boolean {
  if (key.asymmetricKeyType !== 'rsa') return true;
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  return bits >= minRsaBits && bits <= maxRsaBits;
}
