import { calculateJwkThumbprint, compactVerify } from 'jose';
import { proofAlgorithms } from '../../authz/challenge.ts';
import type { Claims } from '../../authz/token.ts';
import { halt, pass, type Step } from '../../lib/step.ts';
import { classifyToken } from '../classify-token.ts';
import { judgeJwtHeader } from '../judge-jwt-header.ts';
import { isJsonObject, parseJsonObject, readOwn } from '../parse-json-object.ts';
import { readPublicKey, type PublicKey } from '../public-key.ts';

/** Longer proofs are not looked at; one with an RSA key of 8192 bits fits. */
const maxProofLength = 4096;

const headerRules = {
  // RFC 9864: `Ed25519` is the exact name of what `EdDSA` stands for in the challenge.
  algorithms: new Set([...proofAlgorithms, 'Ed25519']),
  tokenTypes: ['dpop+jwt'],
};
/** Members of private and symmetric keys (RFC 7518 section 6). */
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/**
 * Whether a DPoP proof is signed with the key of this RFC 7638 thumbprint, which it brings along
 * (RFC 9449 section 4.3, points 2 to 7); gives its claims, or what is wrong.
 */
export async function proveKey(proof: string, thumbprint: string): Promise<Step<Claims, string>> {
  if (proof.length > maxProofLength) return halt('too long');
  const shape = classifyToken(proof);
  if (shape.kind !== 'jwt') return halt('not a JWT');
  const header = judgeJwtHeader(shape.header, headerRules);
  if (!header.ok) return halt(header.stop.detail ?? 'the header cannot be used');
  const key = await readProofKey(readOwn(shape.header, 'jwk'), thumbprint);
  if (!key.ok) return key;
  const { alg } = header.value;
  if (!key.value.algorithms.has(alg)) return halt('jwk does not fit alg');
  return verify(proof, key.value, alg);
}

async function readProofKey(jwk: unknown, thumbprint: string): Promise<Step<PublicKey, string>> {
  if (!isJsonObject(jwk)) return halt('no jwk');
  if (privateMembers.some((name) => Object.hasOwn(jwk, name))) return halt('jwk is not public');
  const key = readPublicKey(jwk);
  if (key === null) return halt('jwk is weak, or of no use');
  const own = await calculateJwkThumbprint(key.key);
  return own === thumbprint ? pass(key) : halt('jwk is not the key that the token is bound to');
}

async function verify(
  proof: string,
  { key }: PublicKey,
  alg: string,
): Promise<Step<Claims, string>> {
  try {
    const { payload } = await compactVerify(proof, key, { algorithms: [alg] });
    const claims = parseJsonObject(new TextDecoder().decode(payload));
    return claims === null ? halt('the payload is no JSON object') : pass(claims);
  } catch {
    // Whatever kind of error: the caller has brought the key, and odd keys fail in odd places.
    return halt('the signature does not verify');
  }
}
