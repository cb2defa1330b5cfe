import { presets, type PresetName } from './presets.ts';

interface ProviderFacts {
  readonly preset: PresetName;
  readonly hasClient: boolean;
  readonly discovers: boolean;
  readonly introspectionEndpoint: string | null;
}

/**
 * Whether a provider can be asked about tokens, as far as the configuration tells: with a client,
 * and an endpoint that is written or that discovery may bring.
 */
export function canIntrospect(provider: ProviderFacts): boolean {
  const mayBring = provider.discovers && presets[provider.preset].introspects;
  return provider.hasClient && (provider.introspectionEndpoint !== null || mayBring);
}
