import type { Config } from '../config/config.ts';
import { listScopes } from '../config/describe-resource.ts';
import type { IdentityProviderConfig } from '../config/identity-provider-config.ts';
import type { ServiceConfig } from '../config/service-config.ts';
import type { MetadataMembers } from '../oauth/provider-metadata.ts';
import type { Judge } from './judge.ts';

const issuerPage = /^\/services\/([A-Za-z0-9._-]{1,64})\/issuer$/;

/**
 * Pages of the ops listener for who builds against a Service: where tokens come from, for Services
 * with `show_issuer`, and the keys that sign for upstreams. Null = there is no such page.
 */
export function createDeveloperPages(
  current: () => Judge,
): (path: string) => Promise<object | null> {
  return async function writePage(path) {
    const judge = current();
    if (path === '/jwks.json') return (await judge.signer?.signer)?.jwks() ?? null;
    if (path === '/services') return listServices(judge.config);
    const name = issuerPage.exec(path)?.[1];
    const service = name === undefined ? undefined : findShown(judge.config, name);
    return service === undefined ? null : describeIssuers(service, judge);
  };
}

function listServices({ services }: Config): object {
  const data = services.filter(isShown).map(({ name, registration }) => ({
    name,
    display_name: registration?.displayName ?? null,
    issuer: `/services/${name}/issuer`,
  }));
  return { data };
}

function findShown({ services }: Config, name: string): ServiceConfig | undefined {
  return services.find((service) => service.name === name && isShown(service));
}

function isShown({ registration }: ServiceConfig): boolean {
  return registration?.showIssuer === true;
}

function describeIssuers(service: ServiceConfig, { config, providers }: Judge): object {
  const used = config.identityProviders.filter(({ name }) =>
    service.identityProviders.includes(name),
  );
  return {
    service: service.name,
    display_name: service.registration?.displayName ?? null,
    resource: service.publicUrl,
    auth_methods: service.authMethods,
    scopes_required: service.scopesRequired,
    scopes_supported: listScopes(service),
    audience_required: service.audienceRequired,
    identity_providers: used.map((provider) =>
      describeIssuer(provider, providers.get(provider.name)?.provider.metadata ?? {}),
    ),
  };
}

/** What developers need of the provider's metadata (RFC 8414 section 2), as far as it is known. */
const shownMembers = [
  'authorization_endpoint',
  'token_endpoint',
  'registration_endpoint',
  'scopes_supported',
  'response_types_supported',
  'grant_types_supported',
  'token_endpoint_auth_methods_supported',
  'code_challenge_methods_supported',
  'dpop_signing_alg_values_supported',
] as const;

function describeIssuer(provider: IdentityProviderConfig, metadata: MetadataMembers): object {
  const known = shownMembers.filter((name) => Object.hasOwn(metadata, name));
  const { authorization, token } = provider.endpoints;
  return {
    name: provider.name,
    issuer: provider.issuer,
    audience_required: provider.audienceRequired,
    ...Object.fromEntries(known.map((name) => [name, metadata[name]])),
    ...(authorization !== null && { authorization_endpoint: authorization }),
    ...(token !== null && { token_endpoint: token }),
  };
}
