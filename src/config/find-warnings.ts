import type { DocumentPath, Finding } from '../documents/problem.ts';
import type { Config } from './config.ts';
import { isLoopback, parseHostPort } from './host-port.ts';
import type { IdentityProviderConfig } from './identity-provider-config.ts';
import type { ServiceConfig } from './service-config.ts';

/** Everything of a configuration that its operator should know before it is in force. */
export function findWarnings(config: Config): readonly Finding[] {
  return [
    ...warnOfListener(config),
    ...config.identityProviders.flatMap((provider, index) =>
      warnOfProvider(provider, config, ['identity_providers', index]),
    ),
    ...config.services.flatMap((service, index) =>
      warnOfService(service, config, ['services', index]),
    ),
    ...warnIf(
      config.unavailable === 'envoy_decides',
      ['unavailable'],
      'failure_mode_allow: true in Envoy turns an outage into an allow',
    ),
  ];
}

function warnIf(condition: boolean, path: DocumentPath, message: string): Finding[] {
  return condition ? [{ path, message }] : [];
}

function warnOfListener({ listen }: Config): Finding[] {
  const host = parseHostPort(listen.grpc.address)?.host;
  return warnIf(
    host !== undefined && !isLoopback(host) && listen.grpc.tls === null,
    ['listen', 'grpc', 'address'],
    'other hosts can reach this listener, and it has no TLS',
  );
}

function warnOfProvider(
  provider: IdentityProviderConfig,
  { services }: Config,
  path: DocumentPath,
): Finding[] {
  const { name } = provider;
  return [
    ...warnIf(
      provider.audienceRequired.length === 0,
      path,
      `${name} has no audience_required: tokens that it made for other APIs are accepted`,
    ),
    ...warnIf(
      provider.allowInsecure,
      [...path, 'allow_insecure'],
      `${name} may be reached without TLS, by which its keys can be replaced on the way`,
    ),
    ...warnIf(
      !services.some(({ identityProviders }) => identityProviders.includes(name)),
      path,
      `${name} is not used by any Service`,
    ),
  ];
}

function warnOfService(service: ServiceConfig, config: Config, path: DocumentPath): Finding[] {
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

function warnOfOpenRoutes({ name, routes }: ServiceConfig, path: DocumentPath): Finding[] {
  return routes.flatMap((route, index) =>
    warnIf(
      route.open,
      [...path, 'routes', index, 'auth'],
      `${name}/${route.name} passes without a decision`,
    ),
  );
}
