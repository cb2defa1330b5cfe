import { deny, unavailable } from '../authz/refusal.ts';
import type { TokenPlan, TokenToVerify, VerifyToken } from '../authz/token.ts';
import { halt, type MaybePromise } from '../lib/step.ts';
import { classifyToken, maxTokenLength, peekIssuer } from './classify-token.ts';
import { introspectInOrder } from './introspect-in-order.ts';
import { judgeSpelling } from './judge-spelling.ts';
import type { Provider } from './provider.ts';
import type { Verdict } from './token-cache.ts';

/**
 * Proves tokens by the providers that a Service names. A JWT belongs to the provider of its `iss`
 * and is never shown to another; where that one has no keys it is introspected, if the Service
 * introspects. An opaque token goes to those that can introspect.
 */
export function createVerifyToken(providers: ReadonlyMap<string, Provider>): VerifyToken {
  return function verifyToken(presented, plan, signal) {
    const { token } = presented;
    if (token.length === 0 || token.length > maxTokenLength) {
      return halt(deny('token_malformed', 'empty or too long'));
    }
    const candidates: Provider[] = [];
    for (const name of plan.providers) {
      const provider = providers.get(name);
      if (provider === undefined) {
        return halt(unavailable('internal', 'the policy names a provider that is not there'));
      }
      candidates.push(provider);
    }
    return (
      fromOnlyCache(token, plan, candidates) ?? verifyAnew(presented, plan, candidates, signal)
    );
  };
}

/**
 * With one provider there is nothing to choose, so its cache is asked before the token is parsed.
 * The key holds provider, rule and the whole token, so that a hit means what it says.
 */
function fromOnlyCache(
  token: string,
  plan: TokenPlan,
  candidates: readonly Provider[],
): Verdict | null {
  const [only] = candidates;
  if (only === undefined || candidates.length > 1 || !plan.verifyJwt) return null;
  // Without a dot it is no JWT, and another key of the cache would be hashed for nothing.
  return token.includes('.') ? only.cached('keys', token) : null;
}

function verifyAnew(
  presented: TokenToVerify,
  plan: TokenPlan,
  candidates: readonly Provider[],
  signal: AbortSignal,
): MaybePromise<Verdict> {
  const shape = classifyToken(presented.token);
  if (shape.kind === 'opaque') return verifyOpaque(presented, plan, candidates, signal);
  if (shape.payload === null) return halt(deny('token_malformed', 'the payload is no JSON object'));

  const spelling = judgeSpelling(presented.token);
  if (spelling !== null) return halt(spelling);

  const issuer = peekIssuer(shape);
  const owner = candidates.find((provider) => issuer !== null && provider.issuers.has(issuer));
  if (owner === undefined) return halt(deny('token_issuer_mismatch'));
  if (plan.verifyJwt && owner.verifiesByKeys) return owner.verify('keys', presented, signal);
  if (plan.introspect && owner.introspects) return owner.verify('introspection', presented, signal);
  const why = plan.verifyJwt ? 'a JWT where none can be verified' : 'a JWT where none is accepted';
  return halt(deny('token_malformed', why));
}

function verifyOpaque(
  presented: TokenToVerify,
  plan: TokenPlan,
  candidates: readonly Provider[],
  signal: AbortSignal,
): MaybePromise<Verdict> {
  const asked = plan.introspect ? candidates.filter((provider) => provider.introspects) : [];
  if (asked.length > 1 && !plan.introspectInOrder) {
    // An opaque token must not be shown around unless the operator said so.
    return halt(unavailable('internal', 'several introspecting providers without an order'));
  }
  return introspectInOrder(asked, presented, signal);
}
