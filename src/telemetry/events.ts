import type { Clock } from '../lib/clock.ts';
import type { DecisionEvent } from './decision-event.ts';
import type { Logger } from './logger.ts';
import type { LogFields } from './redact.ts';
import type { Metrics } from './metrics.ts';
import { tellOfSessions, type SessionEvents } from './session-events.ts';
import { tellOfWebhooks, type WebhookEvents } from './webhook-events.ts';
import { harmless } from './wrap-telemetry.ts';

const circuitValues = { closed: 0, half_open: 1, open: 2 } as const;
export type CircuitState = keyof typeof circuitValues;

/** `grpc_*` labels of the one method, as other gRPC servers name them. */
const checkMethod = ['envoy.service.auth.v3.Authorization', 'Check'] as const;

export type Outcome = 'success' | 'failure';

/** What the rest of Postern can tell: one method per event. None of them throws. */
export interface Telemetry extends SessionEvents, WebhookEvents {
  /** A Check was answered. */
  readonly decided: (event: DecisionEvent) => void;
  /** A request to an identity provider ended. `outcome` must come from a small closed set. */
  readonly providerRequested: (event: ProviderRequestEvent) => void;
  readonly keysRefreshed: (event: KeysRefreshedEvent) => void;
  readonly circuitChanged: (event: {
    readonly provider: string;
    readonly state: CircuitState;
  }) => void;
  readonly cacheAsked: (event: { readonly cache: string; readonly result: string }) => void;
  readonly cacheSized: (event: { readonly cache: string; readonly entries: number }) => void;
  readonly redisCommanded: (event: RedisCommandEvent) => void;
  readonly redisChanged: (event: { readonly up: boolean }) => void;
  readonly revocationsCounted: (event: { readonly count: number }) => void;
  readonly adminAnswered: (event: AdminRequestEvent) => void;
  readonly configReloaded: (event: ReloadEvent) => void;
  readonly certificatesReloaded: (event: ReloadEvent) => void;
  /** The Consumers file was read; `consumers` is the number in force after that. */
  readonly consumersLoaded: (event: ReloadEvent & { readonly consumers: number }) => void;
}

export interface ProviderRequestEvent {
  readonly provider: string;
  /** `discovery`, `jwks`, `introspection`, … */
  readonly operation: string;
  readonly outcome: string;
  readonly ms: number;
}

export interface KeysRefreshedEvent {
  readonly provider: string;
  readonly outcome: Outcome;
  /** Why it failed, as far as that is known. */
  readonly detail?: string;
}

export interface RedisCommandEvent {
  readonly command: string;
  readonly outcome: string;
  readonly ms: number;
}

/** A request to the Admin API is over. */
export interface AdminRequestEvent {
  /** From a small closed set, as is `route`. */
  readonly method: string;
  /** As in the table of routes, without the names in it. */
  readonly route: string;
  readonly status: number;
  readonly ms: number;
}

export interface ReloadEvent {
  readonly outcome: Outcome;
  /** What is wrong, ready to be read. */
  readonly problems?: readonly string[];
  readonly error?: unknown;
}

export interface TelemetryOptions {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly logDecision: (event: DecisionEvent) => void;
  readonly clock: Clock;
}

/** Turns events into log lines and metrics. */
export function createTelemetry(options: TelemetryOptions): Telemetry {
  const { metrics, logDecision } = options;
  return harmless({
    decided(event) {
      countDecision(metrics, event);
      logDecision(event);
    },
    cacheAsked({ cache, result }) {
      metrics.cacheRequests([cache, result]);
    },
    cacheSized({ cache, entries }) {
      metrics.cacheEntries([cache], entries);
    },
    adminAnswered({ method, route, status, ms }) {
      metrics.adminRequests([method, route, String(status)]);
      metrics.adminDuration([method, route], ms / 1000);
    },
    ...tellOfBackends(options),
    ...tellOfReloads(options),
    ...tellOfSessions(options),
    ...tellOfWebhooks(options),
  });
}

type BackendEvents =
  | 'providerRequested'
  | 'keysRefreshed'
  | 'circuitChanged'
  | 'redisCommanded'
  | 'redisChanged'
  | 'revocationsCounted';

function tellOfBackends({
  logger,
  metrics,
  clock,
}: TelemetryOptions): Pick<Telemetry, BackendEvents> {
  return {
    providerRequested({ provider, operation, outcome, ms }) {
      metrics.providerRequests([provider, operation, outcome]);
      metrics.providerDuration([provider, operation], ms / 1000);
    },
    keysRefreshed({ provider, outcome, detail }) {
      metrics.keyRefreshes([provider, outcome]);
      if (outcome === 'success') metrics.keysRefreshed([provider], clock.now() / 1000);
      else {
        const fields = { provider, ...(detail === undefined ? {} : { detail }) };
        logger.warn(fields, 'keys of the identity provider could not be refreshed');
      }
    },
    circuitChanged({ provider, state }) {
      metrics.circuit([provider], circuitValues[state]);
      const write = state === 'closed' ? logger.info : logger.warn;
      write({ provider, state }, 'circuit breaker of the identity provider changed');
    },
    redisCommanded({ command, outcome, ms }) {
      metrics.redisCommands([command, outcome]);
      metrics.redisDuration([], ms / 1000);
    },
    revocationsCounted({ count }) {
      metrics.revocations([], count);
    },
    redisChanged({ up }) {
      metrics.redisUp([], up ? 1 : 0);
      if (up) logger.info({}, 'Redis is reachable');
      else logger.warn({}, 'Redis is not reachable');
    },
  };
}

type ReloadEvents = 'configReloaded' | 'consumersLoaded' | 'certificatesReloaded';

function tellOfReloads({ logger, metrics }: TelemetryOptions): Pick<Telemetry, ReloadEvents> {
  return {
    configReloaded(event) {
      metrics.configReloads([event.outcome]);
      logReload(logger, 'configuration', event);
    },
    consumersLoaded(event) {
      metrics.consumersReloads([event.outcome]);
      metrics.consumers([], event.consumers);
      logReload(logger, 'Consumers file', event);
    },
    certificatesReloaded(event) {
      metrics.certificateReloads([event.outcome]);
      logReload(logger, 'TLS files', event);
    },
  };
}

function countDecision(metrics: Metrics, event: DecisionEvent): void {
  const { decision, durationMs } = event;
  const method = decision.trail.token?.method ?? 'none';
  const seconds = durationMs / 1000;
  metrics.checks([decision.kind, decision.reason, method]);
  metrics.checkDuration([decision.kind], seconds);
  metrics.rpcs([...checkMethod, event.callerGone ? 'Canceled' : 'OK']);
  metrics.rpcDuration(checkMethod, seconds);
}

function logReload(logger: Logger, what: string, { outcome, problems, error }: ReloadEvent): void {
  if (outcome === 'success') {
    logger.info({}, `${what} loaded`);
    return;
  }
  const fields: LogFields = {
    ...(problems === undefined ? {} : { problems }),
    ...(error === undefined ? {} : { err: error }),
  };
  logger.error(fields, `${what} could not be loaded; what was in force stays so`);
}
