import { readClaims } from './read-claims.ts';
import type { ServiceSettings } from './schema/settings.ts';
import type { ClientCredentialsConfig, GrantConfig, PasswordConfig } from './service-config.ts';

export function buildClientCredentials(
  grant: ServiceSettings['client_credentials'],
): ClientCredentialsConfig | null {
  if (grant === undefined) return null;
  return { ...buildGrant(grant), clientAuthMethod: grant.client_auth_method };
}

export function buildPassword(grant: ServiceSettings['password']): PasswordConfig | null {
  if (grant === undefined) return null;
  return { ...buildGrant(grant), consumerClaims: readClaims(grant.consumer_claims) };
}

type GrantSettings = NonNullable<ServiceSettings['client_credentials' | 'password']>;

/** How pairs are exchanged; the provider is named by now. */
function buildGrant(grant: GrantSettings): GrantConfig {
  return {
    identityProvider: grant.identity_provider ?? '',
    scopes: grant.scopes,
    audience: toList(grant.audience),
    resource: toList(grant.resource),
    args: Object.entries(grant.args),
    basicDecoding: grant.basic_decoding,
    paramType: grant.param_type,
  };
}

function toList(value: string | readonly string[] | null): readonly string[] {
  return value === null ? [] : [value].flat();
}
