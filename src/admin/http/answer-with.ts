import type { Step } from '../../lib/step.ts';
import type { EntityFacts } from '../../registry/entities.ts';
import type { Written } from '../../registry/ports.ts';
import type { RegistryProblem } from '../../registry/problem.ts';
import { noContent, type Answer } from './answer.ts';
import { explainProblem } from './explain-problem.ts';
import type { Call } from './route.ts';

/** The entity as its body, with its `ETag`. */
export function answerEntity<T extends EntityFacts>(
  result: Step<T, RegistryProblem>,
  write: (entity: T) => object,
): Answer {
  return result.ok ? writeEntity(200, result.value, write) : explainProblem(result.stop);
}

/** What came of a write: 201 where `created` may be said, else 200. */
export function answerWritten<T extends EntityFacts>(
  result: Step<Written<T>, RegistryProblem>,
  call: Call,
  write: (entity: T) => object,
): Answer {
  if (!result.ok) return explainWrite(result.stop, call);
  const { entity, outcome } = result.value;
  const isCreation = call.method === 'POST' && outcome === 'created';
  return writeEntity(isCreation ? 201 : 200, entity, write);
}

/** What was to be deleted is not there: that is what was wanted, unless `If-Match` wants it there. */
export function answerGone({ write }: Call): Answer {
  if (write.ifMatch === undefined) return noContent;
  return explainProblem({ kind: 'version_mismatch', current: null });
}

/** Why a write was not done. */
export function explainWrite(problem: RegistryProblem, { body, write }: Call): Answer {
  const sent = typeof body === 'object' && body !== null ? body : {};
  return explainProblem(problem, { sent: { ...sent }, write });
}

function writeEntity<T extends EntityFacts>(
  status: number,
  entity: T,
  write: (entity: T) => object,
): Answer {
  return { status, body: write(entity), headers: { etag: `"${entity.etag}"` } };
}
