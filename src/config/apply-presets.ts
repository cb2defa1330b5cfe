import { presets } from './presets.ts';
import { clientCredentialsSchema, passwordSchema } from './schema/service-grants.ts';
import { sessionSchema } from './schema/session.ts';
import type { IdentityProviderSettings, ServiceSettings, Settings } from './schema/settings.ts';

/**
 * The settings with what the file leaves to others filled in: each provider's preset, and the
 * sections of methods that are on.
 */
export function applyPresets(settings: Settings): Settings {
  const hasSessions = settings.services.some(({ auth_methods: methods }) =>
    methods.includes('session'),
  );
  return {
    ...settings,
    identity_providers: settings.identity_providers.map(applyPreset),
    services: settings.services.map(addGrants),
    ...(hasSessions ? { session: settings.session ?? sessionSchema.parse({}) } : {}),
  };
}

function applyPreset(provider: IdentityProviderSettings): IdentityProviderSettings {
  const preset = presets[provider.preset];
  return {
    ...provider,
    consumer_claims: provider.consumer_claims ?? [...preset.consumerClaims],
    credential_claim: provider.credential_claim ?? ['sub'],
    scopes_claims: provider.scopes_claims ?? [...preset.scopesClaims],
    groups_claims: provider.groups_claims ?? [...preset.groupsClaims],
    roles_claims: provider.roles_claims ?? [...preset.rolesClaims],
  };
}

/** A pair goes to the Service's only provider where no other is named. */
function addGrants(service: ServiceSettings): ServiceSettings {
  const { auth_methods: methods } = service;
  const only = service.identity_providers[0] ?? null;
  const result = { ...service };
  if (methods.includes('client_credentials')) {
    const grant = service.client_credentials ?? clientCredentialsSchema.parse({});
    result.client_credentials = { ...grant, identity_provider: grant.identity_provider ?? only };
  }
  if (methods.includes('password')) {
    const grant = service.password ?? passwordSchema.parse({});
    result.password = { ...grant, identity_provider: grant.identity_provider ?? only };
  }
  return result;
}
