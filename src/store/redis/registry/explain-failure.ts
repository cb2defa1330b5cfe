import type { RegistryProblem } from '../../../registry/problem.ts';
import { explainRedisError } from '../redis-error.ts';
import { changedNothing } from '../write-failure.ts';

/** Nothing was asked for but to read. */
export function explainReadFailure(error: unknown): RegistryProblem {
  return { kind: 'unavailable', detail: explainRedisError(error) };
}

/** A write that was not answered, or broke off at an unknown place, may have been done. */
export function explainWriteFailure(error: unknown): RegistryProblem {
  if (changedNothing(error)) return explainReadFailure(error);
  return { kind: 'outcome_unknown', detail: explainRedisError(error) };
}
