import type { PluginOptions } from './plugin-options.ts';

export type Claim = string | readonly string[];

/** A claim that no token has: where Kong looks at none, none must count by default. */
export const noClaim = 'postern:none';

/** A path into nested objects, as Postern writes it: a name, or a list of names. */
export function writeClaim(
  path: readonly string[],
  key: string,
  options: PluginOptions,
): Claim | null {
  if (path.some((name) => /^\d+$/.test(name))) {
    options.refuse(key, 'a position in a list cannot be part of a claim here');
    return null;
  }
  const [first, ...others] = path;
  if (first === undefined) return null;
  return others.length === 0 ? first : path;
}

/** The option `key`, which is one path; null where it is not set. */
export function readClaim(options: PluginOptions, key: string): Claim | null {
  return writeClaim(options.texts(key), key, options);
}
