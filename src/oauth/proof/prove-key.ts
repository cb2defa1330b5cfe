import type { KeyObject } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { calculateJwkThumbprint, compactVerify } from 'jose';
import { proofAlgorithms } from '../../authz/challenge.ts';
import type { Claims } from '../../authz/token.ts';
import { halt, pass, type Step } from '../../lib/step.ts';
import { classifyToken } from '../classify-token.ts';
import { judgeJwtHeader } from '../judge-jwt-header.ts';
import { isJsonObject, parseJsonObject, readOwn } from '../parse-json-object.ts';
import { readPublicKey } from '../public-key.ts';

/** Longer proofs are not looked at; one with an RSA key of 8192 bits fits. */
const maxProofLength = 4096;

const headerRules = {
  // RFC 9864: `Ed25519` is the exact name of what `EdDSA` stands for in the challenge.
  algorithms: new Set([...proofAlgorithms, 'Ed25519']),
  tokenTypes: ['dpop+jwt'],
};
/** Members of private and symmetric keys (RFC 7518 section 6). */
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/** Keys at hand, with the headers that they came in about 2 KB each. */
const maxKeys = 1000;

/** What the header of a proof says. */
interface ProofKey {
  readonly alg: string;
  readonly key: KeyObject;
  readonly thumbprint: string;
}

/**
 * Whether a DPoP proof is signed with the key of this RFC 7638 thumbprint, which it brings along
 * (RFC 9449 section 4.3, points 2 to 7); gives its claims, or what is wrong.
 */
export type ProveKey = (proof: string, thumbprint: string) => Promise<Step<Claims, string>>;

/** All proofs of a client have the same header, so that what it says is read once. */
export function createProveKey(): ProveKey {
  const known = new LRUCache<string, ProofKey>({ max: maxKeys });

  return async function proveKey(proof, thumbprint) {
    if (proof.length > maxProofLength) return halt('too long');
    const header = proof.slice(0, Math.max(0, proof.indexOf('.')));
    const before = known.get(header);
    const read = before === undefined ? await readHeader(proof) : pass(before);
    if (!read.ok) return read;
    if (read.value.thumbprint !== thumbprint) {
      return halt('jwk is not the key that the token is bound to');
    }
    if (before === undefined) known.set(header, read.value);
    return verify(proof, read.value);
  };
}

async function readHeader(proof: string): Promise<Step<ProofKey, string>> {
  const shape = classifyToken(proof);
  if (shape.kind !== 'jwt') return halt('not a JWT');
  const header = judgeJwtHeader(shape.header, headerRules);
  if (!header.ok) return halt(header.stop.detail ?? 'the header cannot be used');
  const { alg } = header.value;
  const jwk = readOwn(shape.header, 'jwk');
  if (!isJsonObject(jwk)) return halt('no jwk');
  if (privateMembers.some((name) => Object.hasOwn(jwk, name))) return halt('jwk is not public');
  const read = readPublicKey(jwk);
  if (read === null) return halt('jwk is weak, or of no use');
  if (!read.algorithms.has(alg)) return halt('jwk does not fit alg');
  return pass({ alg, key: read.key, thumbprint: await calculateJwkThumbprint(read.key) });
}

async function verify(proof: string, { key, alg }: ProofKey): Promise<Step<Claims, string>> {
  try {
    const { payload } = await compactVerify(proof, key, { algorithms: [alg] });
    const claims = parseJsonObject(new TextDecoder().decode(payload));
    return claims === null ? halt('the payload is no JSON object') : pass(claims);
  } catch {
    // Whatever kind of error: the caller has brought the key, and odd keys fail in odd places.
    return halt('the signature does not verify');
  }
}
