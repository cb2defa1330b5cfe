import { unavailable } from '../../authz/refusal.ts';
import type { ObtainToken } from '../../authz/token.ts';
import type { Secret } from '../../lib/secret.ts';
import { halt } from '../../lib/step.ts';
import type { Provider } from '../provider.ts';
import { createPairHasher } from './hash-pair.ts';

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
    const { fingerprint } = provider;
    const key = hashPair(pair, plan, fingerprint);
    const alternativeKey = alternative && hashPair(alternative, plan, fingerprint);
    return provider.obtain({ key, alternativeKey, presented, plan }, signal);
  };
}
