import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { CertificateFiles } from './certificates.ts';

type Json = Record<string, unknown>;

export interface EnvoyRoute {
  /** `match.prefix`. */
  readonly prefix: string;
  /** `service` and `route` for Postern; none = the route sends none. */
  readonly contextExtensions?: Readonly<Record<string, string>>;
  /** Switches the authorization filter off for this route. */
  readonly disabled?: boolean;
  /** Goes to `grpcUpstreamPort` over HTTP/2. */
  readonly grpc?: boolean;
}

/** Something else that Envoy calls, on loopback. */
export interface EnvoyCluster {
  readonly name: string;
  readonly port: number;
  /** As for gRPC. */
  readonly http2?: boolean;
}

export interface EnvoyConfigOptions {
  /** Where Postern listens: a TCP port of loopback or a Unix socket. */
  readonly authz: { readonly port: number } | { readonly socket: string };
  readonly upstreamPort: number;
  readonly grpcUpstreamPort?: number;
  /** Default: one route `/` with `{ service: 'orders' }`. */
  readonly routes?: readonly EnvoyRoute[];
  /** 0 (the default) = Envoy picks one, and `startEnvoy` reports it. */
  readonly listenPort?: number;
  readonly adminPort?: number;
  readonly encodeRawHeaders?: boolean;
  readonly timeoutMs?: number;
  readonly failureModeAllow?: boolean;
  /** Postern gets the body up to this many bytes. */
  readonly requestBody?: {
    readonly maxBytes: number;
    /** What is longer goes to Postern cut off; otherwise Envoy answers 413. */
    readonly allowPartial?: boolean;
    /** As `raw_body`; otherwise as `body`, which must be UTF-8. */
    readonly packAsBytes?: boolean;
  };
  /**
   * The listener speaks TLS with this certificate and hands Postern that of the client, if it has
   * one, which must be of the authority.
   */
  readonly tls?: CertificateFiles & { readonly caFile: string };
  /** More HTTP filters between the authorization and the router. */
  readonly filters?: readonly Json[];
  readonly clusters?: readonly EnvoyCluster[];
  /** More fields of the one virtual host, such as `rate_limits`. */
  readonly virtualHost?: Json;
  /** Settings of Envoy's runtime, such as `re2.max_program_size.error_level`. */
  readonly runtime?: Json;
  /** Fields that replace those of the filter. */
  readonly filter?: Json;
  /** Fields that replace those of the connection manager. */
  readonly connectionManager?: Json;
}

/**
 * An Envoy bootstrap with the authorization filter as envoy/production.yaml recommends it, so that
 * what we advise is what is tested. The hardening around the filter (early removal of headers,
 * refusal of underscores) is left out: the tests show that Postern holds without it.
 */
export function envoyConfig(options: EnvoyConfigOptions): Json {
  return {
    admin: { address: tcp(options.adminPort ?? 0) },
    ...(options.runtime === undefined
      ? {}
      : { layered_runtime: { layers: [{ name: 'test', static_layer: options.runtime }] } }),
    static_resources: {
      listeners: [
        {
          name: 'listener',
          address: tcp(options.listenPort ?? 0),
          filter_chains: [
            {
              filters: [connectionManager(options)],
              ...(options.tls === undefined ? {} : { transport_socket: speakTls(options.tls) }),
            },
          ],
        },
      ],
      clusters: clusters(options),
    },
  };
}

function speakTls({ certFile, keyFile, caFile }: NonNullable<EnvoyConfigOptions['tls']>): Json {
  const type = 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext';
  return {
    name: 'envoy.transport_sockets.tls',
    typed_config: {
      '@type': type,
      common_tls_context: {
        tls_certificates: [
          { certificate_chain: { filename: certFile }, private_key: { filename: keyFile } },
        ],
        validation_context: { trusted_ca: { filename: caFile } },
      },
    },
  };
}

/** The filter's own settings (`envoy.extensions.filters.http.ext_authz.v3.ExtAuthz`). */
export function recommendedFilter(): Json {
  const file = join(import.meta.dirname, '..', '..', 'envoy', 'production.yaml');
  const filter = findFilter(parse(readFileSync(file, 'utf8')));
  if (filter === null) throw new Error('envoy/production.yaml has no ext_authz filter');
  return filter;
}

function findFilter(value: unknown): Json | null {
  if (typeof value !== 'object' || value === null) return null;
  const record = value as Json;
  if (typeof record['@type'] === 'string' && record['@type'].endsWith('.ExtAuthz')) return record;
  for (const inner of Object.values(record)) {
    const found = findFilter(inner);
    if (found !== null) return found;
  }
  return null;
}

function connectionManager(options: EnvoyConfigOptions): Json {
  const network = 'type.googleapis.com/envoy.extensions.filters.network';
  const http = 'type.googleapis.com/envoy.extensions.filters.http';
  return {
    name: 'envoy.filters.network.http_connection_manager',
    typed_config: {
      '@type': `${network}.http_connection_manager.v3.HttpConnectionManager`,
      stat_prefix: 'test',
      http_filters: [
        { name: 'envoy.filters.http.ext_authz', typed_config: authzFilter(options) },
        ...(options.filters ?? []),
        {
          name: 'envoy.filters.http.router',
          typed_config: { '@type': `${http}.router.v3.Router` },
        },
      ],
      route_config: {
        virtual_hosts: [
          { name: 'all', domains: ['*'], routes: routes(options), ...options.virtualHost },
        ],
      },
      ...options.connectionManager,
    },
  };
}

function authzFilter(options: EnvoyConfigOptions): Json {
  const recommended = recommendedFilter();
  return {
    ...recommended,
    grpc_service: {
      ...(recommended['grpc_service'] as Json),
      timeout: `${(options.timeoutMs ?? 5000) / 1000}s`,
    },
    failure_mode_allow: options.failureModeAllow ?? false,
    encode_raw_headers: options.encodeRawHeaders ?? true,
    ...(options.tls === undefined ? {} : { include_peer_certificate: true }),
    ...(options.requestBody === undefined ? {} : { with_request_body: body(options.requestBody) }),
    ...options.filter,
  };
}

function body(settings: NonNullable<EnvoyConfigOptions['requestBody']>): Json {
  return {
    max_request_bytes: settings.maxBytes,
    allow_partial_message: settings.allowPartial ?? false,
    pack_as_bytes: settings.packAsBytes ?? false,
  };
}

function routes(options: EnvoyConfigOptions): Json[] {
  const list = options.routes ?? [{ prefix: '/', contextExtensions: { service: 'orders' } }];
  return list.map((route) => {
    const perRoute = routeSettings(route);
    return {
      match: { prefix: route.prefix },
      route: { cluster: route.grpc === true ? 'grpc-upstream' : 'upstream' },
      ...(perRoute === null
        ? {}
        : { typed_per_filter_config: { 'envoy.filters.http.ext_authz': perRoute } }),
    };
  });
}

function routeSettings(route: EnvoyRoute): Json | null {
  const type = 'type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthzPerRoute';
  if (route.disabled === true) return { '@type': type, disabled: true };
  if (route.contextExtensions === undefined) return null;
  return { '@type': type, check_settings: { context_extensions: route.contextExtensions } };
}

function clusters(options: EnvoyConfigOptions): Json[] {
  const { authz, upstreamPort, grpcUpstreamPort } = options;
  const list = [
    cluster('postern', 'port' in authz ? tcp(authz.port) : { pipe: { path: authz.socket } }, true),
    cluster('upstream', tcp(upstreamPort), false),
  ];
  if (grpcUpstreamPort !== undefined) {
    list.push(cluster('grpc-upstream', tcp(grpcUpstreamPort), true));
  }
  const more = options.clusters ?? [];
  return [
    ...list,
    ...more.map(({ name, port, http2 }) => cluster(name, tcp(port), http2 ?? false)),
  ];
}

function cluster(name: string, address: Json, http2: boolean): Json {
  const type = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions';
  return {
    name,
    type: 'STATIC',
    connect_timeout: '1s',
    ...(http2
      ? {
          typed_extension_protocol_options: {
            [type]: {
              '@type': `type.googleapis.com/${type}`,
              explicit_http_config: { http2_protocol_options: {} },
            },
          },
        }
      : {}),
    load_assignment: {
      cluster_name: name,
      endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }],
    },
  };
}

function tcp(port: number): Json {
  return { socket_address: { address: '127.0.0.1', port_value: port } };
}
