import type { ApplyWriteOptions } from './apply-write.ts';
import type { SeenInImport } from './seen-in-import.ts';
import { deleteConsumer } from './write-consumer.ts';

export interface PrunedConsumers {
  readonly count: number;
  /** False if it ended early, because what the import had seen was lost. */
  readonly complete: boolean;
}

/**
 * Removes every Consumer that the import did not see. Asks anew for each page whether all that was
 * seen is still known: without it the whole store would count as not seen.
 */
export async function pruneConsumers(
  seen: SeenInImport,
  options: ApplyWriteOptions,
): Promise<PrunedConsumers> {
  const pruned = new Set<string>();
  let cursor = '0';
  do {
    const [next, refs] = await options.client.sscan(options.keys.members, cursor, 'COUNT', 500);
    cursor = next;
    const unseen = await seen.unseen(refs);
    if (unseen === null) return { count: pruned.size, complete: false };
    await Promise.all(unseen.map((ref) => deleteConsumer(ref, options)));
    // A scan may name a member twice.
    for (const ref of unseen) pruned.add(ref);
  } while (cursor !== '0');
  return { count: pruned.size, complete: true };
}
