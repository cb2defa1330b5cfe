import { LRUCache } from 'lru-cache';
import type { Clock } from '../../lib/clock.ts';

/** What the cache needs to know of the invalidation channel. */
export interface ChannelState {
  /** Milliseconds of the cache's clock; `-Infinity` before the first heartbeat. */
  readonly lastHeartbeatOk: number;
}

export interface ConsumerCacheOptions<T> {
  readonly maxEntries: number;
  readonly maxNegativeEntries: number;
  /** Milliseconds that "there is none" may be believed. */
  readonly negativeTtlMs: number;
  /** Milliseconds that an entry may be believed without news from the server. */
  readonly maxStalenessMs: number;
  readonly clock: Clock;
  readonly channel: ChannelState;
  /** Reads one key from the server; `null` = nothing there. Its rejection reaches all who wait. */
  readonly load: (key: string) => Promise<T | null>;
}

interface Entry<T> {
  readonly value: T;
  readonly storedAt: number;
}

/**
 * Values by Redis key, bounded, with "nothing there" in a bound of its own so that made-up names
 * cannot push out real Consumers. One load per key at a time. A load that an invalidation overtakes
 * is answered to those who wait for it, but neither stored nor shared with later callers.
 */
export class ConsumerCache<T extends object> {
  readonly #options: ConsumerCacheOptions<T>;
  readonly #present: LRUCache<string, Entry<T>>;
  readonly #absent: LRUCache<string, Entry<true>>;
  readonly #loading = new Map<string, Promise<T | null>>();

  constructor(options: ConsumerCacheOptions<T>) {
    this.#options = options;
    this.#present = new LRUCache({ max: options.maxEntries });
    this.#absent = new LRUCache({ max: options.maxNegativeEntries });
  }

  /** The value at hand; `null` = known to be absent, `undefined` = ask the server. */
  peek(key: string): T | null | undefined {
    const { clock, negativeTtlMs } = this.#options;
    const now = clock.now();
    const present = this.#present.get(key);
    if (present !== undefined && this.#isCurrent(present, now)) return present.value;

    const absent = this.#absent.get(key);
    const believed = absent !== undefined && now <= absent.storedAt + negativeTtlMs;
    return believed && this.#isCurrent(absent, now) ? null : undefined;
  }

  /** From the server, together with everybody who asks for the same key. */
  load(key: string): Promise<T | null> {
    const running = this.#loading.get(key);
    if (running !== undefined) return running;
    const askedAt = this.#options.clock.now();
    const started: Promise<T | null> = this.#options.load(key).then(
      (value) => {
        this.#finish(key, started, value, askedAt);
        return value;
      },
      (error: unknown) => {
        if (this.#loading.get(key) === started) this.#loading.delete(key);
        throw error;
      },
    );
    this.#loading.set(key, started);
    return started;
  }

  /** Forgets these keys, or with `null` all of them, loads under way included. */
  invalidate(keys: readonly string[] | null): void {
    if (keys === null) {
      this.#present.clear();
      this.#absent.clear();
      this.#loading.clear();
      return;
    }
    for (const key of keys) {
      this.#present.delete(key);
      this.#absent.delete(key);
      this.#loading.delete(key);
    }
  }

  get size(): { readonly present: number; readonly absent: number } {
    return { present: this.#present.size, absent: this.#absent.size };
  }

  /** A load that is no longer the one under way for its key was overtaken by an invalidation. */
  #finish(key: string, load: Promise<T | null>, value: T | null, storedAt: number): void {
    if (this.#loading.get(key) !== load) return;
    this.#loading.delete(key);
    if (value === null) {
      this.#absent.set(key, { value: true, storedAt });
    } else {
      this.#absent.delete(key);
      this.#present.set(key, { value, storedAt });
    }
  }

  /**
   * The one rule of staleness. A heartbeat proves that every change before it has been told, so an
   * entry is as good as the later of its own birth and the last heartbeat.
   */
  #isCurrent(entry: Entry<unknown>, now: number): boolean {
    const { channel, maxStalenessMs } = this.#options;
    return now <= Math.max(entry.storedAt, channel.lastHeartbeatOk) + maxStalenessMs;
  }
}
