import type { Check } from '../authz/check.ts';
import type { Config } from '../config/config.ts';
import { authorizationServiceName, loadAuthorizationProto } from '../envoy/authorization-proto.ts';
import { createAuthorizationService } from '../envoy/authorization-service.ts';
import { defineCheckService } from '../envoy/check-codec.ts';
import { startGrpcServer, type GrpcServer } from '../server/grpc-server.ts';
import { startOpsServer, type OpsServer, type OpsServerOptions } from '../server/ops-server.ts';
import type { Readiness } from '../server/readiness.ts';
import type { Telemetry } from '../telemetry/events.ts';
import type { Exposition } from '../telemetry/metrics-registry.ts';
import type { Metrics } from '../telemetry/metrics.ts';

export interface ListenersOptions {
  readonly config: Config;
  /** Null = no Checks are answered, and there is no listener for them. */
  readonly check: Check | null;
  readonly readiness: Readiness;
  readonly telemetry: Telemetry;
  readonly metrics: Metrics;
  readonly scrape: () => Promise<Exposition>;
  readonly version: Readonly<Record<string, string>>;
  readonly pages: OpsServerOptions['pages'];
}

export interface Listeners {
  readonly grpc: GrpcServer | null;
  readonly ops: OpsServer;
}

/** Binds the listeners, ops first so that probes see a start. Rejects when one cannot be bound. */
export async function startListeners(options: ListenersOptions): Promise<Listeners> {
  const { config, check, readiness } = options;
  const ops = await startOpsServer({
    address: config.listen.ops.address,
    readiness,
    metrics: options.scrape,
    version: options.version,
    pages: options.pages,
  });
  if (check === null) return { grpc: null, ops };
  try {
    const grpc = await startGrpc(options, check);
    readiness.onChange((inService) => {
      grpc.setServing(inService);
    });
    return { grpc, ops };
  } catch (error) {
    await ops.stop();
    throw error;
  }
}

function startGrpc(
  { config, telemetry, metrics }: ListenersOptions,
  check: Check,
): Promise<GrpcServer> {
  const { grpc } = config.listen;
  const service = createAuthorizationService({
    check,
    maxInFlight: grpc.maxInFlight,
    unavailable: config.unavailable === 'denied' ? 'deny' : 'envoy_decides',
    onDecision: telemetry.decided,
  });
  metrics.watchInFlight(() => service.inFlight());
  const proto = loadAuthorizationProto();
  return startGrpcServer({
    ...grpc,
    service: {
      name: authorizationServiceName,
      definition: defineCheckService(proto, grpc.codec),
      handlers: service.handlers,
      packageDefinition: proto.packageDefinition,
    },
    // Load is shed by `max_in_flight`, with an answer; a stream limit would only make Envoy wait.
    maxConcurrentStreams: grpc.maxInFlight * 2,
    drainTimeoutMs: config.drainTimeoutMs,
    onCertificates: telemetry.certificatesReloaded,
  });
}
