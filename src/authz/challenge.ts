import type { Policy } from './policy.ts';
import type { ChallengeKind } from './reasons.ts';

/** JWS algorithms that a DPoP proof may have (RFC 9449 section 7.1). */
export const proofAlgorithms: readonly string[] = ['ES256', 'RS256', 'PS256', 'EdDSA'];

/** Values of `WWW-Authenticate`, one header each (RFC 6750 section 3, RFC 9449 section 7.1). */
export function writeChallenges(kind: ChallengeKind, policy: Policy): readonly string[] {
  switch (kind) {
    case 'none':
      return [];
    case 'methods':
      return [write('Bearer', policy, []), ...basic(policy), ...dpop(policy)];
    case 'invalid_request':
    case 'invalid_token':
      return [write('Bearer', policy, [['error', kind]])];
    case 'insufficient_scope':
      return [
        write('Bearer', policy, [
          ['error', kind],
          ['scope', requiredScopes(policy)],
        ]),
      ];
    case 'proof':
      return [`DPoP error="invalid_dpop_proof", algs="${proofAlgorithms.join(' ')}"`];
    case 'nonce':
      return [`DPoP error="use_dpop_nonce", algs="${proofAlgorithms.join(' ')}"`];
    case 'basic':
      return [`Basic realm="${policy.service}"`];
  }
}

function basic({ grant, service }: Policy): string[] {
  return grant?.places.has('header') === true ? [`Basic realm="${service}"`] : [];
}

function dpop(policy: Policy): string[] {
  if (policy.proof.dpop === 'off') return [];
  return [write('DPoP', policy, [['algs', proofAlgorithms.join(' ')]])];
}

/** `resource_metadata` tells callers where to get a token (RFC 9728 section 5.1). */
function write(
  scheme: 'Bearer' | 'DPoP',
  { service, resourceMetadata }: Policy,
  parameters: readonly (readonly [string, string])[],
): string {
  const all: (readonly [string, string])[] = [['realm', service], ...parameters];
  if (resourceMetadata !== null) all.push(['resource_metadata', resourceMetadata.url]);
  return `${scheme} ${all.map(([name, value]) => `${name}="${value}"`).join(', ')}`;
}

/** One way to meet the requirement: the first of the alternatives. */
function requiredScopes(policy: Policy): string {
  return (policy.scopesRequired[0] ?? []).join(' ');
}
