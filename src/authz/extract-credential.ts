import { halt, pass, type Step } from '../lib/step.ts';
import { deny, type Deny } from './refusal.ts';
import { readBearerHeader } from './credentials/bearer-header.ts';
import type { Credential, ReadCredential } from './credentials/credential.ts';
import type { Policy } from './policy.ts';
import type { AuthzRequest } from './request.ts';

interface CredentialPlace {
  readonly isOn: (policy: Policy) => boolean;
  readonly read: ReadCredential;
}

/** Where credentials are looked for, in this order; a kind of credential is a row. */
const places: readonly CredentialPlace[] = [
  {
    isOn: ({ tokenPlan }) => tokenPlan.verifyJwt || tokenPlan.introspect,
    read: readBearerHeader,
  },
];

/** The one credential of a request. Two are refused: which one counts would be a guess. */
export function extractCredential(request: AuthzRequest, policy: Policy): Step<Credential, Deny> {
  const malformed = checkAuthorizationHeader(request);
  if (malformed !== null) return halt(malformed);

  let found: Credential | Deny | null = null;
  for (const place of places) {
    const read = place.isOn(policy) ? place.read(request) : null;
    if (read === null) continue;
    if (found !== null) return halt(deny('credential_ambiguous', 'credentials in several places'));
    found = read;
  }
  if (found === null) return halt(deny('credential_missing'));
  return found.kind === 'deny' ? halt(found) : pass(found);
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
  return value.includes(',') && (commaAfterScheme.test(value) || schemeAfterComma.test(value))
    ? deny('credential_ambiguous', 'several credentials in one Authorization header')
    : null;
}

// Each of the two has one way to match at most, so that the longest header costs no more than a pass.
const commaAfterScheme = /^(?:bearer|basic|dpop)\b[^,]*,/i;
const schemeAfterComma = /,\s*(?:bearer|basic|dpop)(?:\s|$)/i;
