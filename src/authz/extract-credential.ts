import { halt, pass, type Step } from '../lib/step.ts';
import { readBasicHeader } from './credentials/basic-header.ts';
import { readBearerHeader } from './credentials/bearer-header.ts';
import { readBodyToken } from './credentials/body-token.ts';
import { readCookieToken } from './credentials/cookie-token.ts';
import type { Credential, ReadCredential } from './credentials/credential.ts';
import { readDpopHeader } from './credentials/dpop-header.ts';
import { readBodyPair, readQueryPair } from './credentials/pair-arguments.ts';
import { readQueryToken } from './credentials/query-token.ts';
import { readSessionCookie } from './credentials/session-cookie.ts';
import type { GrantPlan, Policy } from './policy.ts';
import { deny, type Deny } from './refusal.ts';
import type { AuthzRequest } from './request.ts';

interface CredentialPlace {
  readonly isOn: (policy: Policy) => boolean;
  readonly read: ReadCredential;
}

/** Where credentials are looked for, in this order; a kind of credential is a row. */
const places: readonly CredentialPlace[] = [
  { isOn: takesTokens, read: readBearerHeader },
  { isOn: (policy) => takesTokens(policy) && policy.proof.dpop !== 'off', read: readDpopHeader },
  { isOn: takesTokens, read: readQueryToken },
  { isOn: takesTokens, read: readCookieToken },
  { isOn: takesTokens, read: readBodyToken },
  { isOn: takesPairsIn('header'), read: readBasicHeader },
  { isOn: takesPairsIn('query'), read: readQueryPair },
  { isOn: takesPairsIn('body'), read: readBodyPair },
];

function takesTokens({ tokenPlan }: Policy): boolean {
  return tokenPlan.verifyJwt || tokenPlan.introspect;
}

type PairPlace = GrantPlan['places'] extends ReadonlySet<infer Place> ? Place : never;

function takesPairsIn(place: PairPlace): (policy: Policy) => boolean {
  return ({ grant }) => grant?.places.has(place) ?? false;
}

/**
 * The one credential of a request. Two are refused: which one counts would be a guess. A session
 * cookie comes along with every request of a browser, so it counts only where nothing else is.
 */
export function extractCredential(request: AuthzRequest, policy: Policy): Step<Credential, Deny> {
  const malformed = checkAuthorizationHeader(request);
  if (malformed !== null) return halt(malformed);

  let found: Credential | null = null;
  for (const place of places) {
    const read = place.isOn(policy) ? place.read(request, policy) : null;
    if (read === null) continue;
    if (read.kind === 'deny') return halt(read);
    if (found !== null) return halt(deny('credential_ambiguous', 'credentials in several places'));
    found = read;
  }
  found ??= readSessionCookie(request, policy);
  return found === null ? halt(deny('credential_missing')) : pass(found);
}

/**
 * Envoy merges a repeated `Authorization` into `Bearer a,Bearer b`, even with raw headers. A comma
 * after one of our schemes, or before one, is therefore two credentials; other schemes have commas
 * of their own.
 */
function checkAuthorizationHeader(request: AuthzRequest): Deny | null {
  const values = request.headers.values('authorization');
  if (values.length > 1) return deny('credential_ambiguous', 'several Authorization headers');
  const [value] = values;
  if (value === undefined) return null;
  if (value.trim() === '') return deny('credential_malformed', 'an empty Authorization header');
  if (brokenScheme.test(value)) return deny('credential_malformed', 'no blank after the scheme');
  return value.includes(',') && (commaAfterScheme.test(value) || schemeAfterComma.test(value))
    ? deny('credential_ambiguous', 'several credentials in one Authorization header')
    : null;
}

// A tab, say: readers of ours would see no credential, and an upstream's might see one.
const brokenScheme = /^(?:bearer|basic|dpop)[^ \w!#$%&'*+.^`|~-]/i;
// Each of the two has one way to match at most, so that the longest header costs no more than a pass.
const commaAfterScheme = /^(?:bearer|basic|dpop)\b[^,]*,/i;
const schemeAfterComma = /,\s*(?:bearer|basic|dpop)(?:\s|$)/i;
