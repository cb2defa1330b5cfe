import { LRUCache } from 'lru-cache';
import type { SessionPolicy } from '../authz/policy.ts';
import type { VerifiedToken } from '../authz/token.ts';

/**
 * Which tokens have had their session. The token cache hands out one object as long as it remembers
 * a token, so that object is looked at first and the token is not hashed on every request. When that
 * cache has let go of a token, the next verification makes another object of it: hence the hashes,
 * without which a client that keeps no cookies would be given one every few minutes.
 */
export class OpenedTokens {
  readonly #objects = new WeakMap<SessionPolicy, WeakSet<VerifiedToken>>();
  readonly #hashes: LRUCache<string, true>;

  /** `max`: tokens that are remembered by their hash. */
  constructor(max: number) {
    this.#hashes = new LRUCache({ max });
  }

  has(token: VerifiedToken, policy: SessionPolicy): boolean {
    return this.#objects.get(policy)?.has(token) === true;
  }

  /** Whether it is the first time; from then on it is not. */
  take(token: VerifiedToken, tokenHash: string, policy: SessionPolicy): boolean {
    this.#objectsOf(policy).add(token);
    const key = keyOf(tokenHash, policy);
    if (this.#hashes.get(key) === true) return false;
    this.#hashes.set(key, true);
    return true;
  }

  /** As if {@link take} had not been called. */
  giveBack(token: VerifiedToken, tokenHash: string, policy: SessionPolicy): void {
    this.#objects.get(policy)?.delete(token);
    this.#hashes.delete(keyOf(tokenHash, policy));
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
