import type { Unavailable } from '../../authz/refusal.ts';
import type { MaybePromise, Step } from '../../lib/step.ts';

/** Port: what has been used once. */
export interface ReplayStore {
  /**
   * Uses `key` up for `ttlMs` at least; of several callers at once only one is told `fresh`. A store
   * that cannot be asked, or cannot remember any more, is {@link Unavailable}. `owner`: whose key it
   * is; a store with little room may give nobody all of it.
   */
  use(
    key: string,
    ttlMs: number,
    signal: AbortSignal,
    owner: string,
  ): MaybePromise<Step<'fresh' | 'used', Unavailable>>;
  /** Whether `key` was used up, with nothing changed by the question. */
  look(key: string, signal: AbortSignal): MaybePromise<Step<'fresh' | 'used', Unavailable>>;
}
