import { readFirstClaim } from './claims.ts';
import { isHeaderSafe } from './header-value.ts';
import type { ClaimHeader } from './policy.ts';
import type { HeaderLine } from './refusal.ts';
import type { Claims } from './token.ts';

/**
 * Headers for the claims that a Service sends upstream (Kong's `upstream_headers`). A claim that is
 * absent, or cannot stand in a header, gives none, and whoever calls removes what the client sent.
 */
export function writeClaimHeaders(
  claims: Claims,
  headers: readonly ClaimHeader[],
): readonly HeaderLine[] {
  const lines: HeaderLine[] = [];
  for (const { name, path } of headers) {
    const value = writeClaim(readFirstClaim(claims, [path]));
    if (value !== null && isHeaderSafe(value)) lines.push([name, value]);
  }
  return lines;
}

/** Scalars as they are, lists of scalars joined by `, `, all else as base64url of its JSON. */
function writeClaim(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (isScalar(value)) return String(value);
  if (Array.isArray(value) && value.every(isScalar)) return joinList(value);
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** A comma inside one item would make it two for whoever reads the header. */
function joinList(items: readonly (string | number | boolean)[]): string | null {
  const texts = items.map(String);
  return texts.some((text) => text.includes(',')) ? null : texts.join(', ');
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
