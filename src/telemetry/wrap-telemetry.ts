import type { Telemetry } from './events.ts';

type Wrap = <Event>(tell: (event: Event) => void) => (event: Event) => void;

/** An event that cannot be counted must never become a fault of the request that it tells of. */
export function harmless(telemetry: Telemetry): Telemetry {
  return wrapAll(telemetry, (tell) => (event) => {
    try {
      tell(event);
    } catch {
      // Nothing that could still be told about it.
    }
  });
}

/** The same telemetry for a part of the process that may have to fall silent before the others. */
export function muteable(telemetry: Telemetry): {
  readonly telemetry: Telemetry;
  /** From now on nothing is told any more. */
  readonly mute: () => void;
} {
  let muted = false;
  const gated = wrapAll(telemetry, (tell) => (event) => {
    if (!muted) tell(event);
  });
  return {
    telemetry: gated,
    mute: () => {
      muted = true;
    },
  };
}

function wrapAll(telemetry: Telemetry, wrap: Wrap): Telemetry {
  return {
    decided: wrap(telemetry.decided),
    providerRequested: wrap(telemetry.providerRequested),
    keysRefreshed: wrap(telemetry.keysRefreshed),
    circuitChanged: wrap(telemetry.circuitChanged),
    cacheAsked: wrap(telemetry.cacheAsked),
    cacheSized: wrap(telemetry.cacheSized),
    redisCommanded: wrap(telemetry.redisCommanded),
    redisChanged: wrap(telemetry.redisChanged),
    revocationsCounted: wrap(telemetry.revocationsCounted),
    adminAnswered: wrap(telemetry.adminAnswered),
    configReloaded: wrap(telemetry.configReloaded),
    certificatesReloaded: wrap(telemetry.certificatesReloaded),
    consumersLoaded: wrap(telemetry.consumersLoaded),
    sessionChanged: wrap(telemetry.sessionChanged),
    sessionNotKept: wrap(telemetry.sessionNotKept),
    webhookAttempted: wrap(telemetry.webhookAttempted),
    webhooksPending: wrap(telemetry.webhooksPending),
    webhookStoreChanged: wrap(telemetry.webhookStoreChanged),
    webhookCursorFound: wrap(telemetry.webhookCursorFound),
  };
}
