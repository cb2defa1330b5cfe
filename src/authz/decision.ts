import type { Permit } from './permit.ts';
import type { AllowReason } from './reasons.ts';
import type { Refusal } from './refusal.ts';
import type { Trail } from './trail.ts';

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
