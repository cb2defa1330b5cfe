import { halt, pass, type Step } from '../lib/step.ts';
import { readFirstClaim } from './claims.ts';
import { deny, type Deny } from './refusal.ts';
import type { VerifiedToken } from './token.ts';

/**
 * A token with `cnf` (RFC 7800) is bound to a key and worth nothing without a proof of it. Proofs
 * are not checked, so a bound token is refused rather than taken for a plain bearer token.
 */
export function checkProof(token: VerifiedToken): Step<VerifiedToken, Deny> {
  return readFirstClaim(token.claims, [['cnf']]) === undefined
    ? pass(token)
    : halt(deny('token_proof_invalid', 'the token is bound to a key (cnf)'));
}
