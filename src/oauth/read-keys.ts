import { setImmediate as nextTurn } from 'node:timers/promises';
import { readPublicKey, type PublicKey } from './public-key.ts';

/** Keys of one set beyond this number are not looked at. */
const maxKeys = 100;
/** Keys that are read without a pause; one takes up to 0.1 ms. */
const sliceSize = 10;

/** By {@link PublicKey.id}. */
export type PublicKeys = ReadonlyMap<string, PublicKey>;

/**
 * Null where the document has no list of keys: then it is no key set. An empty list is one. Many
 * keys are read in slices, so that requests are answered in between.
 */
export async function readKeys(
  list: unknown,
  pause: () => Promise<unknown> = nextTurn,
): Promise<PublicKeys | null> {
  if (!Array.isArray(list)) return null;
  const keys = new Map<string, PublicKey>();
  for (const [index, jwk] of list.slice(0, maxKeys).entries()) {
    if (index > 0 && index % sliceSize === 0) await pause();
    const key = readPublicKey(jwk);
    if (key !== null) keys.set(key.id, key);
  }
  return keys;
}

/** One set of several; a key that is in more than one of them counts once. */
export function mergeKeys(sets: readonly PublicKeys[]): PublicKeys {
  return new Map(sets.flatMap((keys) => [...keys]));
}
