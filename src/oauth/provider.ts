import type { TokenToVerify } from '../authz/token.ts';
import type { Clock } from '../lib/clock.ts';
import type { MaybePromise } from '../lib/step.ts';
import { CachedVerifier } from './cached-verifier.ts';
import { CallLimiter } from './call-limiter.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { examineEndpoints, type ExaminedEndpoint } from './examine-endpoints.ts';
import { fingerprintProvider, fingerprintSource } from './fingerprint.ts';
import { assembleGrants } from './grants/assemble-grants.ts';
import type { GrantRequest } from './grants/cached-grants.ts';
import type { Obtained } from './grants/grant-cache.ts';
import { createHttpClient } from './http-client.ts';
import { createIntrospector } from './introspect-token.ts';
import { createTokenJudge, type VerificationMode } from './judge-token.ts';
import {
  areFailing,
  canIntrospect,
  describeProvider,
  mayHaveKeys,
  type ProviderStatus,
} from './describe-provider.ts';
import { keepFresh } from './keep-fresh.ts';
import { KeySet, type KeySets } from './key-set.ts';
import { ProviderCalls } from './provider-calls.ts';
import { ProviderMetadata, type MetadataMembers } from './provider-metadata.ts';
import type { ProviderOptions } from './provider-options.ts';
import type { OauthReport } from './report.ts';
import { SourceHistory } from './source-history.ts';
import { TokenCache, type Verdict } from './token-cache.ts';
import { createJwtVerifier } from './verify-jwt.ts';

export interface ProviderDependencies {
  readonly clock: Clock;
  readonly report: OauthReport;
}

/** What a provider learnt that a successor with other rules may start from. */
export interface Inheritance {
  /** Tells whether the successor would ask at the same places. */
  readonly source: string;
  readonly metadata: MetadataMembers | null;
  readonly keys: KeySets;
}

/** One identity provider: proves tokens, from its cache or by its keys and endpoints. */
export interface Provider {
  readonly name: string;
  /** Equal fingerprints: the same options, so that a reload can keep this provider and its cache. */
  readonly fingerprint: string;
  /** Every `iss` that it owns. */
  readonly issuers: ReadonlySet<string>;
  /** Whether it can be asked about tokens, as far as is known. */
  readonly introspects: boolean;
  /** Whether it has keys that prove tokens, or may have some, as far as is known. */
  readonly verifiesByKeys: boolean;
  /** What the cache says, at once and without I/O; null = it has to be verified. */
  cached(mode: VerificationMode, token: string): Verdict | null;
  /** At once from the cache, else by the provider. */
  verify(
    mode: VerificationMode,
    presented: TokenToVerify,
    signal: AbortSignal,
  ): MaybePromise<Verdict>;
  /** Exchanges a pair for a token of its own: at once from the cache, else by the token endpoint. */
  obtain(request: GrantRequest, signal: AbortSignal): MaybePromise<Obtained>;
  /** Loads metadata and keys and keeps them fresh. Resolves after the first try, failed or not; never rejects. */
  start(): Promise<void>;
  /** Refetches metadata and keys, at most once per `rediscovery` interval. */
  refresh(): Promise<void>;
  /** What it says of itself (RFC 8414), null while that is not known. */
  readonly metadata: MetadataMembers | null;
  status(): ProviderStatus;
  /** Calls each endpoint that it names once, with nothing in the call: for whoever looks for trouble. */
  examine(signal: AbortSignal): Promise<readonly ExaminedEndpoint[]>;
  /** Entries in the two token caches. */
  cacheSizes(): { readonly accepted: number; readonly refused: number };
  /** Entries in the two caches of exchanged pairs. */
  credentialCacheSizes(): { readonly accepted: number; readonly refused: number };
  /** Metadata and keys as they are now; never anything of its caches. */
  bequeath(): Inheritance;
  /**
   * Stops refreshing and closes connections; only when no check uses this provider any more. Never
   * rejects, and may be called again: calls under way end as failed ones.
   */
  close(): Promise<void>;
}

/**
 * `inherited` comes from the provider of the same name before a reload, so that a reload during an
 * outage does not lose the last good keys. It is left aside where the new options ask elsewhere.
 */
export function createProvider(
  options: ProviderOptions,
  deps: ProviderDependencies,
  inherited: Inheritance | null = null,
): Provider {
  const source = fingerprintSource(options);
  const parts = assemble(options, deps, inherited?.source === source ? inherited : null);
  const { http, metadata, keys, cache, verifier, grants } = parts;
  const refresher = keepFresh(options, { metadata, keys }, deps.report);

  return {
    name: options.name,
    fingerprint: parts.fingerprint,
    issuers: new Set([options.issuer, ...options.issuersAllowed]),
    get introspects() {
      return canIntrospect(options, metadata);
    },
    get verifiesByKeys() {
      return mayHaveKeys(parts);
    },
    cached: (mode, token) => verifier.cached(mode, token),
    verify: (mode, presented, signal) => verifier.verify(mode, presented, signal),
    obtain: (request, signal) => grants.obtain(request, signal),
    start: () => refresher.start(),
    refresh: () => refresher.refresh(),
    get metadata() {
      return metadata.members;
    },
    status: () => describeProvider(options, parts),
    examine: (signal) => examineEndpoints({ http, metadata }, signal),
    cacheSizes: () => cache.sizes,
    credentialCacheSizes: () => grants.sizes,
    bequeath: () => ({ source, metadata: metadata.members, keys: keys.sets }),
    async close() {
      refresher.stop();
      await http.close();
    },
  };
}

function assemble(
  options: ProviderOptions,
  { clock, report }: ProviderDependencies,
  inherited: Inheritance | null,
) {
  const fingerprint = fingerprintProvider(options);
  const http = createHttpClient({ ...options, provider: options.name }, { clock, report });
  const metadata = new ProviderMetadata(options, { http, clock }, inherited?.metadata ?? null);
  const keys = new KeySet(
    options,
    { http, metadata, clock, report },
    inherited?.keys.some(({ size }) => size > 0) === true ? inherited.keys : null,
  );
  const breaker = new CircuitBreaker(clock, (state) => {
    report.circuitChanged({ provider: options.name, state });
  });
  const cache = new TokenCache(options.cache, {
    clock,
    isCurrentKey: (keyId) => keys.holds(keyId),
  });
  const isFailing = () => areFailing({ metadata, keys });
  const limiter = new CallLimiter(options.maxConcurrentCalls);
  // A history each for tokens and for pairs: who brings good tokens may still guess secrets.
  const openCalls = () =>
    new ProviderCalls({ limiter, history: new SourceHistory(clock), breaker, isFailing });
  const shared = { http, metadata, keys, clock };
  const judge = createTokenJudge(options, {
    verifyJwt: createJwtVerifier(options, { keys, clock }),
    introspect: createIntrospector(options, { ...shared, calls: openCalls() }),
  });
  const verifier = new CachedVerifier(fingerprint, { cache, judge, report });
  const grants = assembleGrants(options, { ...shared, calls: openCalls(), judge, report });
  return { fingerprint, http, metadata, keys, breaker, cache, verifier, grants };
}
