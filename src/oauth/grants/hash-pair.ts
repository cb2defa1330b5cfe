import { createHmac, createSecretKey } from 'node:crypto';
import type { Pair } from '../../authz/credentials/credential.ts';
import type { GrantPlan } from '../../authz/policy.ts';
import type { Secret } from '../../lib/secret.ts';
import { hashParts, joinParts } from '../hash-parts.ts';

/**
 * HMAC-SHA256 (base64url) of one reading of a pair and of all that its token depends on: the grant,
 * the provider and its rules, every parameter that is sent. Secrets that people choose can be guessed
 * from a bare hash, so that it takes a key.
 */
export type HashPair = (pair: Pair, plan: GrantPlan, fingerprint: string) => string;

export function createPairHasher(cacheKey: Secret): HashPair {
  const key = createSecretKey(cacheKey.reveal(), 'utf8');
  /** What is the same for every pair of a plan; a plan belongs to one provider. */
  const beginnings = new WeakMap<GrantPlan, string>();

  return function hashPair({ id, secret }, plan, fingerprint) {
    let beginning = beginnings.get(plan);
    if (beginning === undefined) {
      beginning = joinParts([
        plan.grant,
        fingerprint,
        plan.clientAuthMethod ?? '',
        hashParts(plan.parameters.flat()),
      ]);
      beginnings.set(plan, beginning);
    }
    return createHmac('sha256', key)
      .update(beginning + joinParts([id, secret]))
      .digest('base64url');
  };
}
