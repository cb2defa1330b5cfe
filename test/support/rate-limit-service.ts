import { join } from 'node:path';
import {
  Server,
  ServerCredentials,
  type sendUnaryData,
  type ServerUnaryCall,
  type ServiceDefinition,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

/** What Envoy asks about one request (`envoy.extensions.common.ratelimit.v3.RateLimitDescriptor`). */
export interface RateLimitDescriptor {
  readonly entries: readonly { readonly key: string; readonly value: string }[];
  /** The limit that the request brings along; absent where it brings none. */
  readonly limit?: { readonly requests_per_unit: number; readonly unit: string } | null;
}

export interface RateLimitService {
  readonly port: number;
  /** All descriptors so far, oldest first. */
  readonly descriptors: readonly RateLimitDescriptor[];
  /** Starts all counts anew. */
  reset(): void;
  stop(): void;
}

interface RateLimitRequest {
  readonly descriptors: readonly RateLimitDescriptor[];
}

interface RateLimitResponse {
  readonly overall_code: 'OK' | 'OVER_LIMIT';
  readonly statuses: readonly object[];
}

const serviceName = 'envoy.service.ratelimit.v3.RateLimitService';

/**
 * A rate limit service (`envoy.service.ratelimit.v3`) that knows no limits of its own: each request
 * must bring one. It counts without a clock, so that a unit ends at `reset` alone.
 */
export async function startRateLimitService(): Promise<RateLimitService> {
  const descriptors: RateLimitDescriptor[] = [];
  const counts = new Map<string, number>();
  const server = new Server();
  server.addService(loadService(), {
    ShouldRateLimit: (
      { request }: ServerUnaryCall<RateLimitRequest, RateLimitResponse>,
      callback: sendUnaryData<RateLimitResponse>,
    ) => {
      descriptors.push(...request.descriptors);
      const codes = request.descriptors.map((descriptor) => judge(counts, descriptor));
      callback(null, {
        overall_code: codes.includes('OVER_LIMIT') ? 'OVER_LIMIT' : 'OK',
        statuses: codes.map((code) => ({ code })),
      });
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return {
    port,
    descriptors,
    reset: () => {
      counts.clear();
    },
    stop: () => {
      server.forceShutdown();
    },
  };
}

function judge(
  counts: Map<string, number>,
  { entries, limit }: RateLimitDescriptor,
): RateLimitResponse['overall_code'] {
  if (limit === undefined || limit === null) return 'OK';
  const key = JSON.stringify(entries);
  const count = (counts.get(key) ?? 0) + 1;
  counts.set(key, count);
  return count > limit.requests_per_unit ? 'OVER_LIMIT' : 'OK';
}

function loadService(): ServiceDefinition {
  const file = join(import.meta.dirname, 'proto', 'rate-limit.proto');
  const definition = loadSync(file, { keepCase: true, enums: String, arrays: true });
  const service = definition[serviceName];
  if (service === undefined || 'format' in service) throw new Error(`no ${serviceName} in ${file}`);
  return service;
}

/**
 * What Envoy needs to ask it: for `envoyConfig`. Requests are counted by Consumer, and the limit is
 * the one that Postern gave in `dynamic_metadata.rate_limit`.
 */
export function rateLimitOptions(port: number) {
  const http = 'type.googleapis.com/envoy.extensions.filters.http';
  const decided = 'envoy.filters.http.ext_authz';
  return {
    clusters: [{ name: 'rate-limit', port, http2: true }],
    filters: [
      {
        name: 'envoy.filters.http.ratelimit',
        typed_config: {
          '@type': `${http}.ratelimit.v3.RateLimit`,
          domain: 'postern',
          // Without an answer nothing passes, so that a test cannot pass for want of one.
          failure_mode_deny: true,
          timeout: '5s',
          rate_limit_service: {
            transport_api_version: 'V3',
            grpc_service: { envoy_grpc: { cluster_name: 'rate-limit' } },
          },
        },
      },
    ],
    virtualHost: {
      rate_limits: [
        {
          actions: [
            {
              metadata: {
                descriptor_key: 'consumer',
                source: 'DYNAMIC',
                metadata_key: { key: decided, path: [{ key: 'consumer' }, { key: 'id' }] },
              },
            },
          ],
          limit: {
            dynamic_metadata: { metadata_key: { key: decided, path: [{ key: 'rate_limit' }] } },
          },
        },
      ],
    },
  };
}
