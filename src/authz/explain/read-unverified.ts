import type { Claims } from '../token.ts';

/** What a JWT says of itself, true or not. */
export interface UnverifiedJwt {
  readonly header: Claims;
  /** Null where they are encrypted. */
  readonly claims: Claims | null;
}

/** Reads a compact JWS or JWE without believing it; null = a token of another kind. */
export function readUnverified(token: string): UnverifiedJwt | null {
  const parts = token.split('.');
  if (parts.length !== 3 && parts.length !== 5) return null;
  const header = readPart(parts[0]);
  if (header === null) return null;
  return { header, claims: parts.length === 3 ? readPart(parts[1]) : null };
}

function readPart(part: string | undefined): Claims | null {
  try {
    const value = JSON.parse(Buffer.from(part ?? '', 'base64url').toString('utf8')) as unknown;
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Claims) : null;
  } catch {
    return null;
  }
}
