import { LRUCache } from 'lru-cache';
import type { Refusal } from '../authz/refusal.ts';
import type { TokenVerdict } from '../authz/token.ts';
import type { Clock } from '../lib/clock.ts';
import { halt, pass, type Step } from '../lib/step.ts';
import { hasExpired, isEarly } from './judge-times.ts';
import type { Judgement, Validity } from './judgement.ts';
import type { TokenCacheOptions } from './provider-options.ts';

export type Verdict = Step<TokenVerdict, Refusal>;

/** A verified token, never a decision: what a Service makes of it is judged on every request. */
interface Accepted {
  readonly hit: Verdict;
  readonly validity: Validity;
  /** Key that verified it; null where the provider was asked. */
  readonly keyId: string | null;
  /** Epoch milliseconds. */
  readonly freshUntil: number;
  readonly staleUntil: number;
}

interface Refused {
  readonly hit: Verdict;
  readonly until: number;
}

export interface TokenCacheDependencies {
  readonly clock: Clock;
  /** Whether a key, by its id, is still one of the provider's. */
  readonly isCurrentKey: (keyId: string) => boolean;
}

/**
 * What one provider said about tokens, by a key that tells provider and rule as well. Refusals have
 * a cache of their own, so that made-up tokens cannot push good ones out.
 */
export class TokenCache {
  readonly #options: TokenCacheOptions;
  readonly #deps: TokenCacheDependencies;
  readonly #accepted: LRUCache<string, Accepted>;
  readonly #refused: LRUCache<string, Refused>;

  constructor(options: TokenCacheOptions, deps: TokenCacheDependencies) {
    this.#options = options;
    this.#deps = deps;
    this.#accepted = new LRUCache({ max: options.maxEntries });
    this.#refused = new LRUCache({ max: options.negativeMaxEntries });
  }

  /** A verified token in its time, its `exp`, `nbf` and key judged again; else null. */
  accepted(key: string): Verdict | null {
    const entry = this.#usable(key);
    return entry !== null && this.#deps.clock.now() < entry.freshUntil ? entry.hit : null;
  }

  refused(key: string): Verdict | null {
    const entry = this.#refused.get(key);
    if (entry === undefined) return null;
    if (this.#deps.clock.now() < entry.until) return entry.hit;
    this.#refused.delete(key);
    return null;
  }

  /** A verified token past its time, while the provider cannot be asked; never past its `exp`. */
  stale(key: string): Verdict | null {
    const entry = this.#usable(key);
    if (entry === null || this.#deps.clock.now() >= entry.staleUntil) return null;
    return entry.hit.ok ? pass({ token: entry.hit.value.token, cache: 'stale' }) : null;
  }

  /** Takes a judgement in; an outage changes nothing. */
  store(key: string, judgement: Judgement): void {
    if (judgement.kind === 'verified') {
      this.#storeAccepted(key, judgement);
    } else if (judgement.refusal.kind === 'deny') {
      this.#storeRefused(key, judgement.refusal, judgement.retryAt);
    }
  }

  get sizes(): { readonly accepted: number; readonly refused: number } {
    return { accepted: this.#accepted.size, refused: this.#refused.size };
  }

  #usable(key: string): Accepted | null {
    const entry = this.#accepted.get(key);
    if (entry === undefined) return null;
    const now = this.#deps.clock.now();
    const times = { nowMs: now, leewayMs: 0 };
    const over = now >= entry.staleUntil || hasExpired(entry.validity, times);
    const withdrawn = entry.keyId !== null && !this.#deps.isCurrentKey(entry.keyId);
    if (over || withdrawn) {
      this.#accepted.delete(key);
      return null;
    }
    return isEarly(entry.validity, times) ? null : entry;
  }

  #storeAccepted(key: string, judgement: Judgement & { kind: 'verified' }): void {
    this.#refused.delete(key);
    const { validity, keyId, token } = judgement;
    const now = this.#deps.clock.now();
    const expiresAt = validity.expiresAt ?? Infinity;
    const freshUntil = Math.min(expiresAt, now + this.#options.maxTtlMs);
    // Within the leeway after `exp` a token passes, but is judged anew each time.
    if (freshUntil <= now) {
      this.#accepted.delete(key);
      return;
    }
    const staleUntil = Math.min(expiresAt, freshUntil + this.#options.staleIfErrorMs);
    const hit = pass({ token, cache: 'hit' } as const);
    this.#accepted.set(key, { hit, validity, keyId, freshUntil, staleUntil });
  }

  #storeRefused(key: string, refusal: Refusal, retryAt: number | null): void {
    this.#accepted.delete(key);
    const now = this.#deps.clock.now();
    const until = Math.min(now + this.#options.negativeTtlMs, retryAt ?? Infinity);
    if (until > now) this.#refused.set(key, { hit: halt(refusal), until });
  }
}
