import { hash } from 'node:crypto';
import type { SessionPolicy } from '../authz/policy.ts';
import type { HeaderLine } from '../authz/refusal.ts';
import { clearCookie } from './set-cookie.ts';

/** What follows from a policy alone, worked out once for each. */
export interface SessionTerms {
  /**
   * Service and cookie name, a JSON array: without the same two no session is found again. No such
   * text begins with another one, so that what is appended to it cannot be taken for a part of it.
   */
  readonly binding: string;
  /** Fingerprint of the names of claims that the policy looks at, in whatever order. */
  readonly claimSet: string;
  readonly claimNames: readonly string[];
  /** Go with every refusal of a session. */
  readonly clearing: readonly HeaderLine[];
}

export type ReadTerms = (policy: SessionPolicy) => SessionTerms;

export function createReadTerms(): ReadTerms {
  const known = new WeakMap<SessionPolicy, SessionTerms>();
  return function readTerms(policy) {
    let terms = known.get(policy);
    if (terms === undefined) {
      terms = workOut(policy);
      known.set(policy, terms);
    }
    return terms;
  };
}

function workOut(policy: SessionPolicy): SessionTerms {
  const claimNames = [...new Set(policy.claimNames)].sort();
  return {
    binding: JSON.stringify([policy.service, policy.cookieName]),
    // 96 bits: it tells configurations apart, and nobody else chooses them.
    claimSet: hash('sha256', JSON.stringify(claimNames), 'base64url').slice(0, 16),
    claimNames,
    clearing: [['set-cookie', clearCookie(policy)]],
  };
}
