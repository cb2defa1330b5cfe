import type { RegistryProblem } from '../../../registry/problem.ts';
import { explainRedisError } from '../redis-error.ts';
import { changedNothing } from '../write-failure.ts';

/** Nothing was asked for but to read. */
export function explainReadFailure(error: unknown): RegistryProblem {
  const detail = explainRedisError(error);
  return { kind: 'unavailable', detail, ...(detail === outOfMemory && { isFull: true }) };
}

const outOfMemory = 'Redis answered OOM';

/** A write that was not answered, or broke off at an unknown place, may have been done. */
export function explainWriteFailure(error: unknown): RegistryProblem {
  if (changedNothing(error)) return explainReadFailure(error);
  return { kind: 'outcome_unknown', detail: explainRedisError(error) };
}
