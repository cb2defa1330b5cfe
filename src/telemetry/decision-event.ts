import type { Decision } from '../authz/decision.ts';

/** One Check, as it ended. */
export interface DecisionEvent {
  readonly decision: Decision;
  /** Safe to be shown, or null. */
  readonly requestId: string | null;
  readonly httpStatus: number;
  readonly durationMs: number;
  /** The caller left before there was an answer. */
  readonly callerGone: boolean;
  /** What was thrown, where a fault made the decision. */
  readonly error?: unknown;
}
