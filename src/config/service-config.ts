import type { ClaimPath } from '../authz/claims.ts';
import type { ClaimHeader, ClaimRule, ProofMode } from '../authz/policy.ts';
import type { AuthMethod } from '../authz/token.ts';

export interface ServiceConfig {
  readonly name: string;
  /** In lower case. */
  readonly hosts: readonly string[];
  readonly identityProviders: readonly string[];
  readonly authMethods: readonly AuthMethod[];
  readonly introspectInOrder: boolean;
  readonly clientCredentials: ClientCredentialsConfig | null;
  readonly password: PasswordConfig | null;
  /** The Service's own values, and those of the whole file where it has none. */
  readonly session: ServiceSessionConfig | null;
  readonly bearerTokenParamType: readonly ('header' | 'query' | 'cookie' | 'body')[];
  /** In lower case. */
  readonly bearerTokenHeaderNames: readonly string[];
  readonly bearerTokenCookieName: string | null;
  readonly bearerTokenParamName: string;
  readonly proofOfPossessionDpop: ProofMode;
  readonly proofOfPossessionMtls: ProofMode;
  readonly dpopUseNonce: boolean;
  readonly dpopProofLifetimeMs: number;
  /** Without a slash at its end. */
  readonly publicUrl: string | null;
  readonly audienceRequired: readonly string[];
  readonly scopesRequired: readonly string[];
  readonly groupsRequired: readonly string[];
  readonly rolesRequired: readonly string[];
  readonly claimsRequired: readonly ClaimRule[];
  readonly claimsForbidden: readonly ClaimRule[];
  readonly registration: RegistrationConfig | null;
  readonly acl: AclConfig | null;
  readonly anonymous: string | null;
  readonly consumerOptional: boolean;
  readonly upstreamHeaders: readonly ClaimHeader[];
  readonly upstreamAccessToken: boolean;
  readonly upstreamJwt: ServiceJwtConfig | null;
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
  /** Null = the Service's, here and below. */
  readonly acl: AclConfig | null;
  readonly audienceRequired: readonly string[] | null;
  readonly scopesRequired: readonly string[] | null;
  readonly groupsRequired: readonly string[] | null;
  readonly rolesRequired: readonly string[] | null;
  readonly claimsRequired: readonly ClaimRule[] | null;
  readonly claimsForbidden: readonly ClaimRule[] | null;
}

export interface GrantConfig {
  readonly identityProvider: string;
  readonly scopes: readonly string[];
  readonly audience: readonly string[];
  readonly resource: readonly string[];
  readonly args: readonly (readonly [name: string, value: string])[];
  readonly basicDecoding: 'auto' | 'raw' | 'form';
  readonly paramType: readonly ('header' | 'query' | 'body')[];
}

export interface ClientCredentialsConfig extends GrantConfig {
  /** Null = as the provider's metadata say. */
  readonly clientAuthMethod: 'client_secret_basic' | 'client_secret_post' | null;
}

export interface PasswordConfig extends GrantConfig {
  readonly consumerClaims: readonly ClaimPath[];
}

export interface ServiceSessionConfig {
  readonly storage: 'cookie' | 'redis';
  /** Without prefix. */
  readonly cookieName: string;
  readonly cookiePath: string;
  readonly cookieDomain: string | null;
  readonly cookieSecure: boolean;
  readonly cookieSameSite: 'Lax' | 'Strict' | 'None';
  readonly openedBy: readonly AuthMethod[];
  readonly idleTimeoutMs: number;
  readonly absoluteTimeoutMs: number;
  readonly logout: {
    readonly path: string;
    readonly methods: readonly string[];
    readonly redirectUri: string | null;
  } | null;
}

export interface ServiceJwtConfig {
  /** In lower case. */
  readonly header: string;
  readonly audience: readonly string[];
}
