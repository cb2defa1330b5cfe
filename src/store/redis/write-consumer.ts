import { randomUUID } from 'node:crypto';
import type { ConsumerAttribute } from '../../authz/consumer.ts';
import { systemClock } from '../../lib/clock.ts';
import { halt, pass, type Step } from '../../lib/step.ts';
import type { ConsumerEntry } from '../consumer-document.ts';
import { applyWrite, type ApplyWriteOptions } from './apply-write.ts';
import type { ConsumerRef } from './keys.ts';
import { keysOf, planDelete } from './plan-change.ts';
import { planWrite } from './plan-write.ts';

/** Why a Consumer was not written: another one has what must be unique. */
export interface WriteConflict {
  readonly attribute: ConsumerAttribute;
  readonly problem: string;
}

export interface WrittenConsumer {
  readonly outcome: 'created' | 'updated' | 'unchanged';
  /** Where the record was before, if it has moved. */
  readonly movedFrom: ConsumerRef | null;
}

/**
 * Creates or replaces a Consumer with its indexes, at once or not at all. One that is already as
 * declared is not touched. Rejects when Redis cannot do it.
 */
export async function writeConsumer(
  entry: ConsumerEntry,
  options: ApplyWriteOptions,
): Promise<Step<WrittenConsumer, WriteConflict>> {
  const { keys } = options;
  const stamp = { now: systemClock.now(), actor: 'import', newId: randomUUID };
  const guess = keysOf(entry, keys, stamp);
  const done = await applyWrite((known) => planWrite(entry, known, keys, stamp), guess, options);
  if (done.kind === 'refused') return halt(done);
  const outcome = done.outcome === 'deleted' ? 'updated' : done.outcome;
  return pass({ outcome, movedFrom: done.movedFrom });
}

/** Removes the Consumer at `ref` with its indexes. Rejects when Redis cannot do it. */
export async function deleteConsumer(ref: ConsumerRef, options: ApplyWriteOptions): Promise<void> {
  await applyWrite((known) => planDelete(ref, known, options.keys), [], options);
}
