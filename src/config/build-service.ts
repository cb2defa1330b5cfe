import type { AclConfig, RegistrationConfig, ServiceConfig } from './config.ts';
import type { ServiceSettings } from './schema/settings.ts';

/** One Service with its Routes. */
export function buildService(service: ServiceSettings): ServiceConfig {
  return {
    name: service.name,
    hosts: service.hosts.map((host) => host.toLowerCase()),
    identityProviders: service.identity_providers,
    authMethods: service.auth_methods,
    introspectInOrder: service.introspect_in_order,
    audienceRequired: service.audience_required,
    scopesRequired: service.scopes_required,
    registration: buildRegistration(service),
    acl: buildAcl(service.acl),
    anonymous: service.anonymous,
    consumerOptional: service.consumer_optional,
    hideCredentials: service.hide_credentials,
    runOnPreflight: service.run_on_preflight,
    exposeReason: service.expose_reason,
    messages: {
      unauthorized: service.messages.unauthorized ?? null,
      forbidden: service.messages.forbidden ?? null,
    },
    routes: service.routes.map((route) => ({
      name: route.name,
      open: route.auth === 'none',
      acl: buildAcl(route.acl),
    })),
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
