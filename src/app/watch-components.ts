import type { Readiness, ComponentState } from '../server/readiness.ts';
import type { StoreStatus } from '../store/consumer-store.ts';
import type { Telemetry } from '../telemetry/events.ts';
import type { Provider } from '../oauth/provider.ts';
import type { Judge } from './judge.ts';
import type { Tools } from './tools.ts';

const intervalMs = 1000;

type CacheSizes = ReturnType<Provider['cacheSizes']>;

export interface Watched {
  readonly current: () => Judge;
  /** Null where there is no Admin API. */
  readonly admin: { status(): StoreStatus } | null;
  readonly readiness: Readiness;
  readonly tools: Pick<Tools, 'telemetry' | 'revoked'>;
  /** Ends the watch. */
  readonly signal: AbortSignal;
}

/**
 * Carries what the store and the providers say of themselves into readiness and metrics, each
 * second. Once the stores were reached, nothing here takes the process out of service: an outage
 * that caches bridge must not.
 */
export function watchComponents({ current, admin, readiness, tools, signal }: Watched): void {
  const { telemetry, revoked } = tools;
  const look = (): void => {
    const judge = current();
    readiness.replace(describeComponents(judge, admin));
    reportCacheSizes(judge, telemetry);
    telemetry.revocationsCounted({ count: revoked.size });
  };
  look();
  const timer = setInterval(look, intervalMs).unref();
  signal.addEventListener('abort', () => {
    clearInterval(timer);
  });
}

function describeComponents(
  { store, providers }: Judge,
  admin: Watched['admin'],
): Map<string, ComponentState> {
  const states = new Map([['store', describeStore(store.store.status())]]);
  if (admin !== null) states.set('administration', describeStore(admin.status()));
  for (const { provider } of providers.values()) {
    states.set(`identity_provider ${provider.name}`, provider.status());
  }
  return states;
}

function describeStore({ state, reason }: StoreStatus): ComponentState {
  return state === 'ok' ? { status: 'ready' } : { status: 'degraded', reason: reason ?? state };
}

function reportCacheSizes({ providers }: Judge, telemetry: Telemetry): void {
  const all = [...providers.values()];
  const report = (cache: string, sizes: readonly CacheSizes[]): void => {
    const sum = (kind: keyof CacheSizes) => sizes.reduce((total, size) => total + size[kind], 0);
    telemetry.cacheSized({ cache, entries: sum('accepted') });
    telemetry.cacheSized({ cache: `${cache}_negative`, entries: sum('refused') });
  };
  report(
    'token',
    all.map(({ provider }) => provider.cacheSizes()),
  );
  report(
    'credential',
    all.map(({ provider }) => provider.credentialCacheSizes()),
  );
}
