import {
  CircuitState,
  CountBreaker,
  circuitBreaker,
  handleWhenResult,
  isBrokenCircuitError,
  type CircuitBreakerPolicy,
} from 'cockatiel';
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

/** Keeps calls from a provider that fails: opens at 10 calls half of them failed, tries again after 1 s. */
export class CircuitBreaker {
  readonly #policy: CircuitBreakerPolicy;

  constructor(onChange: (state: CircuitStateName) => void) {
    this.#policy = circuitBreaker(
      handleWhenResult((result) => troubles.has((result as CallResult).outcome)),
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
      onChange(stateNames[state]);
    });
  }

  get state(): CircuitStateName {
    return stateNames[this.#policy.state];
  }

  /**
   * Makes the call; null when the circuit is open. With `counts` false the call cannot open the
   * circuit: made-up tokens that drive a provider into its rate limit must not shut out the others.
   */
  async run<T extends CallResult>(counts: boolean, call: () => Promise<T>): Promise<T | null> {
    const { state } = this.#policy;
    if (state === CircuitState.HalfOpen) return null;
    if (state === CircuitState.Closed && !counts) return call();
    try {
      return await this.#policy.execute(call);
    } catch (error) {
      if (isBrokenCircuitError(error)) return null;
      throw error;
    }
  }
}
