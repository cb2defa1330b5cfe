import { ownedHeaders } from '../authz/identity-headers.ts';
import type {
  AclPolicy,
  Policy,
  ProofPolicy,
  ProviderPolicy,
  ServicePolicies,
  TokenPlaces,
} from '../authz/policy.ts';
import type { TokenPlan } from '../authz/token.ts';
import { compileGrant } from './compile-grant.ts';
import { compileSession } from './compile-session.ts';
import { describeResource } from './describe-resource.ts';
import type { IdentityProviderConfig } from './identity-provider-config.ts';
import type { AclConfig, RouteConfig, ServiceConfig } from './service-config.ts';
import { splitWords } from './split-words.ts';

/** What policies of all Services have in common. */
export interface Shared {
  readonly identityProviders: readonly IdentityProviderConfig[];
  readonly providers: ReadonlyMap<string, ProviderPolicy>;
  /** Headers that no caller may bring along to any Service. */
  readonly guardedHeaders: ReadonlySet<string>;
  /** Session cookies of all Services, by their names on the wire. */
  readonly guardedCookies: ReadonlySet<string>;
}

/** The policy of a Service, and one per Route. */
export function compileService(service: ServiceConfig, shared: Shared): ServicePolicies {
  const policy = compilePolicy(service, shared);
  const routes = new Map(service.routes.map((route) => [route.name, compileRoute(route, policy)]));
  return { service: policy, routes };
}

function compilePolicy(service: ServiceConfig, shared: Shared): Policy {
  const providers = pick(shared.providers, service.identityProviders);
  return {
    service: service.name,
    route: null,
    open: false,
    runOnPreflight: service.runOnPreflight,
    tokenPlan: compileTokenPlan(service),
    tokenPlaces: compileTokenPlaces(service),
    grant: compileGrant(service),
    session: compileSession(service, [...providers.values()]),
    proof: compileProof(service),
    providers,
    ...compileRequirements(service),
    registrationRequired: service.registration?.required ?? false,
    acl: compileAcl(service.acl),
    anonymous: service.anonymous,
    consumerOptional: service.consumerOptional,
    hideCredentials: service.hideCredentials,
    claimHeaders: service.upstreamHeaders,
    ownedHeaders: new Set([
      ...ownedHeaders,
      ...listOwnHeaders(service),
      // What stands there is to be Postern's token, or none.
      ...(service.upstreamAccessToken ? ['authorization'] : []),
    ]),
    guardedHeaders: shared.guardedHeaders,
    guardedCookies: shared.guardedCookies,
    upstreamAccessToken: service.upstreamAccessToken,
    upstreamJwt:
      service.upstreamJwt === null ? null : { ...service.upstreamJwt, service: service.name },
    resourceMetadata: describeResource(service, shared.identityProviders),
    exposeReason: service.exposeReason,
    messages: service.messages,
  };
}

/** Headers in which this Service tells its upstream more than every Service does. */
export function listOwnHeaders({ upstreamHeaders, upstreamJwt }: ServiceConfig): readonly string[] {
  const names = upstreamHeaders.map(({ name }) => name);
  return upstreamJwt === null ? names : [...names, upstreamJwt.header];
}

function compileTokenPlan({ authMethods, ...service }: ServiceConfig): TokenPlan {
  return {
    providers: service.identityProviders,
    verifyJwt: authMethods.includes('bearer'),
    introspect: authMethods.includes('introspection'),
    introspectInOrder: service.introspectInOrder,
  };
}

function compileTokenPlaces(service: ServiceConfig): TokenPlaces {
  const { bearerTokenParamType: places, bearerTokenParamName: parameter } = service;
  return {
    headers: places.includes('header') ? service.bearerTokenHeaderNames : [],
    query: places.includes('query') ? parameter : null,
    cookie: places.includes('cookie') ? service.bearerTokenCookieName : null,
    body: places.includes('body') ? parameter : null,
  };
}

function compileProof(service: ServiceConfig): ProofPolicy {
  return {
    dpop: service.proofOfPossessionDpop,
    mtls: service.proofOfPossessionMtls,
    useNonce: service.dpopUseNonce,
    lifetimeMs: service.dpopProofLifetimeMs,
    publicUrl: service.publicUrl,
  };
}

function compileRequirements(service: ServiceConfig) {
  return {
    audienceRequired: splitWords(service.audienceRequired),
    scopesRequired: splitWords(service.scopesRequired),
    groupsRequired: splitWords(service.groupsRequired),
    rolesRequired: splitWords(service.rolesRequired),
    claimsRequired: service.claimsRequired,
    claimsForbidden: service.claimsForbidden,
  };
}

/** A Route is its Service with other rules (Kong: the nearer plugin replaces the other), or open. */
function compileRoute(route: RouteConfig, policy: Policy): Policy {
  const words = (own: readonly string[] | null) => (own === null ? null : splitWords(own));
  return {
    ...policy,
    route: route.name,
    open: route.open,
    acl: compileAcl(route.acl) ?? policy.acl,
    audienceRequired: words(route.audienceRequired) ?? policy.audienceRequired,
    scopesRequired: words(route.scopesRequired) ?? policy.scopesRequired,
    groupsRequired: words(route.groupsRequired) ?? policy.groupsRequired,
    rolesRequired: words(route.rolesRequired) ?? policy.rolesRequired,
    claimsRequired: route.claimsRequired ?? policy.claimsRequired,
    claimsForbidden: route.claimsForbidden ?? policy.claimsForbidden,
  };
}

function compileAcl(acl: AclConfig | null): AclPolicy | null {
  return acl === null ? null : { ...acl, groups: new Set(acl.groups) };
}

function pick(
  all: ReadonlyMap<string, ProviderPolicy>,
  names: readonly string[],
): ReadonlyMap<string, ProviderPolicy> {
  const wanted = new Set(names);
  return new Map([...all].filter(([name]) => wanted.has(name)));
}
