import {
  CircuitState,
  CountBreaker,
  circuitBreaker,
  handleWhenResult,
  isBrokenCircuitError,
  type CircuitBreakerPolicy,
} from 'cockatiel';
import type { Clock } from '../lib/clock.ts';
import type { CallOutcome } from './report.ts';

const minCalls = 10;
/** Calls that are looked back on. */
const window = 20;
/** The library opens above its threshold, the rule is at half. */
const justBelowHalf = 0.5 - Number.EPSILON;
const halfOpenAfterMs = 1000;

/** Outcomes that say that the provider is in trouble, and not only this call. */
const troubles: ReadonlySet<CallOutcome> = new Set([
  'connection',
  'timeout',
  'http_429',
  'http_5xx',
]);

export function isTrouble(outcome: CallOutcome): boolean {
  return troubles.has(outcome);
}

export interface CallResult {
  readonly outcome: CallOutcome;
}

export type CircuitStateName = 'closed' | 'half_open' | 'open';

const stateNames: Readonly<Record<CircuitState, CircuitStateName>> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.HalfOpen]: 'half_open',
  [CircuitState.Open]: 'open',
  [CircuitState.Isolated]: 'open',
};

/**
 * Keeps calls from a provider that fails: opens at 10 calls half of them failed, tries again after
 * 1 s. Only calls that count can open it or keep it open; any call that is answered can close it.
 */
export class CircuitBreaker {
  readonly #policy: CircuitBreakerPolicy;
  readonly #clock: Clock;
  /** Epoch milliseconds. */
  #opened = 0;
  #scouting = false;

  constructor(clock: Clock, onChange: (state: CircuitStateName) => void) {
    this.#clock = clock;
    this.#policy = circuitBreaker(
      handleWhenResult((result) => isTrouble((result as CallResult).outcome)),
      {
        halfOpenAfter: halfOpenAfterMs,
        breaker: new CountBreaker({
          threshold: justBelowHalf,
          size: window,
          minimumNumberOfCalls: minCalls,
        }),
      },
    );
    this.#policy.onStateChange((state) => {
      if (state === CircuitState.Open) this.#opened = clock.now();
      onChange(stateNames[state]);
    });
  }

  get state(): CircuitStateName {
    return stateNames[this.#policy.state];
  }

  /**
   * Makes the call; null when the circuit is open. With `counts` false a failure of the call says
   * nothing: made-up tokens that a provider stumbles over must not shut out the others.
   */
  async run<T extends CallResult>(counts: boolean, call: () => Promise<T>): Promise<T | null> {
    const { state } = this.#policy;
    if (state === CircuitState.HalfOpen) return null;
    if (counts) return this.#count(call);
    return state === CircuitState.Closed ? call() : this.#scout(call);
  }

  async #count<T extends CallResult>(call: () => Promise<T>): Promise<T | null> {
    try {
      return await this.#policy.execute(call);
    } catch (error) {
      if (isBrokenCircuitError(error)) return null;
      throw error;
    }
  }

  /**
   * A call that does not count, while the circuit is open: one at a time, beside the try that it
   * must not use up. Without it a circuit that nobody else calls through would stay open.
   */
  async #scout<T extends CallResult>(call: () => Promise<T>): Promise<T | null> {
    if (this.#scouting || this.#clock.now() - this.#opened < halfOpenAfterMs) return null;
    this.#scouting = true;
    try {
      const result = await call();
      const answered = !isTrouble(result.outcome);
      // The answer that is there already serves as the try.
      if (answered && this.state === 'open') await this.#count(() => Promise.resolve(result));
      return result;
    } finally {
      this.#scouting = false;
    }
  }
}
