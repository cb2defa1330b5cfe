import { omitCookies } from './cookies.ts';
import type { Credential, Place } from './credentials/credential.ts';
import type { HiddenCredential } from './identity-headers.ts';
import type { Policy } from './policy.ts';
import type { AuthzRequest } from './request.ts';

/**
 * What keeps the credential that was used from the upstream: its header, its query arguments or its
 * cookie, the DPoP proof with it, and session cookies of all Services whatever was used. A body cannot
 * be changed. A header is set or removed, never both.
 */
export function hideCredential(
  request: AuthzRequest,
  credential: Credential | null,
  { guardedCookies }: Pick<Policy, 'guardedCookies'>,
): HiddenCredential {
  const place = credential?.place ?? null;
  const remaining = omitCookies(request, hiddenCookies(place, guardedCookies));
  const removeHeaders = hiddenHeaders(credential);
  if (remaining === '') removeHeaders.push('cookie');
  return {
    removeHeaders,
    setHeaders: remaining === null || remaining === '' ? [] : [['cookie', remaining]],
    removeQuery: place?.kind === 'query' ? place.names : [],
  };
}

function hiddenCookies(place: Place | null, guarded: ReadonlySet<string>): ReadonlySet<string> {
  if (place?.kind !== 'cookie' || guarded.has(place.name)) return guarded;
  return new Set([...guarded, place.name]);
}

function hiddenHeaders(credential: Credential | null): string[] {
  if (credential?.place.kind !== 'header') return [];
  const { name } = credential.place;
  const isDpop = credential.kind === 'token' && credential.scheme === 'dpop';
  return isDpop ? [name, 'dpop'] : [name];
}
