import type { Policy } from '../policy.ts';
import { deny, type Deny } from '../refusal.ts';
import type { AuthzRequest } from '../request.ts';
import type { TokenCredential } from './credential.ts';
import { readToken } from './read-token.ts';

const bearer = /^bearer(?: +(.*))?$/is;

/**
 * `Authorization: Bearer <token>` (RFC 6750 section 2.1, the scheme in any case) and other headers of
 * the Service, in which the token may also stand alone, such as Kong's `x-access-token`.
 */
export function readBearerHeader(
  request: AuthzRequest,
  { tokenPlaces }: Policy,
): TokenCredential | Deny | null {
  let found: TokenCredential | null = null;
  for (const name of tokenPlaces.headers) {
    const read = name === 'authorization' ? readAuthorization(request) : readOther(request, name);
    if (read === null) continue;
    if (read.kind === 'deny') return read;
    if (found !== null) return deny('credential_ambiguous', 'tokens in several headers');
    found = read;
  }
  return found;
}

function readAuthorization({ headers }: AuthzRequest): TokenCredential | Deny | null {
  const [value] = headers.values('authorization');
  const match = value === undefined ? null : bearer.exec(value);
  return match === null ? null : readFrom('authorization', match[1] ?? '');
}

function readOther({ headers }: AuthzRequest, name: string): TokenCredential | Deny | null {
  const [value, ...more] = headers.values(name);
  if (value === undefined) return null;
  // Envoy may have joined repeats, and no token has a comma.
  if (more.length > 0 || value.includes(',')) {
    return deny('credential_ambiguous', 'several values of one token header');
  }
  const match = bearer.exec(value);
  return readFrom(name, match === null ? value : (match[1] ?? ''));
}

function readFrom(name: string, token: string): TokenCredential | Deny {
  return readToken(token, { kind: 'header', name });
}
