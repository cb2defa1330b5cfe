import { unavailable, type Unavailable } from '../../authz/refusal.ts';
import type { Clock } from '../../lib/clock.ts';
import { halt, pass, type Step } from '../../lib/step.ts';
import type { ReplayStore } from './replay-store.ts';

export interface MemoryReplayStoreOptions {
  /**
   * About 150 bytes each; default 250,000, which is 3800 proofs a second at the default lifetime. One
   * owner has a tenth of it.
   */
  readonly maxEntries?: number;
}

type Used = Step<'fresh' | 'used', Unavailable>;

const fresh: Used = pass('fresh');
const used: Used = pass('used');
const full: Used = halt(unavailable('overloaded', 'no room to remember more DPoP proofs'));
const ownerFull: Used = halt(
  unavailable('overloaded', 'no room to remember more DPoP proofs of this key'),
);

/** Keys that one owner may fill for itself and for nobody else. */
const ownersShare = 0.1;

const sliceMs = 1000;

/**
 * Remembers within one process. When it is full of what must still be known it says so: to forget
 * one proof for another would let the first be replayed. It takes ten owners to fill it, since whoever
 * has one good token can make any number of proofs.
 */
export class MemoryReplayStore implements ReplayStore {
  readonly #maxEntries: number;
  readonly #clock: Clock;
  /** Owners by key. */
  readonly #known = new Map<string, string>();
  /** Numbers of keys by owner. */
  readonly #counts = new Map<string, number>();
  /** Keys by the slice of time in which they end, so that no look at all of them is ever needed. */
  readonly #endings = new Map<number, string[]>();
  #sweptSlice = 0;

  /** The clock had better never run backwards. */
  constructor({ maxEntries = 250_000 }: MemoryReplayStoreOptions, clock: Clock) {
    this.#maxEntries = maxEntries;
    this.#clock = clock;
  }

  use(key: string, ttlMs: number, _signal: AbortSignal, owner: string): Used {
    const now = this.#clock.now();
    this.#sweep(Math.floor(now / sliceMs));
    if (this.#known.has(key)) return used;
    if (this.#known.size >= this.#maxEntries) return full;
    const count = this.#counts.get(owner) ?? 0;
    if (count >= Math.ceil(this.#maxEntries * ownersShare)) return ownerFull;
    this.#counts.set(owner, count + 1);
    this.#known.set(key, owner);
    this.#endIn(Math.ceil((now + ttlMs) / sliceMs), key);
    return fresh;
  }

  look(key: string): Used {
    this.#sweep(Math.floor(this.#clock.now() / sliceMs));
    return this.#known.has(key) ? used : fresh;
  }

  get size(): number {
    return this.#known.size;
  }

  #endIn(slice: number, key: string): void {
    const keys = this.#endings.get(slice);
    if (keys === undefined) this.#endings.set(slice, [key]);
    else keys.push(key);
  }

  #sweep(slice: number): void {
    if (slice === this.#sweptSlice) return;
    this.#sweptSlice = slice;
    for (const [end, keys] of this.#endings) {
      if (end > slice) continue;
      for (const key of keys) this.#forget(key);
      this.#endings.delete(end);
    }
  }

  #forget(key: string): void {
    const owner = this.#known.get(key);
    if (owner === undefined) return;
    this.#known.delete(key);
    const left = (this.#counts.get(owner) ?? 0) - 1;
    if (left > 0) this.#counts.set(owner, left);
    else this.#counts.delete(owner);
  }
}
