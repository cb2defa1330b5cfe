import type { MetricsRegistry } from './metrics-registry.ts';

/** Seconds; a cached allow lies in the first, a provider that is slow to answer in the last. */
const durationBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

export interface BuildInfo {
  readonly version: string;
  readonly node: string;
}

export type Metrics = ReturnType<typeof createMetrics>;

/** Every metric of Postern. No Consumer, client or path is ever a label. */
export function createMetrics(registry: MetricsRegistry, build: BuildInfo) {
  const buildInfo = registry.gauge('postern_build_info', 'Always 1.', ['version', 'node']);
  buildInfo([build.version, build.node], 1);
  return {
    ...createCheckMetrics(registry),
    ...createProviderMetrics(registry),
    ...createStoreMetrics(registry),
    ...createAdminMetrics(registry),
    sessions: registry.counter(
      'postern_sessions_total',
      'Sessions opened, renewed and ended, and those that could not be kept, by the reason.',
      ['event'],
    ),
    webhookDeliveries: registry.counter(
      'postern_webhook_deliveries_total',
      'Attempts to deliver to webhooks, by how they ended.',
      ['endpoint', 'outcome'],
    ),
    webhooksPending: registry.gauge(
      'postern_webhook_pending',
      'Deliveries that wait or are tried again, of all replicas.',
      ['endpoint'],
    ),
    configReloads: registry.counter(
      'postern_config_reloads_total',
      'Attempts to take over changed configuration.',
      ['outcome'],
    ),
    consumersReloads: registry.counter(
      'postern_consumers_reloads_total',
      'Readings of the Consumers file.',
      ['outcome'],
    ),
    consumers: registry.gauge('postern_consumers', 'Consumers of the file in force.', []),
    certificateReloads: registry.counter(
      'postern_certificate_reloads_total',
      'Attempts to take over changed TLS files of the gRPC listener.',
      ['outcome'],
    ),
  };
}

function createCheckMetrics(registry: MetricsRegistry) {
  return {
    checks: registry.counter('postern_check_requests_total', 'Checks, by how they ended.', [
      'decision',
      'reason',
      'auth_method',
    ]),
    checkDuration: registry.histogram(
      'postern_check_duration_seconds',
      'Time from a Check to its answer.',
      ['decision'],
      durationBuckets,
    ),
    /** Takes over who knows how many Checks are under way. */
    watchInFlight: (read: () => number) => {
      registry.gaugeOf('postern_checks_in_flight', 'Checks under way.', read);
    },
    rpcs: registry.counter('grpc_server_handled_total', 'RPCs completed by the server.', [
      'grpc_service',
      'grpc_method',
      'grpc_code',
    ]),
    rpcDuration: registry.histogram(
      'grpc_server_handling_seconds',
      'Time that the server took for an RPC.',
      ['grpc_service', 'grpc_method'],
      durationBuckets,
    ),
  };
}

function createProviderMetrics(registry: MetricsRegistry) {
  return {
    providerRequests: registry.counter(
      'postern_idp_requests_total',
      'Requests to identity providers.',
      ['idp', 'operation', 'outcome'],
    ),
    providerDuration: registry.histogram(
      'postern_idp_request_duration_seconds',
      'Time that identity providers took to answer.',
      ['idp', 'operation'],
      durationBuckets,
    ),
    keyRefreshes: registry.counter('postern_jwks_refresh_total', 'Refreshes of key sets.', [
      'idp',
      'outcome',
    ]),
    keysRefreshed: registry.gauge(
      'postern_jwks_last_success_timestamp_seconds',
      'When a key set was last fetched.',
      ['idp'],
    ),
    circuit: registry.gauge(
      'postern_circuit_state',
      'Circuit breaker: 0 closed, 1 half open, 2 open.',
      ['target'],
    ),
    cacheRequests: registry.counter('postern_cache_requests_total', 'Look-ups in caches.', [
      'cache',
      'result',
    ]),
    cacheEntries: registry.gauge('postern_cache_entries', 'Entries in caches.', ['cache']),
  };
}

function createStoreMetrics(registry: MetricsRegistry) {
  return {
    redisCommands: registry.counter('postern_redis_commands_total', 'Commands sent to Redis.', [
      'command',
      'outcome',
    ]),
    redisDuration: registry.histogram(
      'postern_redis_command_duration_seconds',
      'Time that Redis took to answer.',
      [],
      durationBuckets,
    ),
    revocations: registry.gauge(
      'postern_revocations',
      'Revocations that this process knows of.',
      [],
    ),
    redisUp: registry.gauge('postern_redis_up', 'Whether Redis answers: 1 or 0.', []),
  };
}

function createAdminMetrics(registry: MetricsRegistry) {
  return {
    adminRequests: registry.counter(
      'postern_admin_requests_total',
      'Requests to the Admin API; 499 = the caller hung up before the answer.',
      ['method', 'route', 'status'],
    ),
    adminDuration: registry.histogram(
      'postern_admin_request_duration_seconds',
      'Time from a request to the Admin API to the end of its answer.',
      ['method', 'route'],
      durationBuckets,
    ),
  };
}
