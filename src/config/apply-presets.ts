import { presets } from './presets.ts';
import type { IdentityProviderSettings, Settings } from './schema/settings.ts';

/** The settings with each provider's preset filled in where the file says nothing. */
export function applyPresets(settings: Settings): Settings {
  return { ...settings, identity_providers: settings.identity_providers.map(applyPreset) };
}

function applyPreset(provider: IdentityProviderSettings): IdentityProviderSettings {
  const preset = presets[provider.preset];
  return {
    ...provider,
    consumer_claims: provider.consumer_claims ?? [...preset.consumerClaims],
    credential_claim: provider.credential_claim ?? ['sub'],
    scopes_claims: provider.scopes_claims ?? [...preset.scopesClaims],
    groups_claims: provider.groups_claims ?? [...preset.groupsClaims],
  };
}
