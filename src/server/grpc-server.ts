import {
  experimental,
  Server,
  ServerCredentials,
  type ServerOptions,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import type { PackageDefinition, ServiceDefinition } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { HealthImplementation } from 'grpc-health-check';
import type { TlsFiles } from './certificate-files.ts';
import { CertificateWatcher, type CertificateReport } from './certificate-watcher.ts';
import { formatHostPort, parseListenAddress, type ListenAddress } from './listen-address.ts';
import { clearStaleSocket, restrictSocket } from './unix-socket.ts';

export interface GrpcServerOptions {
  /** `host:port` or `unix:/path`. */
  readonly address: string;
  /** Null = plain text. */
  readonly tls: TlsFiles | null;
  readonly service: GrpcService;
  /** Offers `grpc.reflection.v1` and `v1alpha`. */
  readonly reflection: boolean;
  readonly maxMessageBytes: number;
  readonly maxConcurrentStreams: number;
  /** Idle time before a ping, and how long its answer may take. */
  readonly keepaliveTimeMs: number;
  readonly keepaliveTimeoutMs: number;
  /** Age at which a connection is asked to close, so that callers spread anew; grpc-js varies it by 10 %. */
  readonly maxConnectionAgeMs: number;
  /** How long {@link GrpcServer.stop} waits for calls under way. */
  readonly drainTimeoutMs: number;
  /** Told when changed certificate files were taken over, or could not be. */
  readonly onCertificates: (report: CertificateReport) => void;
  readonly certificatePollMs?: number;
}

/** A service with its handlers, as an adapter brings them. */
export interface GrpcService {
  readonly name: string;
  readonly definition: ServiceDefinition;
  readonly handlers: UntypedServiceImplementation;
  readonly packageDefinition: PackageDefinition;
}

export interface GrpcServer {
  /** As configured, with the port that was bound. */
  readonly address: string;
  /** What `grpc.health.v1` says; NOT_SERVING until the first call. */
  setServing(serving: boolean): void;
  /** NOT_SERVING, then no new calls, then waits for those under way; may be called again. */
  stop(): Promise<void>;
}

/** Serves one service with health checks. Rejects when it cannot bind or its certificates are unusable. */
export async function startGrpcServer(options: GrpcServerOptions): Promise<GrpcServer> {
  const target = parseListenAddress(options.address);
  if (target.kind === 'unix') await clearStaleSocket(target.path);
  const watcher = await openWatcher(options);
  const server = new Server(writeServerOptions(options));
  const health = addServices(server, options);
  const address = await bind(server, target, chooseCredentials(watcher, options.tls)).catch(
    (error: unknown) => {
      watcher?.close();
      throw error;
    },
  );
  if (target.kind === 'unix') await restrictSocket(target.path);

  const setServing = (serving: boolean) => {
    for (const name of ['', options.service.name]) {
      health.setStatus(name, serving ? 'SERVING' : 'NOT_SERVING');
    }
  };
  let stopped: Promise<void> | null = null;
  return {
    address,
    setServing,
    stop: () => {
      setServing(false);
      stopped ??= drain(server, address, options.drainTimeoutMs).finally(() => watcher?.close());
      return stopped;
    },
  };
}

function openWatcher(options: GrpcServerOptions): Promise<CertificateWatcher> | null {
  if (options.tls === null) return null;
  return CertificateWatcher.open({
    files: options.tls,
    pollMs: options.certificatePollMs ?? 500,
    report: options.onCertificates,
  });
}

function writeServerOptions(options: GrpcServerOptions): ServerOptions {
  return {
    'grpc.max_receive_message_length': options.maxMessageBytes,
    'grpc.max_concurrent_streams': options.maxConcurrentStreams,
    'grpc.keepalive_time_ms': options.keepaliveTimeMs,
    'grpc.keepalive_timeout_ms': options.keepaliveTimeoutMs,
    'grpc.max_connection_age_ms': options.maxConnectionAgeMs,
    'grpc.max_connection_age_grace_ms': options.drainTimeoutMs,
    'grpc.enable_channelz': 0,
  };
}

function addServices(server: Server, options: GrpcServerOptions): HealthImplementation {
  const { service } = options;
  server.addService(service.definition, service.handlers);
  const health = new HealthImplementation({ '': 'NOT_SERVING', [service.name]: 'NOT_SERVING' });
  health.addToServer(server);
  if (options.reflection) new ReflectionService(service.packageDefinition).addToServer(server);
  return health;
}

function chooseCredentials(
  watcher: CertificateWatcher | null,
  tls: TlsFiles | null,
): ServerCredentials {
  if (watcher === null || tls === null) return ServerCredentials.createInsecure();
  const needsClient = tls.clientCaFile !== null;
  // The declaration names them the other way round: the first one gives the server's own certificate.
  return experimental.createCertificateProviderServerCredentials(
    watcher,
    needsClient ? watcher : null,
    needsClient,
  );
}

function bind(
  server: Server,
  target: ListenAddress,
  credentials: ServerCredentials,
): Promise<string> {
  const wanted =
    target.kind === 'unix' ? `unix:${target.path}` : formatHostPort(target.host, target.port);
  return new Promise((resolve, reject) => {
    server.bindAsync(wanted, credentials, (error, port) => {
      if (error !== null) reject(error);
      else resolve(target.kind === 'unix' ? wanted : formatHostPort(target.host, port));
    });
  });
}

/**
 * `forceShutdown` does not know the connections when channelz is off, so `drain` is what ends the
 * calls that are still under way at the end of the time.
 */
function drain(server: Server, address: string, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    server.drain(address, timeoutMs);
    const timer = setTimeout(() => {
      server.forceShutdown();
      resolve();
    }, timeoutMs);
    server.tryShutdown(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
