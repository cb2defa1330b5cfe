import type { Check } from '../../src/authz/check.ts';
import {
  loadAuthorizationProto,
  authorizationServiceName,
} from '../../src/envoy/authorization-proto.ts';
import { defineCheckService } from '../../src/envoy/check-codec.ts';
import {
  createAuthorizationService,
  type AuthorizationService,
  type DecisionEvent,
} from '../../src/envoy/authorization-service.ts';
import {
  startGrpcServer,
  type GrpcServer,
  type GrpcServerOptions,
} from '../../src/server/grpc-server.ts';

export interface RunningServer {
  readonly server: GrpcServer;
  readonly service: AuthorizationService;
  /** What was reported so far. */
  readonly events: DecisionEvent[];
  /** Resolves with the next report. */
  nextEvent(): Promise<DecisionEvent>;
}

interface Overrides extends Partial<GrpcServerOptions> {
  readonly maxInFlight?: number;
}

/** The real gRPC listener and service around a check of the test's own. */
export async function startServer(check: Check, overrides: Overrides = {}): Promise<RunningServer> {
  const events: DecisionEvent[] = [];
  const waiting: ((event: DecisionEvent) => void)[] = [];
  const service = createAuthorizationService({
    check,
    maxInFlight: overrides.maxInFlight ?? 100,
    unavailable: 'deny',
    onDecision: (event) => {
      events.push(event);
      for (const resolve of waiting.splice(0)) resolve(event);
    },
  });
  const proto = loadAuthorizationProto();
  const server = await startGrpcServer({
    address: '127.0.0.1:0',
    tls: null,
    service: {
      name: authorizationServiceName,
      definition: defineCheckService(proto, 'lean'),
      handlers: service.handlers,
      packageDefinition: proto.packageDefinition,
    },
    reflection: false,
    maxMessageBytes: 1_048_576,
    maxConcurrentStreams: 1000,
    keepaliveTimeMs: 60_000,
    keepaliveTimeoutMs: 20_000,
    maxConnectionAgeMs: 300_000,
    drainTimeoutMs: 5000,
    onCertificates: () => undefined,
    ...overrides,
  });
  const nextEvent = () => new Promise<DecisionEvent>((resolve) => waiting.push(resolve));
  return { server, service, events, nextEvent };
}
