import type { DocumentPath, Finding } from '../documents/problem.ts';
import type { Config } from './config.ts';
import type { GrantConfig, ServiceConfig } from './service-config.ts';
import { warnIf } from './warn-if.ts';

/** What the operator of a Service should know of the credentials that it takes. */
export function warnOfGrants(
  service: ServiceConfig,
  config: Config,
  path: DocumentPath,
): Finding[] {
  const { name, authMethods, bearerTokenParamType: places } = service;
  return [
    ...warnIf(
      authMethods.includes('password'),
      [...path, 'auth_methods', authMethods.indexOf('password')],
      `${name} takes passwords of users, which OAuth 2.1 leaves to the provider alone`,
    ),
    ...warnIf(
      places.includes('query'),
      [...path, 'bearer_token_param_type', places.indexOf('query')],
      `${name} takes tokens from the query, and URLs end up in logs and in Referer headers`,
    ),
    ...warnOfPairs(service, 'client_credentials', service.clientCredentials, path),
    ...warnOfPairs(service, 'password', service.password, path),
    ...warnOfRequest(service, config, path),
    ...warnIf(
      service.upstreamAccessToken &&
        service.clientCredentials === null &&
        service.password === null,
      [...path, 'upstream_access_token'],
      `${name} exchanges no pairs, so there is no token of Postern's to send`,
    ),
  ];
}

function warnOfPairs(
  { name }: ServiceConfig,
  method: 'client_credentials' | 'password',
  grant: GrantConfig | null,
  path: DocumentPath,
): Finding[] {
  return warnIf(
    grant?.paramType.includes('query') ?? false,
    [...path, method, 'param_type', grant?.paramType.indexOf('query') ?? 0],
    `${name} takes secrets from the query, and URLs end up in logs and in Referer headers`,
  );
}

/** What a product wants to be asked with, if it is to answer with a token that can be judged. */
function warnOfRequest(
  { name, clientCredentials: grant }: ServiceConfig,
  { identityProviders }: Config,
  path: DocumentPath,
): Finding[] {
  if (grant === null) return [];
  const provider = identityProviders.find((item) => item.name === grant.identityProvider);
  const section = [...path, 'client_credentials'];
  return [
    ...warnIf(
      provider?.preset === 'auth0' && grant.audience.length === 0,
      [...section, 'audience'],
      `without audience Auth0 gives tokens that nobody but Auth0 can read, so ${name} refuses them`,
    ),
    ...warnIf(
      provider?.preset === 'entra' && grant.scopes.length === 0,
      [...section, 'scopes'],
      `Entra gives no token without the scope <api>/.default, so ${name} takes no pair`,
    ),
  ];
}
