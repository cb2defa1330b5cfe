import type {
  AclPolicy,
  HostIndex,
  Policy,
  PolicyTable,
  ProviderPolicy,
  Requirement,
  ServicePolicies,
} from '../authz/policy.ts';
import type { AclConfig, Config, IdentityProviderConfig, ServiceConfig } from './config.ts';

/** Turns a configuration into what the request path looks up: sets, words, one policy per Route. */
export function compilePolicies(config: Config): PolicyTable {
  const providers = new Map(
    config.identityProviders.map((provider) => [provider.name, compileProvider(provider)]),
  );
  const services = new Map(
    config.services.map((service) => [service.name, compileService(service, providers)]),
  );
  return { services, byHost: config.policyByHost ? indexHosts(config, services) : null };
}

function compileProvider(provider: IdentityProviderConfig): ProviderPolicy {
  return {
    name: provider.name,
    consumerClaims: provider.consumerClaims,
    consumerBy: provider.consumerBy,
    credentialClaim: provider.credentialClaim,
    scopesClaims: provider.scopesClaims,
    groupsClaims: provider.groupsClaims,
    audienceRequired: splitWords(provider.audienceRequired),
  };
}

function compileService(
  service: ServiceConfig,
  all: ReadonlyMap<string, ProviderPolicy>,
): ServicePolicies {
  const policy: Policy = {
    service: service.name,
    route: null,
    open: false,
    runOnPreflight: service.runOnPreflight,
    tokenPlan: {
      providers: service.identityProviders,
      verifyJwt: service.authMethods.includes('bearer'),
      introspect: service.authMethods.includes('introspection'),
      introspectInOrder: service.introspectInOrder,
    },
    providers: pick(all, service.identityProviders),
    audienceRequired: splitWords(service.audienceRequired),
    scopesRequired: splitWords(service.scopesRequired),
    registrationRequired: service.registration?.required ?? false,
    acl: compileAcl(service.acl),
    anonymous: service.anonymous,
    consumerOptional: service.consumerOptional,
    hideCredentials: service.hideCredentials,
    exposeReason: service.exposeReason,
    messages: service.messages,
  };
  return { service: policy, routes: compileRoutes(service, policy) };
}

/** A Route is its Service with another `acl` (Kong: the nearer plugin replaces the other), or open. */
function compileRoutes(service: ServiceConfig, policy: Policy): ReadonlyMap<string, Policy> {
  return new Map(
    service.routes.map((route) => [
      route.name,
      {
        ...policy,
        route: route.name,
        open: route.open,
        acl: route.acl === null ? policy.acl : compileAcl(route.acl),
      },
    ]),
  );
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

function splitWords(items: readonly string[]): Requirement {
  return items.map((item) => item.split(/\s+/).filter((word) => word !== ''));
}

function indexHosts(config: Config, services: ReadonlyMap<string, ServicePolicies>): HostIndex {
  const exact = new Map<string, ServicePolicies>();
  const wildcard = new Map<string, ServicePolicies>();
  for (const { name, hosts } of config.services) {
    const policies = services.get(name);
    if (policies === undefined) continue;
    for (const host of hosts) {
      if (host.startsWith('*.')) wildcard.set(host.slice(2), policies);
      else exact.set(host, policies);
    }
  }
  return { exact, wildcard };
}
