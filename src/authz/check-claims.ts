import { halt, pass, type Step } from '../lib/step.ts';
import { readFirstClaim, readWords, type ClaimPath } from './claims.ts';
import { deny, type Deny } from './refusal.ts';
import type { Policy, ProviderPolicy, Requirement } from './policy.ts';
import type { VerifiedToken } from './token.ts';

const audienceClaim: readonly ClaimPath[] = [['aud']];

/** Whether a verified token is meant for this Service: its audience, then its scopes. */
export function checkClaims(
  token: VerifiedToken,
  provider: ProviderPolicy,
  policy: Policy,
): Step<VerifiedToken, Deny> {
  const audience = readAudience(token);
  if (!meets(audience, provider.audienceRequired) || !meets(audience, policy.audienceRequired)) {
    return halt(deny('token_audience_mismatch'));
  }
  const scopes = new Set(readWords(token.claims, provider.scopesClaims) ?? []);
  if (!meets(scopes, policy.scopesRequired)) return halt(deny('scope_insufficient'));
  return pass(token);
}

/** `aud`: one string, not to be split, or an array of them (RFC 7519 section 4.1.3). */
function readAudience(token: VerifiedToken): ReadonlySet<string> {
  const value = readFirstClaim(token.claims, audienceClaim);
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return new Set(list.filter((item) => typeof item === 'string'));
}

/** OR over the items, AND over the words of an item; no items = no requirement. */
export function meets(has: ReadonlySet<string>, requirement: Requirement): boolean {
  return requirement.length === 0 || requirement.some((all) => all.every((word) => has.has(word)));
}
