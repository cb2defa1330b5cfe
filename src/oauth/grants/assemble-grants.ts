import type { Clock } from '../../lib/clock.ts';
import { canIntrospect, mayHaveKeys } from '../describe-provider.ts';
import type { HttpClient } from '../http-client.ts';
import type { JudgeToken } from '../judge-token.ts';
import type { KeySet } from '../key-set.ts';
import type { ProviderCalls } from '../provider-calls.ts';
import type { ProviderMetadata } from '../provider-metadata.ts';
import type { ProviderOptions } from '../provider-options.ts';
import type { OauthReport } from '../report.ts';
import { CachedGrants } from './cached-grants.ts';
import { createPairExchanger } from './exchange-pair.ts';
import { GrantCache } from './grant-cache.ts';
import { createFetchedTokenProver } from './prove-fetched-token.ts';

/** The parts of a provider that its token endpoint is used with. */
export interface GrantParts {
  readonly http: HttpClient;
  readonly metadata: ProviderMetadata;
  readonly keys: KeySet;
  readonly calls: ProviderCalls;
  readonly judge: JudgeToken;
  readonly clock: Clock;
  readonly report: OauthReport;
}

/** The exchange of pairs for tokens at one provider; it and its cache live as long as the provider. */
export function assembleGrants(options: ProviderOptions, parts: GrantParts): CachedGrants {
  const { http, metadata, keys, calls, judge, clock, report } = parts;
  return new CachedGrants({
    cache: new GrantCache(options.cache, { clock, isCurrentKey: (keyId) => keys.holds(keyId) }),
    exchange: createPairExchanger(options, { http, metadata, calls }),
    prove: createFetchedTokenProver({
      judge,
      introspects: () => canIntrospect(options, metadata),
      verifiesByKeys: () => mayHaveKeys({ metadata, keys }),
    }),
    clock,
    report,
    maxTtlMs: options.cache.maxTtlMs,
  });
}
