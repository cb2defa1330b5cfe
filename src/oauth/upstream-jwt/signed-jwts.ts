import { LRUCache } from 'lru-cache';
import type { Clock } from '../../lib/clock.ts';

interface Signed {
  readonly jwt: string;
  /** Epoch milliseconds. */
  readonly reuseUntil: number;
}

/** About 1.5 KB each. */
const maxEntries = 10_000;
/** What is over is dropped this often, where something new comes in. */
const sweepMs = 60_000;

/**
 * JWTs that can be used again, by the facts that they tell. Nobody asks again for one whose token has
 * ended, so that it would otherwise stay until its place is needed.
 */
export class SignedJwts {
  readonly #known = new LRUCache<string, Signed>({ max: maxEntries });
  readonly #clock: Clock;
  #swept: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#swept = clock.now();
  }

  find(facts: string): string | null {
    const signed = this.#known.get(facts);
    return signed !== undefined && this.#clock.now() < signed.reuseUntil ? signed.jwt : null;
  }

  keep(facts: string, jwt: string, reuseUntil: number): void {
    this.#sweep();
    this.#known.set(facts, { jwt, reuseUntil });
  }

  get size(): number {
    return this.#known.size;
  }

  #sweep(): void {
    const now = this.#clock.now();
    // A clock that was set back must not put the next sweep off for long.
    if (Math.abs(now - this.#swept) < sweepMs) return;
    this.#swept = now;
    const over = [...this.#known].filter(([, { reuseUntil }]) => now >= reuseUntil);
    for (const [facts] of over) this.#known.delete(facts);
  }
}
