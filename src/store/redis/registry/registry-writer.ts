import type { Clock } from '../../../lib/clock.ts';
import { halt, pass, type Step } from '../../../lib/step.ts';
import type { Stamp } from '../../../registry/dossier.ts';
import type { AuditChange } from '../../../registry/entities.ts';
import type { Outcome, WriteContext, Written } from '../../../registry/ports.ts';
import { invalid, type RegistryProblem } from '../../../registry/problem.ts';
import { writeAtomically, type AtomicWrite, type AuditWrite } from '../atomic-write.ts';
import type { RedisClient } from '../client.ts';
import type { RedisKeys } from '../keys.ts';
import { DossierReader } from './dossier-reader.ts';
import { explainReadFailure, explainWriteFailure } from './explain-failure.ts';
import { Lanes } from './lanes.ts';
import { nameOperation, readMemory, writeMemory, type Operation } from './operation-memory.ts';
import type { PlannedChange } from './plan-save.ts';

/** What one write comes to. */
export interface Done<T> {
  readonly entity: T;
  readonly outcome: Written<T>['outcome'] | 'deleted';
}

type Ended<T> = Done<T> & { readonly repeated: boolean };

export interface AuditDraft extends AuditChange {
  /** What the same write does beside that. */
  readonly also?: readonly AuditChange[];
}

/** `change` is null where everything is so already. */
export interface Plan<T> extends Done<T> {
  readonly change: (PlannedChange & { readonly audit: AuditDraft }) | null;
}

/** Decides, from what it reads, what is to be written; asked again when that has changed. */
export type Planner<T> = (
  reader: DossierReader,
  stamp: Stamp,
) => Promise<Step<Plan<T>, RegistryProblem>>;

export interface RegistryWriterOptions {
  readonly client: RedisClient;
  readonly keys: RedisKeys;
  readonly clock: Clock;
  readonly newId: () => string;
  /** Entries of the audit trail that are kept, about. */
  readonly auditLength: number;
  /** Milliseconds that the result of an operation is known. */
  readonly operationLifeMs: number;
}

/** One write: its name, what was given (for telling repeats from other writes), and its plan. */
export interface WriteTask<T> {
  readonly action: string;
  readonly input: unknown;
  readonly context: WriteContext;
  readonly plan: Planner<T>;
  /** What it changes: writes of one process to the same thing wait for each other. */
  readonly lane?: string;
}

/** Each round of which is lost to somebody else who has written meanwhile. */
const maxRounds = 1000;

/** Carries out writes: plans, writes what was planned if nothing has changed meanwhile, or plans again. */
export class RegistryWriter {
  readonly #options: RegistryWriterOptions;
  readonly #lanes = new Lanes();

  constructor(options: RegistryWriterOptions) {
    this.#options = options;
  }

  /** As {@link run}, for what creates or changes. */
  async write<T>(task: WriteTask<T>): Outcome<Written<T>> {
    const done = await this.run(task);
    if (!done.ok) return done;
    const { entity, outcome, repeated } = done.value;
    return pass({ entity, outcome: outcome === 'deleted' ? 'updated' : outcome, repeated });
  }

  /** As {@link run}, for what deletes. */
  async remove<T>(task: WriteTask<T>): Outcome<T> {
    const done = await this.run(task);
    return done.ok ? pass(done.value.entity) : done;
  }

  async run<T>(task: WriteTask<T>): Outcome<Ended<T>> {
    const problem = checkContext(task.context);
    if (problem !== null) return halt(problem);
    const { lane } = task;
    return lane === undefined
      ? this.#carryOut(task)
      : this.#lanes.run(lane, () => this.#carryOut(task));
  }

  async #carryOut<T>(task: WriteTask<T>): Outcome<Ended<T>> {
    const { client, keys, clock, newId } = this.#options;
    const operation = nameOperation(task, keys);
    const reader = new DossierReader(client, keys);
    const stamp = { now: clock.now(), actor: task.context.actor, newId };
    try {
      for (let round = 0; round < maxRounds; round += 1) {
        const planned = await task.plan(reader, stamp);
        if (!planned.ok) return (await this.#recall<T>(operation)) ?? planned;
        const written = await this.#write(planned.value, reader, { task, operation, stamp });
        if (written !== null) return written;
      }
    } catch (error) {
      return halt(explainReadFailure(error));
    }
    return halt({ kind: 'unavailable', detail: 'the Consumer was changed again and again' });
  }

  /**
   * Null where something has changed meanwhile. What changes nothing is remembered as well: if it
   * came again later, it might be a change.
   */
  async #write<T>(
    plan: Plan<T>,
    reader: DossierReader,
    by: WrittenBy,
  ): Promise<Step<Ended<T>, RegistryProblem> | null> {
    const { change, entity, outcome } = plan;
    const done = { entity, outcome };
    if (change === null && by.operation === null) return pass({ ...done, repeated: false });
    let reply;
    try {
      reply = await writeAtomically(this.#options.client, {
        ...nothing,
        ...(change && this.#writeOf(change, by)),
        expected: reader.known,
        ...this.#memoryOf(by.operation, done),
      });
    } catch (error) {
      return halt(explainWriteFailure(error));
    }
    switch (reply.kind) {
      case 'done':
        return pass({ ...done, repeated: false });
      case 'repeated':
        return readMemory<Done<T>>(reply.value, by.operation);
      case 'occupied':
        return halt(reply.problem);
      case 'changed':
        for (const [key, value] of reply.values) reader.known.set(key, value);
        return null;
    }
  }

  #writeOf(
    { changes, members, unless, audit }: NonNullable<Plan<unknown>['change']>,
    by: WrittenBy,
  ): Omit<AtomicWrite, 'expected'> {
    return {
      changes,
      members,
      ...(unless !== undefined && { unless }),
      audit: this.#auditOf(audit, by.task.context, by.stamp),
    };
  }

  #auditOf(draft: AuditDraft, { actor, operationId }: WriteContext, { now }: Stamp): AuditWrite {
    const entry = JSON.stringify({ at: now, actor, operation: operationId, ...draft });
    return { key: this.#options.keys.audit, entry, maxLength: this.#options.auditLength };
  }

  #memoryOf(operation: Operation | null, done: object): Pick<AtomicWrite, 'operation'> {
    if (operation === null) return {};
    const value = writeMemory(operation, done);
    return {
      operation: { key: operation.key, value, ttlMs: this.#options.operationLifeMs },
    };
  }

  /** What came of the operation before; null = it was not done. */
  async #recall<T>(operation: Operation | null): Promise<Step<Ended<T>, RegistryProblem> | null> {
    if (operation === null) return null;
    const value = await this.#options.client.get(operation.key);
    return value === null ? null : readMemory<Done<T>>(value, operation);
  }
}

interface WrittenBy {
  readonly task: WriteTask<unknown>;
  readonly operation: Operation | null;
  readonly stamp: Stamp;
}

const nothing = { changes: new Map<string, null>(), members: [] };

function checkContext({ actor, operationId }: WriteContext): RegistryProblem | null {
  if (!/^[\x21-\x7e]{1,128}$/.test(operationId)) {
    return invalid({ operation_id: 'expected 1 to 128 visible ASCII characters' });
  }
  return actor.length > 256 ? invalid({ actor: 'length must be at most 256' }) : null;
}
