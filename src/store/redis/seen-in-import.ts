import { randomUUID } from 'node:crypto';
import { uniqueAttributes } from '../find-duplicates.ts';
import type { ConsumerEntry } from '../consumer-document.ts';
import type { RedisClient } from './client.ts';
import type { ConsumerRef, RedisKeys } from './keys.ts';
import { createServerScript } from './server-script.ts';

/** What one run of an import has seen so far. */
export interface SeenInImport {
  /** False if another Consumer of the same file has one of the same attributes. */
  add(entry: ConsumerEntry): Promise<boolean>;
  /** For a dry run: this place counts as seen. */
  note(ref: ConsumerRef | null): void;
  /**
   * Which of these Consumers the file did not have; null where something of what was seen is lost,
   * so that nobody can say.
   */
  unseen(refs: readonly ConsumerRef[]): Promise<readonly ConsumerRef[] | null>;
  clear(): Promise<void>;
}

/** An import that was broken off leaves its set behind for no longer than that. */
const lifetimeSeconds = '3600';

/**
 * KEYS: the set; ARGV: its lifetime in seconds, then the members to add. In one script, so that the
 * set never lives without an end, also where a late call makes it anew.
 */
const add = createServerScript(`
local added = redis.call('SADD', KEYS[1], unpack(ARGV, 2))
redis.call('EXPIRE', KEYS[1], ARGV[1])
return added
`);

/**
 * KEYS: the set; ARGV: its lifetime in seconds, how many members it must have, then the members in
 * question. Answers which of them it lacks, or 0 if it is not whole. The set only grows, so as many
 * members as were added are all of them.
 */
const findUnseen = createServerScript(`
if redis.call('SCARD', KEYS[1]) ~= tonumber(ARGV[2]) then return 0 end
redis.call('EXPIRE', KEYS[1], ARGV[1])
local unseen = {}
for i = 3, #ARGV do
  if redis.call('SISMEMBER', KEYS[1], ARGV[i]) == 0 then unseen[#unseen + 1] = i - 3 end
end
return unseen
`);

/** Kept on the server, so that an import of any size fits into the memory of the importer. */
export function createSeenOnServer(client: RedisClient, keys: RedisKeys): SeenInImport {
  const key = keys.imported(randomUUID());
  let expected = 0;
  return {
    async add(entry) {
      const marks = marksOf(entry);
      const added = Number(await add(client, [key], [lifetimeSeconds, ...marks]));
      expected += added;
      return added === marks.length;
    },
    note() {
      // A real write has removed the place.
    },
    async unseen(refs) {
      // No set and a set without members are the same to the server.
      if (expected === 0) return null;
      const places = await findUnseen(client, [key], [lifetimeSeconds, String(expected), ...refs]);
      if (!Array.isArray(places)) return null;
      const unseen = new Set<unknown>(places);
      return refs.filter((_, index) => unseen.has(index));
    },
    async clear() {
      await client.del(key);
    },
  };
}

/** For a dry run, which must not write: about 100 bytes of memory per attribute. */
export function createSeenInMemory(): SeenInImport {
  const seen = new Set<string>();
  return {
    async add(entry) {
      const marks = marksOf(entry);
      const before = seen.size;
      for (const mark of marks) seen.add(mark);
      return seen.size - before === marks.length;
    },
    note(ref) {
      if (ref !== null) seen.add(ref);
    },
    unseen: async (refs) => refs.filter((ref) => !seen.has(ref)),
    async clear() {
      seen.clear();
    },
  };
}

/** Whatever no second Consumer of the file may have; the reference of the record is among it. */
function marksOf({ record, ownId }: ConsumerEntry): string[] {
  return uniqueAttributes(record)
    .filter(([attribute]) => ownId || attribute !== 'id')
    .map(([attribute, value]) => `${attribute}:${value}`);
}
