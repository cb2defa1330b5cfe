import type { WriteContext } from '../../registry/ports.ts';
import type { RegistryProblem } from '../../registry/problem.ts';
import { notFound, refusal, type Answer } from './answer.ts';
import { explainConflict, isConflict } from './explain-conflict.ts';
import { invalidOption, schemaViolation } from './violations.ts';

export interface ProblemContext {
  /** Values that the caller sent, for the field that is taken. */
  readonly sent?: Readonly<Record<string, unknown>>;
  readonly write?: WriteContext;
}

const readOnly =
  'Consumers come from a file (store.file), which this API does not change: edit the file, or configure store.redis';

const unavailable = retriable(refusal(503, 'The store cannot be reached; nothing was changed'));

const full: Answer = {
  status: 503,
  body: {
    message:
      'The store is full; nothing was changed: give Redis more memory, or delete what is not needed',
    name: 'store_full',
  },
};

/** What the registry did not do, as Kong would say it. `detail` stays in the log. */
export function explainProblem(problem: RegistryProblem, context?: ProblemContext): Answer {
  if (isConflict(problem)) return explainConflict(problem, context?.sent);
  switch (problem.kind) {
    case 'not_found':
      return notFound;
    case 'version_mismatch':
      return explainMismatch(problem.current);
    case 'invalid':
      return explainInvalid(problem.fields);
    case 'outcome_unknown':
      return { ...explainUnknown(context), detail: problem.detail };
    case 'unavailable':
      return { ...(problem.isFull === true ? full : unavailable), detail: problem.detail };
    case 'read_only':
      return refusal(405, readOnly);
  }
}

function explainMismatch(current: string | null): Answer {
  const answer = refusal(412, 'If-Match does not fit: somebody else has changed this');
  return current === null ? answer : { ...answer, headers: { etag: `"${current}"` } };
}

function explainInvalid(fields: Readonly<Record<string, string>>): Answer {
  const { offset, '@entity': whole, ...others } = fields;
  if (offset !== undefined) return invalidOption('offset', offset);
  return schemaViolation(whole === undefined ? others : { ...others, '@entity': [whole] });
}

function explainUnknown({ write }: ProblemContext = {}): Answer {
  const what =
    write?.repeatable === true
      ? 'send the same request again with this Idempotency-Key'
      : 'look for its operation_id in /audit, or send it again: what is done is not done twice';
  const message = `The store did not say whether this was done: ${what}`;
  const body = { message, name: 'outcome_unknown', operation_id: write?.operationId };
  return retriable({ status: 503, body });
}

function retriable(answer: Answer): Answer {
  return { ...answer, headers: { 'retry-after': '1' } };
}
