import type { Policy } from './policy.ts';
import type { ChallengeKind } from './reasons.ts';

/** Asymmetric algorithms named in a DPoP challenge (RFC 9449 section 7.1). */
const proofAlgorithms = 'ES256 RS256 PS256 EdDSA';

/** Values of `WWW-Authenticate`, one header each (RFC 6750 section 3). */
export function writeChallenges(kind: ChallengeKind, policy: Policy): readonly string[] {
  const bearer = `Bearer realm="${policy.service}"`;
  switch (kind) {
    case 'none':
      return [];
    case 'methods':
      return [bearer];
    case 'invalid_request':
    case 'invalid_token':
      return [`${bearer}, error="${kind}"`];
    case 'insufficient_scope':
      return [`${bearer}, error="insufficient_scope", scope="${requiredScopes(policy)}"`];
    case 'proof':
      return [`DPoP error="invalid_dpop_proof", algs="${proofAlgorithms}"`];
  }
}

/** One way to meet the requirement: the first of the alternatives. */
function requiredScopes(policy: Policy): string {
  return (policy.scopesRequired[0] ?? []).join(' ');
}
