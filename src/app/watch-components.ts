import type { Readiness, ComponentState } from '../server/readiness.ts';
import type { StoreStatus } from '../store/consumer-store.ts';
import type { Telemetry } from '../telemetry/events.ts';
import type { Judge } from './judge.ts';

const intervalMs = 1000;

/**
 * Carries what the store and the providers say of themselves into readiness and metrics, each
 * second. Once the store was reached, nothing here takes the process out of service: an outage
 * that caches bridge must not.
 */
export function watchComponents(
  current: () => Judge,
  readiness: Readiness,
  telemetry: Telemetry,
  signal: AbortSignal,
): void {
  const look = (): void => {
    const { store, providers } = current();
    readiness.set('store', describeStore(store.store.status()));
    let accepted = 0;
    let refused = 0;
    for (const provider of providers.values()) {
      readiness.set(`identity_provider ${provider.name}`, provider.status());
      accepted += provider.cacheSizes().accepted;
      refused += provider.cacheSizes().refused;
    }
    telemetry.cacheSized({ cache: 'token', entries: accepted });
    telemetry.cacheSized({ cache: 'token_negative', entries: refused });
  };
  look();
  const timer = setInterval(look, intervalMs).unref();
  signal.addEventListener('abort', () => {
    clearInterval(timer);
  });
}

function describeStore({ state, reason }: StoreStatus): ComponentState {
  return state === 'ok' ? { status: 'ready' } : { status: 'degraded', reason: reason ?? state };
}
