import type { ClaimPath } from '../claims.ts';
import type { Requirement } from '../policy.ts';

const maxText = 500;
const maxItems = 10;
/** A shorter secret would be told by a good part of it. */
const minShown = 20;

/** A text that callers had a hand in, fit to be shown: of bounded length, nothing for a terminal. */
export function clean(text: string, max = maxText): string {
  const plain = text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu, '\u{fffd}');
  return plain.length <= max ? plain : `${plain.slice(0, max)}…`;
}

/** Enough of a secret to tell it from others. */
export function mask(secret: string): string {
  const length = `${String(secret.length)} characters`;
  return secret.length < minShown ? `(${length})` : `${secret.slice(0, 4)}… (${length})`;
}

/** `a, b, c and 4 more`. */
export function list(items: Iterable<string>): string {
  const all = [...items];
  if (all.length === 0) return 'none';
  const shown = all.slice(0, maxItems).map((item) => item.slice(0, 100));
  const more = all.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${String(more)} more` : shown.join(', ');
}

/** `a b or c`: one of them, each whole. */
export function tellRequirement(requirement: Requirement): string {
  const shown = requirement.slice(0, maxItems).map((all) => all.join(' '));
  const more = requirement.length - shown.length;
  return (more > 0 ? [...shown, `one of ${String(more)} more`] : shown).join(' or ');
}

/** `realm_access.roles or roles`. */
export function tellPaths(paths: readonly ClaimPath[]): string {
  return paths.map((path) => path.join('.')).join(' or ');
}

/** A claim's value on one line; what has a structure is not told. */
export function tellValue(value: unknown): string {
  if (value === undefined || value === null) return 'absent';
  if (Array.isArray(value)) return list(value.map((item) => tellValue(item)));
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : 'an object';
}

/** Seconds of the epoch as a date; anything else as it is. */
export function tellTime(seconds: unknown): string {
  const date = typeof seconds === 'number' ? new Date(seconds * 1000) : null;
  return date === null || Number.isNaN(date.getTime()) ? tellValue(seconds) : date.toISOString();
}

/** A word of a command line, quoted where a shell would read more into it. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
