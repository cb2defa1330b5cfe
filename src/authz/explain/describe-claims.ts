import { readAudience, meets } from '../check-claims.ts';
import { readFirstClaim, readWords, type ClaimPath } from '../claims.ts';
import type { ClaimRule, Policy, ProviderPolicy, Requirement } from '../policy.ts';
import type { VerifiedToken } from '../token.ts';
import type { CaseOfPolicy } from './case.ts';
import { list, tellPaths, tellRequirement, tellValue } from './words.ts';

/** What is required of the claims, and what is there. */
export function describeClaims({ policy, alone }: CaseOfPolicy): string[] {
  const { token } = alone.decision.trail;
  const provider = token === null ? undefined : policy.providers.get(token.provider);
  if (token === null || provider === undefined) return [];
  const facts = [
    ...describeAudience(token, provider, policy),
    ...describeWords('scopes', token, provider.scopesClaims, policy.scopesRequired),
    ...describeWords('groups', token, provider.groupsClaims, policy.groupsRequired),
    ...describeWords('roles', token, provider.rolesClaims, policy.rolesRequired),
    ...policy.claimsRequired.map((rule) => describeRule(token, rule, 'is required')),
    ...policy.claimsForbidden.map((rule) => describeRule(token, rule, 'is forbidden')),
  ];
  return facts.length === 0 ? ['No claims are required.'] : facts;
}

/** No provider and no policy asks for any. */
export function skipsClaims({ policy, alone }: CaseOfPolicy): boolean {
  const provider = policy.providers.get(alone.decision.trail.token?.provider ?? '');
  const lists: readonly (readonly unknown[])[] = [
    provider?.audienceRequired ?? [],
    policy.audienceRequired,
    policy.scopesRequired,
    policy.groupsRequired,
    policy.rolesRequired,
    policy.claimsRequired,
    policy.claimsForbidden,
  ];
  return lists.every(({ length }) => length === 0);
}

function describeAudience(token: VerifiedToken, provider: ProviderPolicy, policy: Policy) {
  const found = readAudience(token, provider.audienceClaims);
  const place = policy.route === null ? 'the Service' : 'the Route';
  return [
    tellNeed(`audience of the provider ${provider.name}`, provider.audienceRequired, found),
    tellNeed(`audience of ${place}`, policy.audienceRequired, found),
  ].filter((fact) => fact !== null);
}

function describeWords(
  what: string,
  token: VerifiedToken,
  paths: readonly ClaimPath[],
  required: Requirement,
): string[] {
  const fact = tellNeed(
    `${what} (claim ${tellPaths(paths)})`,
    required,
    new Set(readWords(token.claims, paths) ?? []),
  );
  return fact === null ? [] : [fact];
}

function tellNeed(what: string, required: Requirement, found: ReadonlySet<string>): string | null {
  if (required.length === 0) return null;
  const verdict = meets(found, required) ? 'met' : 'not met';
  return `Required ${what}: ${tellRequirement(required)}; there is: ${list(found)} (${verdict}).`;
}

function describeRule(token: VerifiedToken, { path, values }: ClaimRule, rule: string): string {
  const what = values === null ? '' : ` with one of ${list(values)}`;
  const value = tellValue(readFirstClaim(token.claims, [path]));
  return `The claim ${path.join('.')}${what} ${rule}; there is: ${value}.`;
}
