import { LRUCache } from 'lru-cache';
import type { SessionPolicy } from '../authz/policy.ts';
import type { VerifiedToken } from '../authz/token.ts';
import type { ReadTerms, SessionTerms } from './session-terms.ts';

/**
 * Which tokens have had their session. The token cache hands out one object as long as it remembers
 * a token, so that object is looked at first and the token is not hashed on every request. When that
 * cache has let go of a token, the next verification makes another object of it: hence the hashes,
 * without which a client that keeps no cookies would be given one every few minutes. A session that
 * would not count any more, by the rules or by what is now known of the token, is none that it has had.
 */
export class OpenedTokens {
  readonly #objects = new WeakMap<SessionPolicy, WeakSet<VerifiedToken>>();
  /** By token and Service, what the session was bound to. */
  readonly #bonds: LRUCache<string, string>;
  readonly #readTerms: ReadTerms;

  /** `max`: tokens that are remembered by their hash. */
  constructor(max: number, readTerms: ReadTerms) {
    this.#bonds = new LRUCache({ max });
    this.#readTerms = readTerms;
  }

  has(token: VerifiedToken, policy: SessionPolicy): boolean {
    return this.#objects.get(policy)?.has(token) === true;
  }

  /** Whether it is the first time; from then on it is not. */
  take(token: VerifiedToken, tokenHash: string, policy: SessionPolicy): boolean {
    this.#objectsOf(policy).add(token);
    const key = keyOf(tokenHash, policy);
    const bond = describeBond(token, this.#readTerms(policy));
    if (this.#bonds.get(key) === bond) return false;
    this.#bonds.set(key, bond);
    return true;
  }

  /** As if {@link take} had not been called. */
  giveBack(token: VerifiedToken, tokenHash: string, policy: SessionPolicy): void {
    this.#objects.get(policy)?.delete(token);
    this.#bonds.delete(keyOf(tokenHash, policy));
  }

  #objectsOf(policy: SessionPolicy): WeakSet<VerifiedToken> {
    const known = this.#objects.get(policy);
    if (known !== undefined) return known;
    const fresh = new WeakSet<VerifiedToken>();
    this.#objects.set(policy, fresh);
    return fresh;
  }
}

function keyOf(tokenHash: string, { service }: SessionPolicy): string {
  return `${tokenHash} ${service}`;
}

/** Without the same of these the session is not found, or is refused. */
function describeBond(token: VerifiedToken, { binding, claimSet }: SessionTerms): string {
  const { provider, issuer, method } = token;
  return JSON.stringify([binding, claimSet, provider, issuer, method]);
}
