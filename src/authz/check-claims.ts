import { halt, pass, type Step } from '../lib/step.ts';
import { readFirstClaim, readWords, type ClaimPath } from './claims.ts';
import { deny, type Deny } from './refusal.ts';
import type { ClaimRule, Policy, ProviderPolicy, Requirement } from './policy.ts';
import type { VerifiedToken } from './token.ts';

/** Alternatives of a requirement that a refusal names. */
const toldAlternatives = 5;

/** Whether a verified token is meant for this Service: audience, scopes, then its other claims. */
export function checkClaims(
  token: VerifiedToken,
  provider: ProviderPolicy,
  policy: Policy,
): Step<VerifiedToken, Deny> {
  const refusal =
    checkAudience(token, provider, policy) ??
    checkScopes(token, provider, policy) ??
    checkMemberships(token, provider, policy) ??
    checkRules(token, policy);
  return refusal === null ? pass(token) : halt(refusal);
}

function checkAudience(
  token: VerifiedToken,
  provider: ProviderPolicy,
  policy: Policy,
): Deny | null {
  if (provider.audienceRequired.length === 0 && policy.audienceRequired.length === 0) return null;
  const audience = readAudience(token, provider.audienceClaims);
  if (!meets(audience, provider.audienceRequired)) {
    const who = `identity provider ${provider.name}`;
    return deny('token_audience_mismatch', tell(who, 'audience', provider.audienceRequired));
  }
  return meets(audience, policy.audienceRequired)
    ? null
    : deny('token_audience_mismatch', tell(placeOf(policy), 'audience', policy.audienceRequired));
}

/** `aud`: one string, not to be split, or an array of them (RFC 7519 section 4.1.3). */
export function readAudience(
  token: VerifiedToken,
  paths: readonly ClaimPath[],
): ReadonlySet<string> {
  const value = readFirstClaim(token.claims, paths);
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return new Set(list.filter((item) => typeof item === 'string'));
}

function checkScopes(token: VerifiedToken, provider: ProviderPolicy, policy: Policy): Deny | null {
  return meetsWords(token, provider.scopesClaims, policy.scopesRequired)
    ? null
    : deny('scope_insufficient', tell(placeOf(policy), 'scope', policy.scopesRequired));
}

function placeOf({ route }: Policy): string {
  return route === null ? 'the Service' : 'the Route';
}

/** Says what is configured, and nothing of the token: `okta requires scope a b or c`. */
function tell(who: string, what: string, requirement: Requirement): string {
  const first = requirement.slice(0, toldAlternatives).map((all) => all.join(' '));
  const more = requirement.length - first.length;
  const list = more > 0 ? [...first, `one of ${String(more)} more`] : first;
  return `${who} requires ${what} ${list.join(' or ')}`;
}

function checkMemberships(
  token: VerifiedToken,
  provider: ProviderPolicy,
  policy: Policy,
): Deny | null {
  if (!meetsWords(token, provider.groupsClaims, policy.groupsRequired)) {
    return deny('claim_refused', 'groups_required is not met');
  }
  return meetsWords(token, provider.rolesClaims, policy.rolesRequired)
    ? null
    : deny('claim_refused', 'roles_required is not met');
}

function meetsWords(
  token: VerifiedToken,
  paths: readonly ClaimPath[],
  requirement: Requirement,
): boolean {
  if (requirement.length === 0) return true;
  return meets(new Set(readWords(token.claims, paths) ?? []), requirement);
}

/** OR over the items, AND over the words of an item; no items = no requirement. */
export function meets(has: ReadonlySet<string>, requirement: Requirement): boolean {
  return requirement.length === 0 || requirement.some((all) => all.every((word) => has.has(word)));
}

function checkRules(token: VerifiedToken, policy: Policy): Deny | null {
  for (const rule of policy.claimsRequired) {
    if (!applies(token, rule)) return deny('claim_refused', `${describe(rule)} is required`);
  }
  for (const rule of policy.claimsForbidden) {
    if (mayApply(token, rule)) return deny('claim_refused', `${describe(rule)} is forbidden`);
  }
  return null;
}

/** Whether the claim is there and, where values are named, is or contains one of them exactly. */
function applies({ claims }: VerifiedToken, { path, values }: ClaimRule): boolean {
  const value = readFirstClaim(claims, [path]);
  if (value === undefined || values === null) return value !== undefined;
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.some((item) => isScalar(item) && values.has(String(item)));
}

/** As {@link applies}; a value inside of another one cannot be told apart from a forbidden one. */
function mayApply(token: VerifiedToken, rule: ClaimRule): boolean {
  const value = readFirstClaim(token.claims, [rule.path]);
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const isNested = list.some((item) => typeof item === 'object' && item !== null);
  return isNested || applies(token, rule);
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** Names come from the configuration; values of the token are never told. */
function describe({ path, values }: ClaimRule): string {
  return values === null ? path.join('.') : `a configured value of ${path.join('.')}`;
}
