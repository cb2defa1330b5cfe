import { deny, type Deny } from '../refusal.ts';
import type { Place, TokenCredential } from './credential.ts';

// RFC 6750 section 2.1: b64token, which RFC 9110 calls token68.
const b64token = /^[A-Za-z0-9\-._~+/]+=*$/;

/** A token by the grammar of RFC 6750, wherever it stood; null stands for what cannot be read. */
export function readToken(
  token: string | null,
  place: Place,
  scheme: TokenCredential['scheme'] = 'bearer',
): TokenCredential | Deny {
  return token !== null && b64token.test(token)
    ? { kind: 'token', scheme, token, place }
    : deny('credential_malformed', `not a token (RFC 6750), in the ${place.kind}`);
}

/** The token of a place with room for several; null where there is none. */
export function readOneToken(
  values: readonly (string | null)[],
  place: Place,
): TokenCredential | Deny | null {
  const [value, ...more] = values;
  if (value === undefined) return null;
  if (more.length > 0) return deny('credential_ambiguous', `several tokens in the ${place.kind}`);
  return readToken(value, place);
}
