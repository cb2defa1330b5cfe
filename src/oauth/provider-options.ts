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
  readonly tls: TlsOptions;
  readonly proxy: ProxyOptions;
  readonly introspection: IntrospectionOptions;
  /** Key sets that count beside the provider's own. */
  readonly extraJwksUris: readonly string[];
  /** Whether the provider can be asked about tokens, as far as the configuration tells. */
  readonly introspects: boolean;
  /** JWTs are introspected as well as verified. */
  readonly introspectJwtTokens: boolean;
  /** JWS algorithms (RFC 7518 section 3.1), asymmetric ones only. */
  readonly algorithms: readonly string[];
  /** Accepted `typ` of JWTs; null = tolerant, as real providers are. */
  readonly tokenTypes: readonly string[] | null;
  readonly leewayMs: number;
  /** Tokens older than this by their `iat` are refused, and those without one; null = of any age. */
  readonly maxTokenAgeMs: number | null;
  readonly cache: TokenCacheOptions;
}

/**
 * How Postern proves itself to the provider, by the `token_endpoint_auth_method` names of RFC 7591
 * section 2 and RFC 8705 section 2. Each method has just what it needs.
 */
export type ProviderClient =
  | {
      readonly authMethod: 'client_secret_basic' | 'client_secret_post' | 'client_secret_jwt';
      readonly id: string;
      /** `client_secret_jwt` signs with HS256. */
      readonly secret: Secret;
    }
  | {
      readonly authMethod: 'private_key_jwt';
      readonly id: string;
      readonly privateKey: ClientKey;
    }
  | {
      readonly authMethod: 'tls_client_auth' | 'self_signed_tls_client_auth';
      readonly id: string;
      readonly certificate: ClientCertificate;
    }
  | { readonly authMethod: 'none'; readonly id: string };

/** Key of `private_key_jwt` (RFC 7523). */
export interface ClientKey {
  /** A PKCS#8 PEM, or a private JWK (RFC 7517) as JSON text. */
  readonly pem: Secret;
  /** `kid` of the assertions; null = that of the JWK, or none. */
  readonly keyId: string | null;
  /** JWS algorithm; null = that of the JWK, or what the key is usual for: RS256, ES256, EdDSA, … */
  readonly algorithm: string | null;
}

export interface ClientCertificate {
  /** PEM, the chain too. */
  readonly cert: string;
  /** PEM. */
  readonly key: Secret;
}

export interface TlsOptions {
  /** PEM of authorities that are trusted beside the usual ones. */
  readonly ca: string | null;
}

/** Forward proxies. Their URLs may hold credentials. */
export interface ProxyOptions {
  /** For `http:` URLs; null = directly. */
  readonly http: Secret | null;
  /** For `https:` URLs; null = directly. */
  readonly https: Secret | null;
  /** Hosts that are called directly: `idp.example`, `.example`, `*.example`, `127.0.0.1:8080`, `*`. */
  readonly noProxy: readonly string[];
}

/** What a call to the introspection endpoint looks like. */
export interface IntrospectionOptions {
  /** `token_type_hint` (RFC 7662 section 2.1); null = none. */
  readonly hint: string | null;
  /** A JWT type: only a signed answer (RFC 9701, or its older draft) counts. */
  readonly accept: IntrospectionType;
  /** Sent besides; `authorization` takes the place of the client's own. */
  readonly headers: readonly (readonly [name: string, value: Secret])[];
  /** Form arguments sent besides. */
  readonly parameters: readonly (readonly [name: string, value: Secret])[];
  /** Name of the argument with the token; `token` in the RFC. */
  readonly tokenParameter: string;
}

export type IntrospectionType =
  'application/json' | 'application/token-introspection+jwt' | 'application/jwt';

export interface TokenCacheOptions {
  readonly maxTtlMs: number;
  readonly negativeTtlMs: number;
  /** How long a verified token may be served past its time while the provider is down; 0 = never. */
  readonly staleIfErrorMs: number;
  readonly maxEntries: number;
  readonly negativeMaxEntries: number;
}
