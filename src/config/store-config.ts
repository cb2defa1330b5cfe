import type { Secret } from '../lib/secret.ts';
import type { HostPort } from './host-port.ts';

export type StoreConfig =
  { readonly kind: 'file'; readonly path: string } | ({ readonly kind: 'redis' } & RedisConfig);

export interface RedisConfig {
  readonly connection: RedisConnectionConfig;
  readonly keyPrefix: string;
  readonly maxStalenessMs: number;
  readonly cache: {
    readonly maxEntries: number;
    readonly negativeMaxEntries: number;
    readonly negativeTtlMs: number;
  };
}

export interface RedisConnectionConfig {
  readonly topology: RedisTopologyConfig;
  readonly username?: string;
  readonly password?: Secret;
  readonly database: number;
  /** PEM texts; absent = without TLS. */
  readonly tls?: RedisTlsConfig;
  readonly connectTimeoutMs: number;
  readonly commandTimeoutMs: number;
}

export type RedisTopologyConfig =
  | ({ readonly kind: 'single' } & HostPort)
  | { readonly kind: 'socket'; readonly path: string }
  | {
      readonly kind: 'sentinel';
      readonly name: string;
      readonly sentinels: readonly HostPort[];
      readonly sentinelUsername?: string;
      readonly sentinelPassword?: Secret;
    }
  | { readonly kind: 'cluster'; readonly nodes: readonly HostPort[] };

export interface RedisTlsConfig {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: Secret;
  readonly serverName?: string;
}
