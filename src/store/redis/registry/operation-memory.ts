import { hash } from 'node:crypto';
import { halt, pass, type Step } from '../../../lib/step.ts';
import type { WriteContext } from '../../../registry/ports.ts';
import { invalid, type RegistryProblem } from '../../../registry/problem.ts';
import type { RedisKeys } from '../keys.ts';

/** A write that may come again, under the name that its caller gave it. */
export interface Operation {
  readonly key: string;
  /** Hash of what it was asked to do. */
  readonly print: string;
}

/** Null where nobody can repeat it. */
export function nameOperation(
  task: { readonly action: string; readonly input: unknown; readonly context: WriteContext },
  keys: RedisKeys,
): Operation | null {
  const { actor, operationId, repeatable = true, ifMatch } = task.context;
  if (!repeatable) return null;
  const id = hash('sha256', JSON.stringify([actor, operationId]));
  const print = hash('sha256', JSON.stringify([task.action, task.input, ifMatch ?? null]));
  return { key: keys.operation(id), print };
}

export function writeMemory({ print }: Operation, done: object): string {
  return JSON.stringify({ print, done });
}

/** What came of it the first time; `invalid` where that was another request. */
export function readMemory<T extends object>(
  text: string,
  operation: Operation | null,
): Step<T & { readonly repeated: true }, RegistryProblem> {
  // Only the writer writes there, and the print says that it was the same kind of write.
  const { print, done } = JSON.parse(text) as { print: string; done: T };
  return print === operation?.print
    ? pass({ ...done, repeated: true })
    : halt(invalid({ operation_id: 'was used for another request' }));
}
