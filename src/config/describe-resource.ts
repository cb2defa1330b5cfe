import { proofAlgorithms } from '../authz/challenge.ts';
import type { ResourceMetadata } from '../authz/policy.ts';
import type { IdentityProviderConfig } from './identity-provider-config.ts';
import type { ServiceConfig } from './service-config.ts';
import { splitWords } from './split-words.ts';

const wellKnown = '/.well-known/oauth-protected-resource';

/**
 * Protected resource metadata of a Service that shows its issuer (RFC 9728 section 2); null where it
 * does not, or has no address to speak of.
 */
export function describeResource(
  service: ServiceConfig,
  providers: readonly IdentityProviderConfig[],
): ResourceMetadata | null {
  const { publicUrl, registration } = service;
  if (publicUrl === null || registration?.showIssuer !== true) return null;
  // Section 3.1: between host and path, without the slash that ends the path.
  const { origin, pathname } = new URL(publicUrl);
  const path = `${wellKnown}${pathname.replace(/\/$/, '')}`;
  const issuers = service.identityProviders.flatMap((name) =>
    providers.filter((provider) => provider.name === name).map(({ issuer }) => issuer),
  );
  const scopes = listScopes(service);
  const members = {
    resource: publicUrl,
    authorization_servers: issuers,
    ...(scopes.length === 0 ? {} : { scopes_supported: scopes }),
    bearer_methods_supported: listBearerMethods(service),
    ...(registration.displayName === null ? {} : { resource_name: registration.displayName }),
    ...describeProofs(service),
  };
  return { path, url: `${origin}${path}`, body: JSON.stringify(members) };
}

/** Single scopes that the Service or one of its Routes looks at, each once. */
export function listScopes({ scopesRequired, routes }: ServiceConfig): readonly string[] {
  const items = [...scopesRequired, ...routes.flatMap((route) => route.scopesRequired ?? [])];
  return [...new Set(splitWords(items).flat())];
}

/** The ways of RFC 6750 section 2; cookies and other headers are none of them. */
function listBearerMethods(service: ServiceConfig): readonly string[] {
  const { authMethods, bearerTokenParamType: places } = service;
  if (!authMethods.includes('bearer') && !authMethods.includes('introspection')) return [];
  return places.filter(
    (place) =>
      place === 'query' ||
      place === 'body' ||
      (place === 'header' && service.bearerTokenHeaderNames.includes('authorization')),
  );
}

function describeProofs({
  proofOfPossessionDpop: dpop,
  proofOfPossessionMtls: mtls,
}: ServiceConfig) {
  return {
    ...(dpop === 'off' ? {} : { dpop_signing_alg_values_supported: proofAlgorithms }),
    ...(dpop === 'required' ? { dpop_bound_access_tokens_required: true } : {}),
    ...(mtls === 'off' ? {} : { tls_client_certificate_bound_access_tokens: true }),
  };
}
