/** Waiting calls per running one; beyond that a call would end by its time-out anyway. */
const queuePerCall = 4;

type Lane = 'trusted' | 'doubtful';

/**
 * Caps the calls under way at one provider. What exceeds the cap waits in a short queue; calls for
 * doubtful sources get at most half of both, and only go ahead where nobody else waits.
 */
export class CallLimiter {
  readonly #max: Readonly<Record<Lane, number>>;
  readonly #running: Record<Lane, number> = { trusted: 0, doubtful: 0 };
  readonly #waiting: Readonly<Record<Lane, Set<() => void>>> = {
    trusted: new Set(),
    doubtful: new Set(),
  };

  constructor(maxConcurrent: number) {
    this.#max = { trusted: maxConcurrent, doubtful: Math.max(1, Math.floor(maxConcurrent / 2)) };
  }

  /** Runs `work` when it is its turn; null when the queue is full or `signal` aborts before. */
  async run<T>(doubtful: boolean, signal: AbortSignal, work: () => Promise<T>): Promise<T | null> {
    const lane = doubtful ? 'doubtful' : 'trusted';
    if (!(await this.#enter(lane, signal))) return null;
    try {
      return await work();
    } finally {
      this.#running[lane]--;
      this.#admit();
    }
  }

  async #enter(lane: Lane, signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return false;
    if (this.#hasRoom(lane)) {
      this.#running[lane]++;
      return true;
    }
    const waiting = this.#waiting[lane];
    if (waiting.size >= this.#max[lane] * queuePerCall) return false;
    return new Promise((resolve) => {
      const leave = () => {
        waiting.delete(admit);
        resolve(false);
      };
      const admit = () => {
        signal.removeEventListener('abort', leave);
        resolve(true);
      };
      signal.addEventListener('abort', leave, { once: true });
      waiting.add(admit);
    });
  }

  #hasRoom(lane: Lane): boolean {
    const total = this.#running.trusted + this.#running.doubtful;
    return (
      total < this.#max.trusted &&
      (lane === 'trusted' || this.#running.doubtful < this.#max.doubtful)
    );
  }

  #admit(): void {
    for (const lane of ['trusted', 'doubtful'] as const) {
      for (const admit of this.#waiting[lane]) {
        if (!this.#hasRoom(lane)) break;
        this.#waiting[lane].delete(admit);
        this.#running[lane]++;
        admit();
      }
    }
  }
}
