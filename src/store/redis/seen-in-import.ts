import { randomUUID } from 'node:crypto';
import { uniqueAttributes } from '../find-duplicates.ts';
import type { ConsumerEntry } from '../consumer-document.ts';
import type { RedisClient } from './client.ts';
import type { ConsumerRef, RedisKeys } from './keys.ts';

/** What one run of an import has seen so far. */
export interface SeenInImport {
  /** False if another Consumer of the same file has one of the same attributes. */
  add(entry: ConsumerEntry): Promise<boolean>;
  /** For a dry run: this place counts as seen. */
  note(ref: ConsumerRef | null): void;
  /** Which of these Consumers the file did not have. */
  unseen(refs: readonly ConsumerRef[]): Promise<readonly ConsumerRef[]>;
  /** Whether nothing of it was lost meanwhile. */
  complete(): Promise<boolean>;
  clear(): Promise<void>;
}

/** An import that was broken off leaves its set behind for no longer than that. */
const lifetimeSeconds = 3600;
const renewEvery = 10_000;

/** Kept on the server, so that an import of any size fits into the memory of the importer. */
export function createSeenOnServer(client: RedisClient, keys: RedisKeys): SeenInImport {
  const key = keys.imported(randomUUID());
  let expected = 0;
  let calls = 0;
  return {
    async add(entry) {
      const marks = marksOf(entry);
      const renew = calls % renewEvery === 0;
      calls += 1;
      const added = await client.sadd(key, ...marks);
      expected += added;
      if (renew) await client.expire(key, lifetimeSeconds);
      return added === marks.length;
    },
    note() {
      // A real write has removed the place.
    },
    async unseen(refs) {
      const found = await Promise.all(refs.map((ref) => client.sismember(key, ref)));
      return refs.filter((_, index) => found[index] === 0);
    },
    complete: async () => (await client.scard(key)) === expected,
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
    complete: async () => true,
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
