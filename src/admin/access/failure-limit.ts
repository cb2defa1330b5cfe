import { LRUCache } from 'lru-cache';
import type { Clock } from '../../lib/clock.ts';
import { networkOf } from '../../lib/network-of.ts';

const maxSources = 10_000;
/** A client that starts two dozen requests at once with an old token is not shut out by that. */
const burst = 100;
const refillMs = 1000;
/** So long a success tells that not all who fail at an address are the same. */
const trustMs = 3_600_000;

interface Bucket {
  left: number;
  at: number;
}

/**
 * Lets a source fail a hundred times at once, and then once a second; knows who has succeeded within
 * the last hour.
 */
export class FailureLimit {
  readonly #successes = new LRUCache<string, number>({ max: maxSources });
  readonly #buckets = new LRUCache<string, Bucket>({ max: maxSources });
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether the source has failed so often that it may not fail again for now. */
  isOver(address: string): boolean {
    const bucket = this.#buckets.get(networkOf(address));
    return bucket !== undefined && this.#refill(bucket) < 1;
  }

  /** Whether somebody has succeeded from there lately. */
  isTrusted(address: string): boolean {
    const at = this.#successes.get(networkOf(address));
    return at !== undefined && Math.abs(this.#clock.now() - at) < trustMs;
  }

  succeeded(address: string): void {
    this.#successes.set(networkOf(address), this.#clock.now());
  }

  failed(address: string): void {
    const source = networkOf(address);
    const bucket = this.#buckets.get(source) ?? { left: burst, at: this.#clock.now() };
    bucket.left = Math.max(0, this.#refill(bucket) - 1);
    this.#buckets.set(source, bucket);
  }

  #refill(bucket: Bucket): number {
    const now = this.#clock.now();
    // A clock that was set back gives nothing and takes nothing.
    const passed = Math.max(0, now - bucket.at);
    bucket.left = Math.min(burst, bucket.left + passed / refillMs);
    bucket.at = now;
    return bucket.left;
  }
}
