import { readCookies } from '../cookies.ts';
import type { Policy } from '../policy.ts';
import type { AuthzRequest } from '../request.ts';
import type { SessionCredential } from './credential.ts';

/**
 * The session cookie of the Service. Of several cookies of that name one may have been tossed there
 * from another subdomain or path, and which one is not told (RFC 6265 section 8.6), so that they make
 * a session which cannot be valid: an empty one.
 */
export function readSessionCookie(
  request: AuthzRequest,
  { session }: Policy,
): SessionCredential | null {
  if (session === null) return null;
  const { cookieName: name } = session;
  const [value, ...more] = readCookies(request, name);
  if (value === undefined) return null;
  const cookie = more.length === 0 ? value : '';
  return { kind: 'session', cookie, place: { kind: 'cookie', name } };
}
