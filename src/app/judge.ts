import { createCheck, type Check, type CheckDependencies } from '../authz/check.ts';
import { compilePolicies } from '../config/compile-policies.ts';
import type { Config } from '../config/config.ts';
import { createObtainToken } from '../oauth/grants/obtain-token.ts';
import { createVerifyToken } from '../oauth/verify-token.ts';
import { openProofs, type OpenProofs } from './open-proofs.ts';
import { openProviders, type OpenProvider } from './open-providers.ts';
import { openSessions, type OpenSessions } from './open-sessions.ts';
import { openSigner, type OpenSigner } from './open-signer.ts';
import { openStore, type OpenStore } from './open-store.ts';
import type { Tools } from './tools.ts';

/** Everything that judges requests by one configuration; a reload builds the next one. */
export interface Judge {
  readonly config: Config;
  readonly check: Check;
  /** What the check works with, for dry runs of it. */
  readonly ports: CheckDependencies;
  readonly store: OpenStore;
  readonly providers: ReadonlyMap<string, OpenProvider>;
  readonly sessions: OpenSessions;
  readonly proofs: OpenProofs;
  /** Undefined where no Service signs for its upstream. */
  readonly signer: OpenSigner | undefined;
}

/**
 * Assembles the request path of a configuration. Parts of `before` whose configuration did not
 * change are taken over as they run; new ones are not started yet.
 */
export function assembleJudge(config: Config, before: Judge | null, tools: Tools): Judge {
  const old: Partial<Judge> = before ?? {};
  const store = openStore(config, old.store, tools);
  const providers = openProviders(config, old.providers ?? new Map(), tools);
  const sessions = openSessions(config, old.sessions, store, tools);
  const proofs = openProofs(config, old.proofs, store, tools);
  const signer = openSigner(config, old.signer, tools);
  const byName = new Map([...providers].map(([name, { provider }]) => [name, provider]));
  const cacheKey = config.sharedKey ?? tools.processKeys.cache;
  const ports: CheckDependencies = {
    policies: compilePolicies(config),
    verifyToken: createVerifyToken(byName),
    obtainToken: createObtainToken(byName, { cacheKey }),
    sessions: sessions.sessions,
    proofs: proofs.proofs,
    resolveConsumer: store.store.resolve,
    revocations: store.revocations,
    signUpstreamJwt: signer?.sign ?? refuseToSign,
  };
  return { config, check: createCheck(ports), ports, store, providers, sessions, proofs, signer };
}

function refuseToSign(): never {
  throw new TypeError('a policy wants a JWT for its upstream, and there is no signer');
}

/** What of `one` is not part of `other` as well. */
export interface Parts {
  readonly store: OpenStore | null;
  readonly providers: readonly OpenProvider[];
}

export function partsOnlyIn(one: Judge, other: Judge | null): Parts {
  const kept = new Set(other?.providers.values());
  return {
    store: one.store === other?.store ? null : one.store,
    providers: [...one.providers.values()].filter((provider) => !kept.has(provider)),
  };
}
