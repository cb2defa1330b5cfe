import type { Clock } from '../lib/clock.ts';

export interface LineLimitOptions {
  /** Lines per key and second. */
  readonly perSecond: number;
  readonly clock: Clock;
  /** Told, once a second has passed, how many lines of a key it left out. */
  readonly onLeftOut: (key: string, count: number) => void;
}

interface Window {
  readonly startedMs: number;
  written: number;
  leftOut: number;
}

/** Lets a number of lines per key through in each second, and counts the rest. */
export class LineLimit {
  readonly #options: LineLimitOptions;
  readonly #windows = new Map<string, Window>();

  constructor(options: LineLimitOptions) {
    this.#options = options;
  }

  /** Whether a line of this key may be written now. Keys must be few: they are kept. */
  admit(key: string): boolean {
    const window = this.#currentWindow(key);
    if (window.written < this.#options.perSecond) {
      window.written += 1;
      return true;
    }
    window.leftOut += 1;
    if (window.leftOut === 1) this.#tellLater(key, window);
    return false;
  }

  #currentWindow(key: string): Window {
    const nowMs = this.#options.clock.now();
    const window = this.#windows.get(key);
    if (window !== undefined && Math.abs(nowMs - window.startedMs) < 1000) return window;
    const fresh = { startedMs: nowMs, written: 0, leftOut: 0 };
    this.#windows.set(key, fresh);
    return fresh;
  }

  /** The window keeps counting until it ends, so the number is told then, by a timer. */
  #tellLater(key: string, window: Window): void {
    setTimeout(() => {
      this.#options.onLeftOut(key, window.leftOut);
    }, 1000).unref();
  }
}
