import { buildClientCredentials, buildPassword } from './build-grant.ts';
import { buildServiceSession } from './build-session.ts';
import { readClaim } from './read-claims.ts';
import { readRules } from './read-rules.ts';
import type { ServiceSettings, Settings } from './schema/settings.ts';
import type {
  AclConfig,
  RegistrationConfig,
  RouteConfig,
  ServiceConfig,
} from './service-config.ts';

/** One Service with its Routes. */
export function buildService(
  service: ServiceSettings,
  session: Settings['session'],
): ServiceConfig {
  return {
    name: service.name,
    hosts: service.hosts.map((host) => host.toLowerCase()),
    publicUrl: service.public_url === null ? null : normalizeUrl(service.public_url),
    ...buildAuthentication(service, session),
    ...buildTokens(service),
    ...buildProofs(service),
    ...buildRequirements(service),
    registration: buildRegistration(service),
    acl: buildAcl(service.acl),
    consumerOptional: service.consumer_optional,
    routes: service.routes.map(buildRoute),
    ...buildUpstream(service),
    hideCredentials: service.hide_credentials,
    exposeReason: service.expose_reason,
    messages: {
      unauthorized: service.messages.unauthorized ?? null,
      forbidden: service.messages.forbidden ?? null,
    },
  };
}

/** Scheme and host in lower case, no default port, no slash at the end. */
function normalizeUrl(text: string): string {
  const { origin, pathname } = new URL(text);
  return `${origin}${pathname.replace(/\/+$/, '')}`;
}

function buildAuthentication(service: ServiceSettings, session: Settings['session']) {
  return {
    identityProviders: service.identity_providers,
    authMethods: service.auth_methods,
    introspectInOrder: service.introspect_in_order,
    clientCredentials: buildClientCredentials(service.client_credentials),
    password: buildPassword(service.password),
    session: buildServiceSession(service, session),
    anonymous: service.anonymous,
    runOnPreflight: service.run_on_preflight,
  };
}

function buildTokens(service: ServiceSettings) {
  return {
    bearerTokenParamType: service.bearer_token_param_type,
    bearerTokenHeaderNames: service.bearer_token_header_names.map((name) => name.toLowerCase()),
    bearerTokenCookieName: service.bearer_token_cookie_name,
    bearerTokenParamName: service.bearer_token_param_name,
  };
}

function buildProofs(service: ServiceSettings) {
  return {
    proofOfPossessionDpop: service.proof_of_possession_dpop,
    proofOfPossessionMtls: service.proof_of_possession_mtls,
    dpopUseNonce: service.dpop_use_nonce,
    dpopProofLifetimeMs: service.dpop_proof_lifetime,
  };
}

function buildRequirements(service: ServiceSettings) {
  return {
    audienceRequired: service.audience_required,
    scopesRequired: service.scopes_required,
    groupsRequired: service.groups_required,
    rolesRequired: service.roles_required,
    claimsRequired: readRules(service.claims_required),
    claimsForbidden: readRules(service.claims_forbidden),
  };
}

function buildRoute(route: ServiceSettings['routes'][number]): RouteConfig {
  const { claims_required: required, claims_forbidden: forbidden } = route;
  return {
    name: route.name,
    open: route.auth === 'none',
    acl: buildAcl(route.acl),
    audienceRequired: route.audience_required ?? null,
    scopesRequired: route.scopes_required ?? null,
    groupsRequired: route.groups_required ?? null,
    rolesRequired: route.roles_required ?? null,
    claimsRequired: required === undefined ? null : readRules(required),
    claimsForbidden: forbidden === undefined ? null : readRules(forbidden),
  };
}

function buildRegistration({ registration }: ServiceSettings): RegistrationConfig | null {
  if (registration === undefined) return null;
  return {
    required: registration.required,
    displayName: registration.display_name,
    autoApprove: registration.auto_approve,
    showIssuer: registration.show_issuer,
  };
}

function buildAcl(acl: ServiceSettings['acl']): AclConfig | null {
  if (acl === undefined) return null;
  return {
    type: acl.allow === undefined ? 'deny' : 'allow',
    groups: acl.allow ?? acl.deny ?? [],
    hideGroupsHeader: acl.hide_groups_header,
    alwaysUseAuthenticatedGroups: acl.always_use_authenticated_groups,
  };
}

function buildUpstream(service: ServiceSettings) {
  const { upstream_jwt: jwt } = service;
  return {
    upstreamHeaders: Object.entries(service.upstream_headers).map(([name, claim]) => ({
      name: name.toLowerCase(),
      path: readClaim(claim),
    })),
    upstreamAccessToken: service.upstream_access_token,
    upstreamJwt:
      jwt === null
        ? null
        : {
            header: jwt.header.toLowerCase(),
            audience: jwt.audience.length === 0 ? [service.name] : jwt.audience,
          },
  };
}
