import type { ApplyWriteOptions } from './apply-write.ts';
import type { SeenInImport } from './seen-in-import.ts';
import { deleteConsumer } from './write-consumer.ts';

/** Removes every Consumer that the import did not see; gives their number. */
export async function pruneConsumers(
  seen: SeenInImport,
  options: ApplyWriteOptions,
): Promise<number> {
  const pruned = new Set<string>();
  let cursor = '0';
  do {
    const [next, refs] = await options.client.sscan(options.keys.members, cursor, 'COUNT', 500);
    cursor = next;
    const unseen = await seen.unseen(refs);
    await Promise.all(unseen.map((ref) => deleteConsumer(ref, options)));
    // A scan may name a member twice.
    for (const ref of unseen) pruned.add(ref);
  } while (cursor !== '0');
  return pruned.size;
}
