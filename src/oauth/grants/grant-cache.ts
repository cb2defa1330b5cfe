import { LRUCache } from 'lru-cache';
import type { Deny, Refusal } from '../../authz/refusal.ts';
import type { ObtainedToken } from '../../authz/token.ts';
import type { Clock } from '../../lib/clock.ts';
import { halt, pass, type Step } from '../../lib/step.ts';
import type { TokenCacheOptions } from '../provider-options.ts';
import { Endings } from './endings.ts';

export type Obtained = Step<ObtainedToken, Refusal>;

interface Entry {
  readonly hit: Obtained;
  /** Epoch milliseconds. */
  readonly until: number;
  /** Key that verified the token; null where there is no token, or the provider was asked. */
  readonly keyId: string | null;
}

export interface GrantCacheDependencies {
  readonly clock: Clock;
  /** Whether a key, by its id, is still one of the provider's. */
  readonly isCurrentKey: (keyId: string) => boolean;
}

/**
 * Tokens that one provider gave for pairs, and pairs that it refused, by a keyed hash: no secret is
 * kept. The access token is, since upstreams may be given it, but no longer than its entry counts:
 * whoever looks at the sizes, and whoever adds an entry, clears away those that are over. Refusals
 * have a cache of their own, so that guessing cannot push good pairs out. Nothing is served past its
 * time: a secret that was changed during an outage must not live longer for it.
 */
export class GrantCache {
  readonly #options: TokenCacheOptions;
  readonly #deps: GrantCacheDependencies;
  readonly #accepted: LRUCache<string, Entry>;
  readonly #refused: LRUCache<string, Entry>;
  readonly #endings = new Endings();

  constructor(options: TokenCacheOptions, deps: GrantCacheDependencies) {
    this.#options = options;
    this.#deps = deps;
    this.#accepted = new LRUCache({ max: options.maxEntries });
    this.#refused = new LRUCache({ max: options.negativeMaxEntries });
  }

  /** A token in its time, its key judged again; else null. `except` is forgotten if it is that. */
  accepted(key: string, except?: string): Obtained | null {
    const found = this.#find(this.#accepted, key);
    if (except === undefined || found?.ok !== true) return found;
    if (found.value.accessToken !== except) return found;
    this.#accepted.delete(key);
    return null;
  }

  refused(key: string): Obtained | null {
    return this.#find(this.#refused, key);
  }

  /** `until`: epoch milliseconds; what is over by then already is not kept. */
  accept(key: string, obtained: ObtainedToken, bounds: { until: number; keyId: string | null }) {
    this.#refused.delete(key);
    this.#accepted.delete(key);
    this.#clearAway();
    if (bounds.until <= this.#deps.clock.now()) return;
    this.#endings.add(key, bounds.until);
    this.#accepted.set(key, { hit: pass({ ...obtained, cache: 'hit' }), ...bounds });
  }

  refuse(key: string, refusal: Deny): void {
    this.#accepted.delete(key);
    const until = this.#deps.clock.now() + this.#options.negativeTtlMs;
    this.#refused.set(key, { hit: halt(refusal), until, keyId: null });
  }

  /** Entries with a token that count, and entries with a refusal. */
  get sizes(): { readonly accepted: number; readonly refused: number } {
    this.#clearAway();
    return { accepted: this.#accepted.size, refused: this.#refused.size };
  }

  /** Tokens are not left in memory until their place is needed. */
  #clearAway(): void {
    const now = this.#deps.clock.now();
    for (const key of this.#endings.take(now)) {
      const entry = this.#accepted.peek(key);
      if (entry !== undefined && entry.until <= now) this.#accepted.delete(key);
    }
  }

  #find(entries: LRUCache<string, Entry>, key: string): Obtained | null {
    const entry = entries.get(key);
    if (entry === undefined) return null;
    const withdrawn = entry.keyId !== null && !this.#deps.isCurrentKey(entry.keyId);
    if (!withdrawn && this.#deps.clock.now() < entry.until) return entry.hit;
    entries.delete(key);
    return null;
  }
}
