import type { Secret } from '../lib/secret.ts';

/** One identity provider, as plain values. Durations are in milliseconds. */
export interface ProviderOptions {
  readonly name: string;
  readonly issuer: string;
  /** Every accepted `iss`, compared exactly; the issuer itself counts whether it is listed or not. */
  readonly issuersAllowed: readonly string[];
  /** Null = no discovery; `url` null = below the issuer. */
  readonly discovery: { readonly url: string | null } | null;
  /** Null = from discovery. */
  readonly endpoints: {
    readonly token: string | null;
    readonly jwks: string | null;
    readonly introspection: string | null;
  };
  /** Allows `http:` beyond loopback. */
  readonly allowInsecure: boolean;
  /** At most one refetch of keys or metadata per interval. */
  readonly rediscoveryMs: number;
  /** Keys and metadata are refreshed in the background this often. */
  readonly jwksRefreshMs: number;
  /** For one call, from queueing to the last byte. */
  readonly timeoutMs: number;
  readonly maxConcurrentCalls: number;
  /** Our own client at the provider; without it nothing is introspected. */
  readonly client: ProviderClient | null;
  /** Whether the provider can be asked about tokens, as far as the configuration tells. */
  readonly introspects: boolean;
  /** JWTs are introspected as well as verified. */
  readonly introspectJwtTokens: boolean;
  /** JWS algorithms (RFC 7518 section 3.1), asymmetric ones only. */
  readonly algorithms: readonly string[];
  /** Accepted `typ` of JWTs; null = tolerant, as real providers are. */
  readonly tokenTypes: readonly string[] | null;
  readonly leewayMs: number;
  readonly cache: TokenCacheOptions;
}

export interface ProviderClient {
  readonly id: string;
  readonly secret: Secret;
  /** RFC 7591 section 2. */
  readonly authMethod: 'client_secret_basic' | 'client_secret_post';
}

export interface TokenCacheOptions {
  readonly maxTtlMs: number;
  readonly negativeTtlMs: number;
  /** How long a verified token may be served past its time while the provider is down; 0 = never. */
  readonly staleIfErrorMs: number;
  readonly maxEntries: number;
  readonly negativeMaxEntries: number;
}
