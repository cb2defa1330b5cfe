import type { Secret } from '../lib/secret.ts';
import type { IdentityProviderConfig } from './identity-provider-config.ts';
import type { ServiceConfig } from './service-config.ts';
import type { StoreConfig } from './store-config.ts';
import type { WebhookConfig } from './build-webhooks.ts';

export type { RedisConfig, RedisConnectionConfig } from './store-config.ts';

/** A whole configuration: checked, defaults and presets filled in, paths absolute, times in milliseconds. */
export interface Config {
  readonly listen: ListenConfig;
  readonly store: StoreConfig;
  readonly identityProviders: readonly IdentityProviderConfig[];
  readonly services: readonly ServiceConfig[];
  /** Null where nothing is said of sessions and no Service uses them. */
  readonly session: SessionConfig | null;
  readonly revocations: RevocationsConfig;
  /** Who signs JWTs for upstreams. */
  readonly upstreamJwt: UpstreamJwtConfig | null;
  /** Who is told of registrations. */
  readonly webhooks: readonly WebhookConfig[];
  /** Null = a random key per process. */
  readonly sharedKey: Secret | null;
  readonly policyByHost: boolean;
  readonly unavailable: 'denied' | 'envoy_decides';
  readonly drainDelayMs: number;
  readonly drainTimeoutMs: number;
  readonly log: LogConfig;
}

export interface ListenConfig {
  readonly grpc: GrpcListenConfig;
  readonly ops: { readonly address: string };
  /** Null = no Admin API. */
  readonly admin: AdminListenConfig | null;
}

export interface AdminListenConfig {
  /** `host:port` or `unix:/path`. */
  readonly address: string;
  readonly tls: TlsFilesConfig | null;
  /** None = whoever can connect is an administrator, which the address or the certificates see to. */
  readonly tokens: readonly AdminTokenConfig[];
}

export interface AdminTokenConfig {
  /** For the audit and the log. */
  readonly name: string;
  readonly role: 'admin' | 'approver' | 'read' | 'requester';
  /** Of the token, in lower-case hexadecimal. */
  readonly sha256: string;
}

export interface GrpcListenConfig {
  /** `host:port` or `unix:/path`. */
  readonly address: string;
  readonly tls: TlsFilesConfig | null;
  readonly maxInFlight: number;
  readonly maxMessageBytes: number;
  readonly keepaliveTimeMs: number;
  readonly keepaliveTimeoutMs: number;
  readonly maxConnectionAgeMs: number;
  readonly codec: 'lean' | 'protobufjs';
  readonly reflection: boolean;
}

/** Paths, since the listener reads the files again when they change. */
export interface TlsFilesConfig {
  readonly certFile: string;
  readonly keyFile: string;
  readonly clientCaFile: string | null;
}

export interface LogConfig {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Share of allows that get a line, from 0 to 1. */
  readonly sampleAllows: number;
}

export interface SessionConfig {
  /** The first seals, all open; none = a random one per process. */
  readonly keys: readonly Secret[];
  /** Of Services that say nothing else; what they have is in `services`. */
  readonly cookieSecure: boolean;
}

export interface RevocationsConfig {
  readonly keepMs: number;
  readonly maxEntries: number;
  readonly onClientDelete: boolean;
}

export interface UpstreamJwtConfig {
  readonly issuer: string;
  /** PKCS#8 PEM or JWK as JSON; the first signs, all are published. None = a random one per process. */
  readonly keys: readonly Secret[];
  readonly ttlMs: number;
}
