import type { Policy } from './policy.ts';
import type { AuthzRequest } from './request.ts';
import type { Trail } from './trail.ts';

/** One Check under way, from when its policy is known. */
export interface CheckContext {
  readonly request: AuthzRequest;
  readonly policy: Policy;
  readonly trail: Trail;
  /** Aborts when the answer has to leave. */
  readonly signal: AbortSignal;
}
