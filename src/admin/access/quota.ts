import { halt, pass, type Step } from '../../lib/step.ts';
import type { Answer } from '../http/answer.ts';
import { schemaViolation } from '../http/violations.ts';
import type { Actor } from './roles.ts';

/** What one token of the role `requester` may come to have, so that it cannot fill the store. */
export const quota = { applications: 100, requested: 100, tags: 10, tagLength: 64 } as const;

/** Fields that a requester does not fill as others do. */
export interface Asked {
  readonly id?: string | undefined;
  readonly tags?: readonly string[] | null | undefined;
}

/** Keeps a requester to few and short tags, and to ids of the store's choice, which tell nothing. */
export function checkAsked({ role }: Actor, { id, tags }: Asked): Step<null, Answer> {
  if (role !== 'requester') return pass(null);
  if (id !== undefined) return halt(schemaViolation({ id: 'not for the role requester' }));
  const { tags: most, tagLength } = quota;
  const given = tags ?? [];
  if (given.length <= most && given.every(({ length }) => length <= tagLength)) return pass(null);
  const expected = `expected at most ${String(most)} tags of at most ${String(tagLength)} characters`;
  return halt(schemaViolation({ tags: expected }));
}
