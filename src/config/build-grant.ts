import { readClaims } from './read-claims.ts';
import type { ServiceSettings } from './schema/settings.ts';
import type { GrantConfig, PasswordConfig } from './service-config.ts';

/** How pairs are exchanged; the provider is named by now. */
export function buildGrant(grant: ServiceSettings['client_credentials']): GrantConfig | null {
  if (grant === undefined) return null;
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

export function buildPassword(password: ServiceSettings['password']): PasswordConfig | null {
  const grant = buildGrant(password);
  return grant === null
    ? null
    : { ...grant, consumerClaims: readClaims(password?.consumer_claims) };
}

function toList(value: string | readonly string[] | null): readonly string[] {
  return value === null ? [] : [value].flat();
}
