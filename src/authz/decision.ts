import type { Permit } from './permit.ts';
import type { AllowReason, AnswerReason } from './reasons.ts';
import type { HeaderLine, Refusal } from './refusal.ts';
import type { Trail } from './trail.ts';

/** The request passes, upstream headers changed as said. Built by `decide` alone, from a permit. */
export interface Allow {
  readonly kind: 'allow';
  readonly reason: AllowReason;
  readonly permit: Permit;
  readonly headers: HeaderChanges;
  /** The same `headers` object comes again where the whole answer is the same, metadata included. */
  readonly repeats: boolean;
  /** Added to what the client receives; an upstream's header of that name stays. */
  readonly responseHeaders: readonly HeaderLine[];
}

/** Changes of the request to the upstream; a header is in `set` or in `remove`, never in both. */
export interface HeaderChanges {
  readonly set: readonly HeaderLine[];
  readonly remove: readonly string[];
  /** Query arguments that are taken away, by their undecoded names. */
  readonly removeQuery: readonly string[];
}

/** Postern itself replies, and the request goes no further. */
export interface Answer {
  readonly kind: 'answer';
  readonly reason: AnswerReason;
  readonly status: 200 | 204 | 303;
  readonly headers: readonly HeaderLine[];
  readonly body: string;
}

/** The words of a refusal, ready for the wire. */
export interface Answered {
  readonly message: string;
  /** Values of `WWW-Authenticate`, one header each. */
  readonly challenges: readonly string[];
  /** More headers of the answer. */
  readonly answerHeaders: readonly HeaderLine[];
  /** Whether the client may see the reason (`expose_reason`). */
  readonly exposeReason: boolean;
}

/** How a Check ends, with what was learnt on the way. */
export type Decision = (Allow | Answer | (Refusal & Answered)) & { readonly trail: Trail };
