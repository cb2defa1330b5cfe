import { readPublicKey, type PublicKey } from './public-key.ts';

/** Keys of one set beyond this number are not looked at. */
const maxKeys = 100;

/** By {@link PublicKey.id}. */
export type PublicKeys = ReadonlyMap<string, PublicKey>;

/** Null where the document has no list of keys: then it is no key set. An empty list is one. */
export function readKeys(list: unknown): PublicKeys | null {
  if (!Array.isArray(list)) return null;
  const keys = new Map<string, PublicKey>();
  for (const jwk of list.slice(0, maxKeys)) {
    const key = readPublicKey(jwk);
    if (key !== null) keys.set(key.id, key);
  }
  return keys;
}

/** One set of several; a key that is in more than one of them counts once. */
export function mergeKeys(sets: readonly PublicKeys[]): PublicKeys {
  return new Map(sets.flatMap((keys) => [...keys]));
}
