import { untilAborted } from '../../lib/until-aborted.ts';
import { pause } from './pause.ts';
import { isTimeout } from './redis-error.ts';

export interface HealthProbeOptions {
  /** One cheap command on the connection that look-ups use. */
  readonly ask: () => Promise<unknown>;
  /** Says what is wrong, for the log. */
  readonly explain: (error: unknown) => string;
  readonly intervalMs: number;
  readonly onChange: (event: { up: boolean; reason?: string }) => void;
}

/** One late reply may be a pause of either side; the second in a row is not. */
const latesAllowed = 1;

const firstTriesMs = 50;

/** Whether the server answers, known without a request having to find out. */
export class HealthProbe {
  readonly #options: HealthProbeOptions;
  readonly #stopping = new AbortController();
  readonly #answered = Promise.withResolvers<undefined>();
  #running: Promise<void> = Promise.resolve();
  #everUp = false;
  #up = false;
  #reason = 'not reached yet';
  #lates = 0;

  constructor(options: HealthProbeOptions) {
    this.#options = options;
  }

  get up(): boolean {
    return this.#up;
  }

  /** What was wrong last. */
  get reason(): string {
    return this.#reason;
  }

  start(): void {
    this.#running = this.#keepAsking();
  }

  /** Resolves at the first answer; rejects with the signal's reason if it aborts before. */
  async firstAnswer(signal: AbortSignal): Promise<void> {
    await untilAborted(this.#answered.promise, signal, () => undefined);
    if (!this.#everUp) signal.throwIfAborted();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #keepAsking(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      await this.#askOnce();
      await pause(this.#everUp ? this.#options.intervalMs : firstTriesMs, this.#stopping.signal);
    }
  }

  async #askOnce(): Promise<void> {
    try {
      await this.#options.ask();
      this.#lates = 0;
      if (!this.#up) this.#options.onChange({ up: true });
      this.#up = true;
      this.#everUp = true;
      this.#answered.resolve(undefined);
    } catch (error) {
      this.#lates = isTimeout(error) ? this.#lates + 1 : 0;
      this.#reason = this.#options.explain(error);
      const excused = this.#lates > 0 && this.#lates <= latesAllowed;
      if (!this.#up || excused || this.#stopping.signal.aborted) return;
      this.#up = false;
      this.#options.onChange({ up: false, reason: this.#reason });
    }
  }
}
