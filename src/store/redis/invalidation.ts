import type { Clock } from '../../lib/clock.ts';
import { backoffMs } from './client.ts';
import type { ChannelState } from './consumer-cache.ts';
import { pause } from './pause.ts';
import { explainRedisError, isTimeout } from './redis-error.ts';
import type { TrackingPair } from './tracking-pair.ts';

export interface InvalidationOptions {
  readonly open: () => Promise<TrackingPair>;
  /** A channel has just come up: whatever was learnt before is to be forgotten. */
  readonly onUp: () => void;
  readonly onDown: (reason: string) => void;
  readonly maxStalenessMs: number;
  readonly clock: Clock;
}

/** A fourth of the staleness bound: three lost heartbeats in a row still leave time to hear. */
const heartbeatsPerBound = 4;

/** Keeps one {@link TrackingPair} open until it is stopped. */
export class InvalidationChannel implements ChannelState {
  readonly #options: InvalidationOptions;
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #giveUp: (reason: string) => void = () => undefined;
  #lastHeartbeatOk = -Infinity;
  #up = false;

  constructor(options: InvalidationOptions) {
    this.#options = options;
  }

  get up(): boolean {
    return this.#up;
  }

  get lastHeartbeatOk(): number {
    return this.#lastHeartbeatOk;
  }

  start(): void {
    this.#running = this.#keepOpen();
  }

  /** Gives up the present pair and opens another one. */
  restart(reason: string): void {
    this.#giveUp(reason);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#giveUp('stopped');
    await this.#running;
  }

  async #keepOpen(): Promise<void> {
    const { signal } = this.#stopping;
    let failures = 0;
    while (!signal.aborted) {
      const opened = await this.#runOnce(signal);
      failures = opened ? 0 : failures + 1;
      await pause(backoffMs(failures), signal);
    }
  }

  /** One pair from opening to its end; false if it could not be opened. */
  async #runOnce(signal: AbortSignal): Promise<boolean> {
    const openedAt = this.#options.clock.now();
    try {
      const pair = await this.#options.open();
      const over = new AbortController();
      const ended = this.#whenEnded(pair, over.signal);
      this.#lastHeartbeatOk = openedAt;
      this.#up = true;
      this.#options.onUp();
      if (signal.aborted) this.#giveUp('stopped');
      const reason = await ended;
      over.abort();
      pair.close();
      this.#up = false;
      if (!signal.aborted) this.#options.onDown(reason);
      return true;
    } catch (error) {
      this.#options.onDown(explainRedisError(error));
      return false;
    }
  }

  async #whenEnded(pair: TrackingPair, over: AbortSignal): Promise<string> {
    const given = new Promise<string>((resolve) => {
      this.#giveUp = resolve;
    });
    return Promise.race([pair.lost, given, this.#beat(pair, over)]);
  }

  /** Ends with the reason why the pair is of no use any more. */
  async #beat(pair: TrackingPair, over: AbortSignal): Promise<string> {
    const { clock, maxStalenessMs } = this.#options;
    while (!over.aborted) {
      await pause(maxStalenessMs / heartbeatsPerBound, over);
      const sentAt = clock.now();
      try {
        await pair.heartbeat();
        this.#lastHeartbeatOk = Math.max(this.#lastHeartbeatOk, sentAt);
      } catch (error) {
        const silent = clock.now() - this.#lastHeartbeatOk > maxStalenessMs;
        // One late reply proves nothing: what it would have told still comes before it.
        if (silent || !isTimeout(error)) return explainRedisError(error);
      }
    }
    return 'stopped';
  }
}
