import type { RedisClient } from '../client.ts';
import type { RedisKeys } from '../keys.ts';
import { decodeRevision, type Revision } from './revision.ts';

/** Writes of which the log still tells; who has missed more reads everything. */
const kept = 4096;
/** Members of one command. */
const chunk = 1000;
const digits = 15;

/** One write of the list: a member of a sorted set, in the order of their numbers. */
export interface LoggedWrite {
  readonly revision: Revision;
  /** Name of the revision that it came after. */
  readonly previous: string;
  /** Of the revocation. */
  readonly id: string;
}

export function encodeLogged({ revision, previous, id }: LoggedWrite): string {
  return `${place(revision.number)} ${revision.name} ${previous} ${id}`;
}

function decodeLogged(member: string): LoggedWrite | null {
  const parts = /^(\d{15}) ([\w-]+) ([\w-]*) ([\w-]+)$/.exec(member);
  if (parts === null) return null;
  const [, number, name = '', previous = '', id = ''] = parts;
  return { revision: { number: Number(number), name }, previous, id };
}

/** Where to look for what lies between two revisions; null where the log cannot tell. */
export function rangeOf(from: Revision, to: Revision): readonly [string, string] | null {
  const missed = to.number - from.number;
  if (missed < 1 || missed > kept) return null;
  return [`[${place(from.number + 1)}`, `(${place(to.number + 1)}`];
}

/**
 * Ids of what was written between two revisions; null where one is missing. Each has to name the one
 * before: after a failover a number may come again, for another write.
 */
export function followLog(
  members: readonly string[],
  from: Revision,
  to: Revision,
): readonly string[] | null {
  const ids = new Set<string>();
  let at: Revision = from;
  let names = new Set([from.name]);
  let next = new Set<string>();
  for (const member of members) {
    const write = decodeLogged(member);
    if (write === null) return null;
    const { revision, previous, id } = write;
    // Several may be written at once, under one number.
    if (revision.number !== at.number) {
      if (at !== from) names = next;
      if (revision.number !== at.number + 1) return null;
      [at, next] = [revision, new Set()];
    }
    if (!names.has(previous)) return null;
    next.add(revision.name);
    ids.add(id);
  }
  return at.number === to.number && next.has(to.name) ? [...ids] : null;
}

/** Removes what nobody needs any more. Rejects when Redis cannot. */
export async function trimLog(client: RedisClient, keys: RedisKeys): Promise<void> {
  const text = await client.get(keys.revocationRevision);
  const last = text === null ? null : decodeRevision(text);
  if (last === null || last.number <= kept) return;
  const end = `(${place(last.number - kept + 1)}`;
  for (;;) {
    const old = await client.zrangebylex(keys.revocationLog, '-', end, 'LIMIT', 0, chunk);
    if (old.length > 0) await client.zrem(keys.revocationLog, ...old);
    if (old.length < chunk) return;
  }
}

function place(number: number): string {
  return String(number).padStart(digits, '0');
}
