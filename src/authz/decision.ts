import type { DenyReason, AllowReason, Outage } from './reasons.ts';
import type { Permit } from './permit.ts';
import type { Trail } from './trail.ts';

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

/** What a step may stop the path with. */
export type Refusal = Deny | Unavailable;

/** The request passes, upstream headers changed as said. Built by `decide` alone, from a permit. */
export interface Allow {
  readonly kind: 'allow';
  readonly reason: AllowReason;
  readonly permit: Permit;
  readonly headers: HeaderChanges;
}

/** Headers of the request to the upstream; a name is in `set` or in `remove`, never in both. */
export interface HeaderChanges {
  readonly set: readonly (readonly [name: string, value: string])[];
  readonly remove: readonly string[];
}

/** The words of a refusal, ready for the wire. */
export interface Answered {
  readonly message: string;
  /** Values of `WWW-Authenticate`, one header each. */
  readonly challenges: readonly string[];
  /** Whether the client may see the reason (`expose_reason`). */
  readonly exposeReason: boolean;
}

/** How a Check ends, with what was learnt on the way. */
export type Decision = (Allow | (Refusal & Answered)) & { readonly trail: Trail };

export function deny(reason: DenyReason, detail?: string): Deny {
  return detail === undefined ? { kind: 'deny', reason } : { kind: 'deny', reason, detail };
}

export function unavailable(reason: Outage, detail?: string): Unavailable {
  return detail === undefined
    ? { kind: 'unavailable', reason }
    : { kind: 'unavailable', reason, detail };
}
