import { LRUCache } from 'lru-cache';
import type { Clock } from '../../lib/clock.ts';

const maxNames = 1000;
/** Writes a second, and as many at once. */
const perSecond = 20;

interface Bucket {
  left: number;
  at: number;
}

/** Holds whoever is named to twenty writes a second. */
export class WritePace {
  readonly #buckets = new LRUCache<string, Bucket>({ max: maxNames });
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts a write; false = one too many, which is not to be done. */
  take(name: string): boolean {
    const now = this.#clock.now();
    const before = this.#buckets.get(name) ?? { left: perSecond, at: now };
    // A clock that was set back gives nothing and takes nothing.
    const passed = Math.max(0, now - before.at) / 1000;
    const left = Math.min(perSecond, before.left + passed * perSecond);
    const isFree = left >= 1;
    this.#buckets.set(name, { left: isFree ? left - 1 : left, at: now });
    return isFree;
  }
}
