import type { IncomingHttpHeaders } from 'node:http';

/**
 * The token of `Kong-Admin-Token`, or of `Authorization: Bearer` (RFC 6750 section 2.1); null where
 * there is none, or where they differ, since one of them would be looked at and the other not.
 */
export function readCredential(headers: IncomingHttpHeaders): string | null {
  const own = headers['kong-admin-token'];
  const bearer = readBearer(headers.authorization);
  if (own === undefined) return bearer ?? null;
  if (typeof own !== 'string' || own === '') return null;
  return bearer === undefined || bearer === own ? own : null;
}

/** Undefined where there is no such header; null where it is of another scheme. */
function readBearer(header: string | undefined): string | null | undefined {
  return header === undefined ? undefined : (/^bearer +(\S+)$/i.exec(header)?.[1] ?? null);
}
