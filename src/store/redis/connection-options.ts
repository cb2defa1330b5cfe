import type { Secret } from '../../lib/secret.ts';

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** Where the data lies. */
export type RedisTopology =
  | { readonly kind: 'single'; readonly host: string; readonly port: number }
  | { readonly kind: 'socket'; readonly path: string }
  | {
      readonly kind: 'sentinel';
      /** Name of the master group. */
      readonly name: string;
      readonly sentinels: readonly HostPort[];
      readonly sentinelUsername?: string;
      readonly sentinelPassword?: Secret;
    }
  | { readonly kind: 'cluster'; readonly nodes: readonly HostPort[] };

/** PEM texts; the server's certificate is always verified. */
export interface RedisTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly serverName?: string;
}

/** How to reach a Redis; all times in milliseconds. */
export interface RedisConnectionOptions {
  readonly topology: RedisTopology;
  /** ACL user; none = `default`. */
  readonly username?: string;
  readonly password?: Secret;
  /** Database number; a Cluster has only 0. Default 0. */
  readonly database?: number;
  /** Absent = without TLS. */
  readonly tls?: RedisTls;
  /** Default 2 s. */
  readonly connectTimeoutMs?: number;
  /** Longest wait for one command's reply; default 200 ms. */
  readonly commandTimeoutMs?: number;
}
