import type { HeaderChanges } from '../authz/decision.ts';
import { isHeaderSafe } from '../authz/header-value.ts';

/** Envoy answers 500 when a changed request has over 100 headers or 60 KiB of them (its defaults). */
const maxSetHeaders = 32;
const maxSetBytes = 48 * 1024;
/** What is left of cookies is never longer than what Envoy took from the client. */
const maxCookieBytes = 60 * 1024;
const maxRemovedHeaders = 128;

const headerName = /^[a-z0-9_.!#$%&'*+^`|~-]{1,256}$/;

/**
 * Why these changes cannot be sent, or null. A change that is left out would let through what the
 * caller sent under that name, so the whole answer is given up instead.
 */
export function findUnsafeChange({ set, remove, removeQuery }: HeaderChanges): string | null {
  if (set.length > maxSetHeaders || remove.length > maxRemovedHeaders) {
    return 'more header changes than Envoy takes';
  }
  if (!removeQuery.every((name) => name.isWellFormed())) {
    return 'a query argument to remove cannot be named';
  }
  const names = new Set<string>();
  let bytes = 0;
  for (const [name, value] of set) {
    if (!headerName.test(name) || !isSendable(name, value)) return `header ${name} cannot be sent`;
    if (names.has(name)) return `header ${name} is set twice`;
    names.add(name);
    if (name !== 'cookie') bytes += name.length + Buffer.byteLength(value);
  }
  if (bytes > maxSetBytes) return 'the identity headers are larger than Envoy takes';
  return findUnsafeRemoval(remove, names);
}

/** An empty value is Kong's way to say "no groups". */
function isSendable(name: string, value: string): boolean {
  return value === '' || isHeaderSafe(value, name === 'cookie' ? maxCookieBytes : maxSetBytes);
}

function findUnsafeRemoval(remove: readonly string[], set: ReadonlySet<string>): string | null {
  for (const name of remove) {
    if (!headerName.test(name)) return 'a header to remove has a name that cannot be sent';
    if (set.has(name)) return `header ${name} is both set and removed`;
  }
  return null;
}
