import type { Claims } from './token.ts';

/** A claim's name, or the names that lead to a nested one: `['realm_access', 'roles']`. */
export type ClaimPath = readonly string[];

function readPath(claims: Claims, path: ClaimPath): unknown {
  let value: unknown = claims;
  for (const name of path) {
    // Own properties of objects only: a claim called `__proto__` or `constructor` is just a claim.
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name))
      return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

/** The first of several claims that is there, `null` counting as absent; undefined if none is. */
export function readFirstClaim(claims: Claims, paths: readonly ClaimPath[]): unknown {
  for (const path of paths) {
    const value = readPath(claims, path);
    if (value !== undefined && value !== null) return value;
  }
  return undefined;
}

/**
 * The words of a claim: a space-separated string or an array (RFC 8693 section 4.2, Okta's `scp`),
 * of which the strings count; null where there is no such claim or it has another type.
 */
export function readWords(claims: Claims, paths: readonly ClaimPath[]): readonly string[] | null {
  const value = readFirstClaim(claims, paths);
  if (typeof value === 'string') return value.split(' ').filter((word) => word !== '');
  if (!Array.isArray(value)) return null;
  return value.filter((item) => typeof item === 'string');
}
