import type { Clock } from '../lib/clock.ts';

/** Until something was had once, it is asked for more often: a provider that starts late is soon in use. */
const firstLoadRetryMs = 1000;

export type FetchState = 'never' | 'fresh' | 'failed';

/**
 * At most one fetch at a time and one per interval, whoever asks and however often. The callers in
 * between share the outcome of the last one.
 */
export class RefetchLimit {
  readonly #clock: Clock;
  readonly #intervalMs: number;
  #running: Promise<FetchState> | null = null;
  #lastAttempt = -Infinity;
  #state: FetchState = 'never';
  #loaded: boolean;

  /** `loaded`: something is at hand already, from elsewhere. */
  constructor(intervalMs: number, clock: Clock, loaded: boolean) {
    this.#intervalMs = intervalMs;
    this.#clock = clock;
    this.#loaded = loaded;
  }

  get state(): FetchState {
    return this.#state;
  }

  /** Epoch milliseconds of the earliest moment at which the next fetch may start. */
  get nextAt(): number {
    const wait = this.#loaded ? this.#intervalMs : Math.min(this.#intervalMs, firstLoadRetryMs);
    return this.#lastAttempt + wait;
  }

  /** Fetches if it may. `fetch` tells whether it went well. */
  run(fetch: () => Promise<boolean>): Promise<FetchState> {
    if (this.#running !== null) return this.#running;
    const now = this.#clock.now();
    // A clock that was set back must not lock the next fetch out for long.
    if (now < this.nextAt && now >= this.#lastAttempt) return Promise.resolve(this.#state);
    this.#lastAttempt = now;
    this.#running = this.#attempt(fetch).finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #attempt(fetch: () => Promise<boolean>): Promise<FetchState> {
    let ok = false;
    try {
      ok = await fetch();
    } finally {
      this.#loaded ||= ok;
      this.#state = ok ? 'fresh' : 'failed';
    }
    return this.#state;
  }
}
