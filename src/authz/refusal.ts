import type { DenyReason, Outage } from './reasons.ts';

export type HeaderLine = readonly [name: string, value: string];

/** Policy says no. `detail` is for the operator's log and holds no token, secret or claim value. */
export interface Deny {
  readonly kind: 'deny';
  readonly reason: DenyReason;
  readonly detail?: string;
  /** Goes with the answer: a cookie that is cleared, a nonce to be used. */
  readonly headers?: readonly HeaderLine[];
}

/** No verdict: what a verdict needs could not be had. Never to be taken for {@link Deny}. */
export interface Unavailable {
  readonly kind: 'unavailable';
  readonly reason: Outage;
  readonly detail?: string;
}

/** What a step may stop with. */
export type Refusal = Deny | Unavailable;

/** `headers` go with the answer. */
export function deny(reason: DenyReason, detail?: string, headers?: readonly HeaderLine[]): Deny {
  return {
    kind: 'deny',
    reason,
    ...(detail === undefined ? {} : { detail }),
    ...(headers === undefined ? {} : { headers }),
  };
}

export function unavailable(reason: Outage, detail?: string): Unavailable {
  return detail === undefined
    ? { kind: 'unavailable', reason }
    : { kind: 'unavailable', reason, detail };
}
