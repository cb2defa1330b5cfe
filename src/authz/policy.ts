import type { AuthMethod, TokenPlan } from './token.ts';
import type { ConsumerAttribute } from './consumer.ts';
import type { ClaimPath } from './claims.ts';

/** OR of ANDs: one of the inner lists must be met whole (Kong's `*_required`). Empty = no requirement. */
export type Requirement = readonly (readonly string[])[];

/** How claims of one identity provider's tokens are read and what they must hold. */
export interface ProviderPolicy {
  readonly name: string;
  /** Every accepted `iss`. */
  readonly issuers: ReadonlySet<string>;
  /** Alternatives: the first that is present wins. */
  readonly consumerClaims: readonly ClaimPath[];
  /** Tried in order. */
  readonly consumerBy: readonly ConsumerAttribute[];
  readonly credentialClaim: readonly ClaimPath[];
  readonly scopesClaims: readonly ClaimPath[];
  readonly groupsClaims: readonly ClaimPath[];
  readonly rolesClaims: readonly ClaimPath[];
  readonly audienceClaims: readonly ClaimPath[];
  readonly audienceRequired: Requirement;
  /** How far the provider's clock may be from ours. */
  readonly leewayMs: number;
}

/** A claim that has to be there, or must not; with values, one of them exactly. */
export interface ClaimRule {
  readonly path: ClaimPath;
  /** Null = any value counts. */
  readonly values: ReadonlySet<string> | null;
}

/** Places where an access token may stand; null = it may not. Header names in lower case. */
export interface TokenPlaces {
  readonly headers: readonly string[];
  /** Name of the query argument, compared undecoded. */
  readonly query: string | null;
  readonly cookie: string | null;
  /** Name of the form field or JSON member. */
  readonly body: string | null;
}

/** How pairs are exchanged for tokens, and where they may stand. */
export interface GrantPlan {
  readonly grant: 'client_credentials' | 'password';
  /** The one provider that pairs are shown to. */
  readonly provider: string;
  readonly basicDecoding: 'auto' | 'raw' | 'form';
  /** How an application's pair is shown to its provider; null = as its metadata say, Basic first. */
  readonly clientAuthMethod: 'client_secret_basic' | 'client_secret_post' | null;
  /** Places where a pair may stand; `header` is `Authorization: Basic`. */
  readonly places: ReadonlySet<'header' | 'query' | 'body'>;
  /** Sent with the request: `scope`, `audience`, `resource` and what else was configured. */
  readonly parameters: readonly (readonly [name: string, value: string])[];
  /** In place of the provider's: with `password` the client id is Postern's own. Null = the provider's. */
  readonly consumerClaims: readonly ClaimPath[] | null;
}

/** Sessions of one Service (Kong's `session_*`). */
export interface SessionPolicy {
  readonly service: string;
  /** Where the content is: sealed in the cookie, or in Redis under a hash of the cookie. */
  readonly storage: 'cookie' | 'redis';
  /** As on the wire, `__Host-` included. */
  readonly cookieName: string;
  readonly cookiePath: string;
  readonly cookieDomain: string | null;
  readonly secure: boolean;
  readonly sameSite: 'Lax' | 'Strict' | 'None';
  readonly openedBy: ReadonlySet<AuthMethod>;
  readonly idleMs: number;
  readonly absoluteMs: number;
  /** Providers whose sessions count, with every `iss` that each accepts now. */
  readonly providers: ReadonlyMap<string, ReadonlySet<string>>;
  /** Top-level claims that any rule of the Service or its Routes may look at; a session keeps these. */
  readonly claimNames: readonly string[];
  readonly logout: LogoutPolicy | null;
}

export interface LogoutPolicy {
  /** Compared with the path without its query, as received. */
  readonly path: string;
  readonly methods: ReadonlySet<string>;
  /** 303 to there; null = 204. */
  readonly redirect: string | null;
}

/** `off`: a bound token is refused; `optional`: one needs its proof; `required`: only bound tokens. */
export type ProofMode = 'off' | 'optional' | 'required';

/** Proofs of possession (Kong's `proof_of_possession_*`). */
export interface ProofPolicy {
  readonly dpop: ProofMode;
  readonly mtls: ProofMode;
  readonly useNonce: boolean;
  /** How old a proof may be, and how long it is remembered. */
  readonly lifetimeMs: number;
  /** What callers see as the address; `htu` has to lie below it. Null only where DPoP is off. */
  readonly publicUrl: string | null;
}

/** A claim that goes upstream as a header. */
export interface ClaimHeader {
  /** In lower case. */
  readonly name: string;
  readonly path: ClaimPath;
}

export interface UpstreamJwtPolicy {
  /** In lower case. */
  readonly header: string;
  readonly audience: readonly string[];
  readonly service: string;
}

/** Protected resource metadata (RFC 9728), ready to be sent. */
export interface ResourceMetadata {
  /** Path that is asked for, below the host of `resource`. */
  readonly path: string;
  /** Where callers find it, for challenges. */
  readonly url: string;
  readonly body: string;
}

/** Kong's ACL plugin: one list, by exact, case-sensitive names. */
export interface AclPolicy {
  readonly type: 'allow' | 'deny';
  readonly groups: ReadonlySet<string>;
  readonly hideGroupsHeader: boolean;
  readonly alwaysUseAuthenticatedGroups: boolean;
}

/** Everything that applies to one Service, or to one Route of it, compiled at load. */
export interface Policy {
  readonly service: string;
  readonly route: string | null;
  /** `auth: none`: passes without a decision. */
  readonly open: boolean;
  /** false: every `OPTIONS` passes, as in Kong. */
  readonly runOnPreflight: boolean;
  readonly tokenPlan: TokenPlan;
  readonly tokenPlaces: TokenPlaces;
  /** Null = no pairs are accepted. */
  readonly grant: GrantPlan | null;
  /** Null = no sessions. */
  readonly session: SessionPolicy | null;
  readonly proof: ProofPolicy;
  readonly providers: ReadonlyMap<string, ProviderPolicy>;
  readonly audienceRequired: Requirement;
  readonly scopesRequired: Requirement;
  readonly groupsRequired: Requirement;
  readonly rolesRequired: Requirement;
  readonly claimsRequired: readonly ClaimRule[];
  readonly claimsForbidden: readonly ClaimRule[];
  readonly registrationRequired: boolean;
  readonly acl: AclPolicy | null;
  /** Username of the Consumer that stands in for a failed authentication. */
  readonly anonymous: string | null;
  readonly consumerOptional: boolean;
  readonly hideCredentials: boolean;
  readonly claimHeaders: readonly ClaimHeader[];
  /** Every header that the upstream takes for Postern's word; each is set or removed. */
  readonly ownedHeaders: ReadonlySet<string>;
  /** These and those of all other Services, since an upstream may serve several: none is let through. */
  readonly guardedHeaders: ReadonlySet<string>;
  /** Session cookies of every Service: a browser sends them all to each Service of one host. */
  readonly guardedCookies: ReadonlySet<string>;
  /** A token that Postern fetched goes upstream as `Authorization: Bearer`. */
  readonly upstreamAccessToken: boolean;
  readonly upstreamJwt: UpstreamJwtPolicy | null;
  readonly resourceMetadata: ResourceMetadata | null;
  readonly exposeReason: boolean;
  /** Words of 401 and 403 answers in place of Kong's. */
  readonly messages: { readonly unauthorized: string | null; readonly forbidden: string | null };
}

/** All policies of a configuration. */
export interface PolicyTable {
  readonly services: ReadonlyMap<string, ServicePolicies>;
  /** Null unless `policy_by_host` is on. */
  readonly byHost: HostIndex | null;
}

export interface ServicePolicies {
  readonly service: Policy;
  readonly routes: ReadonlyMap<string, Policy>;
}

/** Hosts in lower case without port; the key of `wildcard` is what follows `*.`. */
export interface HostIndex {
  readonly exact: ReadonlyMap<string, ServicePolicies>;
  readonly wildcard: ReadonlyMap<string, ServicePolicies>;
}
