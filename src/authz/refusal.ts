import type { DenyReason, Outage } from './reasons.ts';

/** Policy says no. `detail` is for the operator's log and holds no token, secret or claim value. */
export interface Deny {
  readonly kind: 'deny';
  readonly reason: DenyReason;
  readonly detail?: string;
}

/** No verdict: what a verdict needs could not be had. Never to be taken for {@link Deny}. */
export interface Unavailable {
  readonly kind: 'unavailable';
  readonly reason: Outage;
  readonly detail?: string;
}

/** What a step may stop with. */
export type Refusal = Deny | Unavailable;

export function deny(reason: DenyReason, detail?: string): Deny {
  return detail === undefined ? { kind: 'deny', reason } : { kind: 'deny', reason, detail };
}

export function unavailable(reason: Outage, detail?: string): Unavailable {
  return detail === undefined
    ? { kind: 'unavailable', reason }
    : { kind: 'unavailable', reason, detail };
}
