import type { TokenPlan } from './token.ts';
import type { ConsumerAttribute } from './consumer.ts';
import type { ClaimPath } from './claims.ts';

/** OR of ANDs: one of the inner lists must be met whole (Kong's `*_required`). Empty = no requirement. */
export type Requirement = readonly (readonly string[])[];

/** How claims of one identity provider's tokens are read and what they must hold. */
export interface ProviderPolicy {
  readonly name: string;
  /** Alternatives: the first that is present wins. */
  readonly consumerClaims: readonly ClaimPath[];
  /** Tried in order. */
  readonly consumerBy: readonly ConsumerAttribute[];
  readonly credentialClaim: readonly ClaimPath[];
  readonly scopesClaims: readonly ClaimPath[];
  readonly groupsClaims: readonly ClaimPath[];
  readonly audienceRequired: Requirement;
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
  readonly providers: ReadonlyMap<string, ProviderPolicy>;
  readonly audienceRequired: Requirement;
  readonly scopesRequired: Requirement;
  readonly registrationRequired: boolean;
  readonly acl: AclPolicy | null;
  /** Username of the Consumer that stands in for a failed authentication. */
  readonly anonymous: string | null;
  readonly consumerOptional: boolean;
  readonly hideCredentials: boolean;
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
