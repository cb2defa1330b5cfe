import type { RegistryProblem } from '../../registry/problem.ts';
import type { RedisClient } from './client.ts';
import { ScriptFailure } from './write-failure.ts';
import { writeIfUnchanged } from './write-script.ts';

/** One id that joins or leaves a set. */
export interface MemberChange {
  readonly key: string;
  readonly member: string;
  readonly change: 'add' | 'remove';
  /** `sorted`: all scores are 0, so that the members lie in the order of their bytes. */
  readonly type: 'plain' | 'sorted';
}

/** An entry of the audit trail, of which about `maxLength` are kept. */
export interface AuditWrite {
  readonly key: string;
  readonly entry: string;
  readonly maxLength: number;
}

/** One change of the store, at once or not at all. */
export interface AtomicWrite {
  /** What was looked at: the write holds only while it is so. `null` = nothing there. */
  readonly expected: ReadonlyMap<string, string | null>;
  /** Sorted sets that must have no members, and what it means if one has. */
  readonly unless?: { readonly occupied: readonly string[]; readonly problem: RegistryProblem };
  /** New values of keys that `expected` has, in the order of writing; `null` = to be removed. */
  readonly changes: ReadonlyMap<string, string | null>;
  readonly members: readonly MemberChange[];
  readonly audit?: AuditWrite;
  /** What to answer when the same operation comes again. */
  readonly operation?: { readonly key: string; readonly value: string; readonly ttlMs: number };
}

export type WriteReply =
  | { readonly kind: 'done' }
  /** Something differs, and nothing was written; the present values of all that was expected. */
  | { readonly kind: 'changed'; readonly values: ReadonlyMap<string, string | null> }
  /** A set that must be empty is not, and nothing was written. */
  | { readonly kind: 'occupied'; readonly problem: RegistryProblem }
  /** The operation was done before, with this value. */
  | { readonly kind: 'repeated'; readonly value: string };

const commands = {
  plain: { add: ['SADD', 'SISMEMBER'], remove: ['SREM', 'SISMEMBER'] },
  sorted: { add: ['ZADD', 'ZSCORE'], remove: ['ZREM', 'ZSCORE'] },
} as const;

/** Rejects when Redis cannot do it, or does not say that it did; see `changedNothing`. */
export async function writeAtomically(
  client: RedisClient,
  { expected, unless, changes, members, audit, operation }: AtomicWrite,
): Promise<WriteReply> {
  const empty = unless?.occupied ?? [];
  const changed = [...changes].filter(([key, value]) => expected.get(key) !== value);
  const changedKeys = new Set(changed.map(([key]) => key));
  const watched = [...expected.keys()].filter((key) => !changedKeys.has(key));
  watched.push(...changedKeys);
  const keys = [...watched, ...empty, ...members.map(({ key }) => key)];
  if (audit !== undefined) keys.push(audit.key);
  if (operation !== undefined) keys.push(operation.key);
  const reply = await writeIfUnchanged(client, keys, [
    ...[watched, changed, empty, members].map(({ length }) => String(length)),
    ...watched.map((key) => expected.get(key) ?? ''),
    ...changed.map(([, value]) => value ?? ''),
    ...members.flatMap(({ type, change, member }) => [...commands[type][change], member]),
    ...(audit === undefined ? ['', ''] : [audit.entry, String(audit.maxLength)]),
    ...(operation === undefined ? ['', ''] : [operation.value, String(operation.ttlMs)]),
  ]);
  return readReply(reply, watched, unless?.problem);
}

function readReply(
  reply: unknown,
  watched: readonly string[],
  problem: RegistryProblem | undefined,
): WriteReply {
  const [kind, content, text] = Array.isArray(reply) ? (reply as readonly unknown[]) : [];
  switch (kind) {
    case 'done':
      return { kind };
    case 'occupied':
      if (problem === undefined) break;
      return { kind, problem };
    case 'repeated':
      return { kind, value: String(content) };
    case 'changed':
      return { kind, values: readValues(content, watched) };
    case 'failed':
      throw new ScriptFailure(String(text), content !== 'before');
  }
  throw new Error('an unknown reply');
}

function readValues(
  values: unknown,
  watched: readonly string[],
): ReadonlyMap<string, string | null> {
  const present = values as readonly (string | null)[];
  return new Map(watched.map((key, index) => [key, present[index] ?? null]));
}
