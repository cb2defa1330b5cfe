import { readRetryAfter, waitAfter } from './retry-plan.ts';
import type { SendResult } from './sender.ts';

/** What becomes of a delivery after an attempt. */
export type Verdict =
  | { readonly kind: 'delivered' }
  | {
      readonly kind: 'failed';
      readonly problem: string;
      readonly nextAt: number;
      /** Until then the endpoint wants nothing at all; null = it did not say. */
      readonly holdUntil: number | null;
    }
  | { readonly kind: 'dead'; readonly problem: string };

export interface Attempted {
  /** Attempts that had failed before. */
  readonly failures: number;
  /** Attempts in all. */
  readonly attempts: number;
  readonly now: number;
  readonly random: () => number;
}

const busy: ReadonlySet<number> = new Set([429, 503]);

/**
 * 2xx is delivered. 410 ends a delivery, but not the endpoint: whoever wants it to end takes it out of
 * the configuration. All else, redirects too, is tried again as long as there are attempts.
 */
export function judgeAnswer(result: SendResult, attempted: Attempted): Verdict {
  if (result.kind === 'fault') return judgeFailure(result.problem, null, attempted);
  const { status, retryAfter } = result;
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  const problem = `HTTP ${String(status)}`;
  if (status === 410) return { kind: 'dead', problem };
  const asked = busy.has(status) ? readRetryAfter(retryAfter, attempted.now) : null;
  return judgeFailure(problem, asked, attempted);
}

/** `asked`: milliseconds that the endpoint wants to be left alone; null = it did not say. */
function judgeFailure(
  problem: string,
  asked: number | null,
  { failures, attempts, now, random }: Attempted,
): Verdict {
  const failed = failures + 1;
  if (failed >= attempts) return { kind: 'dead', problem };
  return {
    kind: 'failed',
    problem,
    nextAt: now + Math.max(waitAfter(failed, random), asked ?? 0),
    holdUntil: asked === null ? null : now + asked,
  };
}
