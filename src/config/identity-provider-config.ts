import type { ClaimPath } from '../authz/claims.ts';
import type { ConsumerAttribute } from '../authz/consumer.ts';
import type { Secret } from '../lib/secret.ts';
import type { PresetName } from './presets.ts';

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
    readonly authorization: string | null;
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
  readonly rolesClaims: readonly ClaimPath[];
  readonly audienceClaims: readonly ClaimPath[];
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
