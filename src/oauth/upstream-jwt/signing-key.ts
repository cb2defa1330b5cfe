import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, type JWK } from 'jose';
import type { Secret } from '../../lib/secret.ts';
import { halt, pass, type Step } from '../../lib/step.ts';
import { importPrivateKey } from '../import-private-key.ts';
import { readOwn } from '../parse-json-object.ts';
import { readPublicKey } from '../public-key.ts';

/** A key that signs for upstreams, and what they verify with. */
export interface SigningKey {
  /** JWS algorithm (RFC 7518 section 3.1). */
  readonly algorithm: string;
  /** RFC 7638 thumbprint. */
  readonly keyId: string;
  readonly privateKey: KeyObject;
  /** For the JWKS: public members, `kid`, `alg` and `use`. */
  readonly publicJwk: Readonly<JWK>;
}

const unusable =
  'expected an RSA key of 2048 bits or more, or one of P-256, P-384, P-521 or Ed25519';

/** A P-256 key of this process, for who configured none. */
export function createRandomSigningKey(): Promise<SigningKey> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return describeKey(privateKey, 'ES256');
}

/**
 * Reads a private key: a PKCS#8 PEM, or a JWK as JSON. EC keys sign by the algorithm of their curve,
 * Ed25519 by EdDSA, RSA by RS256 unless the JWK says otherwise. A problem tells nothing of the key.
 */
export async function readSigningKey(secret: Secret): Promise<Step<SigningKey, string>> {
  const imported = importPrivateKey(secret.reveal());
  if (imported === null) return halt('expected a private key: a PKCS#8 PEM or a JWK');
  const { key: privateKey, members } = imported;
  const alg = members === null ? undefined : readOwn(members, 'alg');
  const algorithm = fittingAlgorithm(privateKey, alg);
  if (algorithm === null)
    return halt(alg === undefined ? unusable : `${unusable}, that fits its alg`);
  return pass(await describeKey(privateKey, algorithm));
}

function fittingAlgorithm(privateKey: KeyObject, alg: unknown): string | null {
  const jwk = exportMembers(privateKey);
  const key = jwk === null ? null : readPublicKey(alg === undefined ? jwk : { ...jwk, alg });
  const [algorithm] = key?.algorithms ?? [];
  return algorithm ?? null;
}

async function describeKey(privateKey: KeyObject, algorithm: string): Promise<SigningKey> {
  const members = await exportJWK(createPublicKey(privateKey));
  const keyId = await calculateJwkThumbprint(members);
  const publicJwk = { ...members, kid: keyId, alg: algorithm, use: 'sig' };
  return { algorithm, keyId, privateKey, publicJwk };
}

/** Null for kinds of keys that no JWK can hold, such as RSA-PSS. */
function exportMembers(privateKey: KeyObject): object | null {
  try {
    return createPublicKey(privateKey).export({ format: 'jwk' });
  } catch {
    return null;
  }
}
