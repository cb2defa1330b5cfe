import type { RegistryProblem } from '../../../registry/problem.ts';
import { explainRedisError } from '../redis-error.ts';

/** Nothing was asked for, or Redis said that it did not do it. */
export function explainReadFailure(error: unknown): RegistryProblem {
  return { kind: 'unavailable', detail: explainRedisError(error) };
}

/** A write that was sent and not answered may have been done. */
export function explainWriteFailure(error: unknown): RegistryProblem {
  const answered = error instanceof Error && error.name === 'ReplyError';
  if (answered || wasNotSent(error)) return explainReadFailure(error);
  return { kind: 'outcome_unknown', detail: explainRedisError(error) };
}

/** The library's words for a command that found no connection and was not to wait for one. */
function wasNotSent(error: unknown): boolean {
  return error instanceof Error && error.message.includes('enableOfflineQueue options is false');
}
