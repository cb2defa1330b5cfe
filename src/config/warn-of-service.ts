import type { DocumentPath, Finding } from '../documents/problem.ts';
import type { Config } from './config.ts';
import type { ServiceConfig } from './service-config.ts';
import { warnIf } from './warn-if.ts';
import { lacksAudience } from './warn-of-provider.ts';

/** What the operator of a Service should know. */
export function warnOfService(
  service: ServiceConfig,
  config: Config,
  path: DocumentPath,
): Finding[] {
  const { name } = service;
  const registers = service.registration?.required ?? false;
  return [
    ...warnIf(
      !registers && service.acl === null,
      path,
      `${name} has neither registration nor acl: every known Consumer passes`,
    ),
    ...warnIf(
      service.consumerOptional && service.acl === null,
      [...path, 'consumer_optional'],
      `${name} has consumer_optional without acl: every token of its providers passes`,
    ),
    ...warnIf(
      service.consumerOptional && registers,
      [...path, 'consumer_optional'],
      `${name} requires registrations, so a token without a Consumer is refused all the same`,
    ),
    ...warnOfKeys(service, config, path),
    ...warnOfIntrospection(service, config, path),
    ...warnOfMissingAudience(service, config, path),
    ...warnOfIssuerPage(service, path),
    ...warnOfOpenRoutes(service, path),
  ];
}

/** With introspection on, JWTs of a provider without keys are introspected. */
function warnOfKeys(
  service: ServiceConfig,
  { identityProviders }: Config,
  path: DocumentPath,
): Finding[] {
  if (!service.authMethods.includes('bearer')) return [];
  const introspects = service.authMethods.includes('introspection');
  return service.identityProviders.flatMap((name, index) => {
    const provider = identityProviders.find((item) => item.name === name);
    if (provider?.discovery !== null) return [];
    return warnIf(
      provider.endpoints.jwks === null && !(introspects && provider.introspects),
      [...path, 'identity_providers', index],
      `${name} has neither discovery nor endpoints.jwks, so ${service.name} refuses its JWTs`,
    );
  });
}

function warnOfIntrospection(
  service: ServiceConfig,
  { identityProviders }: Config,
  path: DocumentPath,
): Finding[] {
  if (!service.authMethods.includes('introspection')) return [];
  return service.identityProviders.flatMap((name, index) => {
    const provider = identityProviders.find((item) => item.name === name);
    if (provider === undefined || provider.introspects) return [];
    const lacks = provider.client === null ? 'client' : 'introspection endpoint';
    return warnIf(
      true,
      [...path, 'identity_providers', index],
      `${name} has no ${lacks}, so ${service.name} refuses its opaque tokens`,
    );
  });
}

function warnOfMissingAudience(
  service: ServiceConfig,
  { identityProviders }: Config,
  path: DocumentPath,
): Finding[] {
  if (service.audienceRequired.length === 0) return [];
  const lacking = identityProviders.filter(
    (provider) => service.identityProviders.includes(provider.name) && lacksAudience(provider),
  );
  return lacking.map(({ name, preset }) => ({
    path: [...path, 'audience_required'],
    message: `access tokens of ${preset} have an aud only where the caller asks with resource, and the others of ${name} are refused`,
  }));
}

function warnOfIssuerPage({ name, registration, publicUrl }: ServiceConfig, path: DocumentPath) {
  return warnIf(
    registration?.showIssuer === true && publicUrl === null,
    [...path, 'registration', 'show_issuer'],
    `${name} has no public_url, so callers are not told where to get tokens (RFC 9728)`,
  );
}

function warnOfOpenRoutes({ name, routes }: ServiceConfig, path: DocumentPath): Finding[] {
  return routes.flatMap((route, index) =>
    warnIf(
      route.open,
      [...path, 'routes', index, 'auth'],
      `${name}/${route.name} passes without a decision`,
    ),
  );
}
