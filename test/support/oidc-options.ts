import type { CertificateFiles } from './certificates.ts';
import type { SigningKey } from './signing-keys.ts';

export type OidcAuthMethod =
  | 'client_secret_basic'
  | 'client_secret_post'
  | 'client_secret_jwt'
  | 'private_key_jwt'
  | 'tls_client_auth'
  | 'self_signed_tls_client_auth'
  | 'none';

export type OidcGrant = 'client_credentials' | 'authorization_code' | 'implicit' | 'password';

export interface OidcClient {
  readonly id: string;
  /** For the methods that have one; at least 32 characters for `client_secret_jwt`. */
  readonly secret?: string;
  /** `client_secret_basic` by default. */
  readonly authMethod?: OidcAuthMethod;
  /** What `private_key_jwt` signs with; an RS256 key. */
  readonly key?: SigningKey;
  /** What it shows of itself in TLS: for the TLS methods and for tokens bound to a certificate. */
  readonly certificate?: CertificateFiles;
  /** Default: client credentials, and codes where there is a `redirectUri`. */
  readonly grants?: readonly OidcGrant[];
  /** With `https:` for the implicit flow. */
  readonly redirectUri?: string;
  /** Tokens of this client are always bound. */
  readonly boundTo?: 'dpop' | 'certificate';
  /** Introspection answers are signed JWTs (RFC 9701) where it asks for them. */
  readonly signedIntrospection?: boolean;
  /** Claims of its access tokens and of their introspection: `groups`, `application_id`, … */
  readonly claims?: Readonly<Record<string, unknown>>;
}

export interface OidcUser {
  /** Also the `sub` of the tokens. */
  readonly name: string;
  readonly password: string;
  /** Claims of the access tokens on behalf of this user, over those of the client. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** An API for which tokens are issued, by the `resource` of RFC 8707. */
export interface OidcResource {
  readonly audience: string;
  /** Space-separated. */
  readonly scope: string;
  readonly format: 'jwt' | 'opaque';
  /** Seconds; 300 by default. */
  readonly ttl?: number;
}

export interface OidcProviderOptions {
  readonly port?: number;
  readonly clients: readonly OidcClient[];
  /** Who can log in; whoever an application names, else the first, logs in without a question. */
  readonly users?: readonly OidcUser[];
  /** By the URI that a client asks with. */
  readonly resources: Readonly<Record<string, OidcResource>>;
  /** Speak TLS and ask for client certificates of this authority. */
  readonly tls?: CertificateFiles & { readonly caFile: string };
  /** The token endpoint takes DPoP proofs only with a nonce of its own. */
  readonly dpopNonce?: boolean;
}
