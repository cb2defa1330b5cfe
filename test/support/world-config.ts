import type { EnvoyRoute } from './envoy-config.ts';
import type { WorldOptions } from './world.ts';

export type Json = Readonly<Record<string, unknown>>;

export interface ServiceSettings extends Json {
  readonly name: string;
  readonly routes?: readonly ({ readonly name: string } & Json)[];
}

/** First part of every key of a world's Consumers in Redis. */
export const keyPrefix = 'world';

/** Settings of a provider that Postern may ask as its client `postern`. */
export function describeProvider(name: string, issuer: string, more: Json = {}): Json {
  return { name, issuer, client: { id: 'postern', secret: 's3cret-of-postern' }, ...more };
}

/** The configuration file, but for `listen`. */
export function writeConfig(options: WorldOptions): Json {
  const { redis } = options;
  const store =
    redis === undefined
      ? { file: { path: 'consumers.yaml' } }
      : { redis: { url: redis.url, key_prefix: keyPrefix, ...options.redisSettings } };
  return {
    store,
    identity_providers: options.identityProviders,
    services: options.services,
    drain_delay: '0ms',
    log: { sample_allows: 1 },
    ...options.config,
  };
}

/** Whatever no Service is at names no policy. */
export function writeRoutes(services: readonly ServiceSettings[]): EnvoyRoute[] {
  const routes = services.flatMap(({ name, routes = [] }) => [
    ...routes.map((route) => ({
      prefix: `/${name}/${route.name}`,
      contextExtensions: { service: name, route: route.name },
    })),
    { prefix: `/${name}/`, contextExtensions: { service: name } },
    { prefix: `/grpc.${name}.`, contextExtensions: { service: name }, grpc: true },
  ]);
  return [...routes, { prefix: '/' }];
}

/** An access log with what Postern told Envoy. */
export function fileLog(path: string): Json {
  return {
    name: 'envoy.access_loggers.file',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog',
      path,
      log_format: {
        json_format: {
          id: '%REQ(X-REQUEST-ID)%',
          metadata: '%DYNAMIC_METADATA(envoy.filters.http.ext_authz)%',
        },
      },
    },
  };
}
