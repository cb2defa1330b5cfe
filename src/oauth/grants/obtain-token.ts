import type { Pair } from '../../authz/credentials/credential.ts';
import { deny, unavailable, type Deny } from '../../authz/refusal.ts';
import type { ObtainToken } from '../../authz/token.ts';
import type { Secret } from '../../lib/secret.ts';
import { halt } from '../../lib/step.ts';
import type { Provider } from '../provider.ts';
import { createPairHasher } from './hash-pair.ts';

/** Of id and secret together; longer ones are neither hashed nor sent. */
const maxPairLength = 4096;

export interface ObtainTokenDependencies {
  /** Key of the hash under which exchanged pairs are remembered; a new one forgets them all. */
  readonly cacheKey: Secret;
}

/**
 * Exchanges pairs at the provider that their Service names, and at no other. The provider object
 * keeps what came of it, so that a reload which keeps the provider keeps that too.
 */
export function createObtainToken(
  providers: ReadonlyMap<string, Provider>,
  { cacheKey }: ObtainTokenDependencies,
): ObtainToken {
  const hashPair = createPairHasher(cacheKey);
  return function obtainToken(presented, plan, signal) {
    const provider = providers.get(plan.provider);
    if (provider === undefined) {
      return halt(unavailable('internal', 'the policy names a provider that is not there'));
    }
    const { pair, alternative } = presented;
    const flaw = findFlaw(pair) ?? (alternative === null ? null : findFlaw(alternative));
    if (flaw !== null) return halt(flaw);
    const key = hashPair(presented, plan, provider.fingerprint);
    return provider.obtain({ key, presented, plan }, signal);
  };
}

/** What no provider need be asked about. */
function findFlaw({ id, secret }: Pair): Deny | null {
  if (id.length === 0) return deny('credential_malformed', 'an empty id');
  if (id.length + secret.length > maxPairLength) {
    return deny('credential_malformed', 'id and secret are too long');
  }
  // Half a surrogate pair, as JSON can bring it, would be sent and hashed as something else.
  if (!id.isWellFormed() || !secret.isWellFormed()) {
    return deny('credential_malformed', 'id or secret is no text');
  }
  // A provider may take a client without a secret by its mere id (RFC 6749 section 2.3.1).
  return secret.length === 0 ? deny('client_rejected', 'an empty secret proves nothing') : null;
}
