import { ownedHeaders } from '../authz/identity-headers.ts';
import type { HostIndex, PolicyTable, ProviderPolicy, ServicePolicies } from '../authz/policy.ts';
import { compileService, listOwnHeaders } from './compile-service.ts';
import type { Config } from './config.ts';
import { nameCookie } from './name-cookie.ts';
import type { IdentityProviderConfig } from './identity-provider-config.ts';
import { splitWords } from './split-words.ts';

/** Turns a configuration into what the request path looks up: sets, words, one policy per Route. */
export function compilePolicies(config: Config): PolicyTable {
  const { identityProviders } = config;
  const shared = {
    identityProviders,
    providers: new Map(
      identityProviders.map((provider) => [provider.name, compileProvider(provider)]),
    ),
    guardedHeaders: new Set([...ownedHeaders, ...config.services.flatMap(listOwnHeaders)]),
    guardedCookies: new Set(
      config.services.flatMap(({ session }) => (session === null ? [] : [nameCookie(session)])),
    ),
  };
  const services = new Map(
    config.services.map((service) => [service.name, compileService(service, shared)]),
  );
  return { services, byHost: config.policyByHost ? indexHosts(config, services) : null };
}

function compileProvider(provider: IdentityProviderConfig): ProviderPolicy {
  return {
    name: provider.name,
    issuers: new Set(provider.issuersAllowed),
    consumerClaims: provider.consumerClaims,
    consumerBy: provider.consumerBy,
    credentialClaim: provider.credentialClaim,
    scopesClaims: provider.scopesClaims,
    groupsClaims: provider.groupsClaims,
    rolesClaims: provider.rolesClaims,
    audienceClaims: provider.audienceClaims,
    audienceRequired: splitWords(provider.audienceRequired),
    leewayMs: provider.leewayMs,
  };
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
