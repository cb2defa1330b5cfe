import { createCheck, type Check } from '../authz/check.ts';
import { compilePolicies } from '../config/compile-policies.ts';
import type { Config } from '../config/config.ts';
import type { Provider } from '../oauth/provider.ts';
import { createVerifyToken } from '../oauth/verify-token.ts';
import { openProviders } from './open-providers.ts';
import { openStore, type OpenStore } from './open-store.ts';
import type { Tools } from './tools.ts';

/** Everything that judges requests by one configuration; a reload builds the next one. */
export interface Judge {
  readonly config: Config;
  readonly check: Check;
  readonly store: OpenStore;
  readonly providers: ReadonlyMap<string, Provider>;
}

/**
 * Assembles the request path of a configuration. Parts of `before` whose configuration did not
 * change are taken over as they run; new ones are not started yet.
 */
export function assembleJudge(config: Config, before: Judge | null, tools: Tools): Judge {
  const fresh = openStore(config, tools);
  const store = before?.store.key === fresh.key ? before.store : fresh;
  const providers = openProviders(config, before?.providers ?? new Map(), tools);
  const check = createCheck({
    policies: compilePolicies(config),
    verifyToken: createVerifyToken(providers),
    resolveConsumer: store.store.resolve,
  });
  return { config, check, store, providers };
}

/** What runs in `one` and is not part of `other`. */
export function partsOnlyIn(one: Judge, other: Judge | null) {
  const kept = new Set(other?.providers.values());
  return {
    store: one.store === other?.store ? null : one.store.store,
    providers: [...one.providers.values()].filter((provider) => !kept.has(provider)),
  };
}
