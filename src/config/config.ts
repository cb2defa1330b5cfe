import type { ClaimPath } from '../authz/claims.ts';
import type { ConsumerAttribute } from '../authz/consumer.ts';
import type { AuthMethod } from '../authz/token.ts';
import type { Secret } from '../lib/secret.ts';
import type { HostPort } from './host-port.ts';
import type { PresetName } from './presets.ts';

/** A whole configuration: checked, defaults and presets filled in, paths absolute, times in milliseconds. */
export interface Config {
  readonly listen: ListenConfig;
  readonly store: StoreConfig;
  readonly identityProviders: readonly IdentityProviderConfig[];
  readonly services: readonly ServiceConfig[];
  readonly policyByHost: boolean;
  readonly unavailable: 'denied' | 'envoy_decides';
  readonly drainDelayMs: number;
  readonly drainTimeoutMs: number;
  readonly log: LogConfig;
}

export interface ListenConfig {
  readonly grpc: GrpcListenConfig;
  readonly ops: { readonly address: string };
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

export interface IdentityProviderConfig {
  readonly name: string;
  readonly preset: PresetName;
  readonly issuer: string;
  /** Every accepted `iss`, `issuer` first. */
  readonly issuersAllowed: readonly string[];
  /** Null = no discovery; `url` null = below the issuer. */
  readonly discovery: { readonly url: string | null } | null;
  /** Null = from discovery. */
  readonly endpoints: {
    readonly token: string | null;
    readonly jwks: string | null;
    readonly introspection: string | null;
  };
  readonly allowInsecure: boolean;
  readonly rediscoveryMs: number;
  readonly jwksRefreshMs: number;
  readonly timeoutMs: number;
  readonly maxConcurrentCalls: number;
  readonly client: IdentityClientConfig | null;
  /** `ca`: PEM text, trusted beside the usual authorities. */
  readonly tls: { readonly ca: string | null };
  /** URLs, perhaps with credentials; null = directly. */
  readonly proxy: {
    readonly http: Secret | null;
    readonly https: Secret | null;
    readonly noProxy: readonly string[];
  };
  readonly introspection: IntrospectionConfig;
  readonly extraJwksUris: readonly string[];
  /** Whether it can be asked about tokens, as far as the configuration tells. */
  readonly introspects: boolean;
  readonly introspectJwtTokens: boolean;
  readonly algorithms: readonly string[];
  /** Null = tolerant, as real providers are. */
  readonly tokenTypes: readonly string[] | null;
  readonly leewayMs: number;
  /** By `iat`; null = of any age. */
  readonly maxTokenAgeMs: number | null;
  readonly cache: TokenCacheConfig;
  /** OR over the items, AND over the words of one. */
  readonly audienceRequired: readonly string[];
  readonly consumerClaims: readonly ClaimPath[];
  readonly consumerBy: readonly ConsumerAttribute[];
  readonly credentialClaim: readonly ClaimPath[];
  readonly scopesClaims: readonly ClaimPath[];
  readonly groupsClaims: readonly ClaimPath[];
}

export type IdentityClientConfig =
  | {
      readonly authMethod: 'client_secret_basic' | 'client_secret_post' | 'client_secret_jwt';
      readonly id: string;
      readonly secret: Secret;
    }
  | {
      readonly authMethod: 'private_key_jwt';
      readonly id: string;
      readonly privateKey: {
        /** PKCS#8 PEM, or a private JWK as JSON text. */
        readonly pem: Secret;
        readonly keyId: string | null;
        readonly algorithm: string | null;
      };
    }
  | {
      readonly authMethod: 'tls_client_auth' | 'self_signed_tls_client_auth';
      readonly id: string;
      /** PEM texts. */
      readonly certificate: { readonly cert: string; readonly key: Secret };
    }
  | { readonly authMethod: 'none'; readonly id: string };

export interface IntrospectionConfig {
  readonly hint: string | null;
  readonly accept: 'application/json' | 'application/token-introspection+jwt' | 'application/jwt';
  readonly headers: readonly (readonly [name: string, value: Secret])[];
  readonly parameters: readonly (readonly [name: string, value: Secret])[];
  readonly tokenParameter: string;
}

export interface TokenCacheConfig {
  readonly maxTtlMs: number;
  readonly negativeTtlMs: number;
  readonly staleIfErrorMs: number;
  readonly maxEntries: number;
  readonly negativeMaxEntries: number;
}

export interface ServiceConfig {
  readonly name: string;
  /** In lower case. */
  readonly hosts: readonly string[];
  readonly identityProviders: readonly string[];
  readonly authMethods: readonly AuthMethod[];
  readonly introspectInOrder: boolean;
  readonly audienceRequired: readonly string[];
  readonly scopesRequired: readonly string[];
  readonly registration: RegistrationConfig | null;
  readonly acl: AclConfig | null;
  readonly anonymous: string | null;
  readonly consumerOptional: boolean;
  readonly hideCredentials: boolean;
  readonly runOnPreflight: boolean;
  readonly exposeReason: boolean;
  readonly messages: { readonly unauthorized: string | null; readonly forbidden: string | null };
  readonly routes: readonly RouteConfig[];
}

export interface RegistrationConfig {
  readonly required: boolean;
  readonly displayName: string | null;
  readonly autoApprove: boolean;
  readonly showIssuer: boolean;
}

export interface AclConfig {
  readonly type: 'allow' | 'deny';
  readonly groups: readonly string[];
  readonly hideGroupsHeader: boolean;
  readonly alwaysUseAuthenticatedGroups: boolean;
}

export interface RouteConfig {
  readonly name: string;
  /** `auth: none`. */
  readonly open: boolean;
  /** Null = the Service's. */
  readonly acl: AclConfig | null;
}
