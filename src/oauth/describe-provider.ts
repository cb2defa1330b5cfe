import type { CircuitBreaker } from './circuit-breaker.ts';
import { explainTrouble } from './explain-trouble.ts';
import type { KeySet } from './key-set.ts';
import type { ProviderMetadata } from './provider-metadata.ts';
import type { ProviderOptions } from './provider-options.ts';

export type ProviderStatus =
  { readonly status: 'ready' } | { readonly status: 'degraded'; readonly reason: string };

interface Sources {
  readonly metadata: ProviderMetadata;
  readonly keys: KeySet;
}

/** What readiness says of a provider. */
export function describeProvider(
  options: ProviderOptions,
  parts: Sources & { readonly breaker: CircuitBreaker },
): ProviderStatus {
  const reason = findTrouble(options, parts);
  if (reason !== null) return { status: 'degraded', reason };
  if (parts.breaker.state === 'closed') return { status: 'ready' };
  return { status: 'degraded', reason: 'the circuit breaker is open' };
}

function findTrouble(options: ProviderOptions, { metadata, keys }: Sources): string | null {
  if (metadata.failing) return explainTrouble('discovery failed', metadata.trouble);
  if (!mayHaveKeys({ metadata, keys })) {
    return canIntrospect(options, metadata)
      ? null
      : 'it has no usable jwks_uri, so no token can be verified';
  }
  if (keys.size === 0) return explainTrouble('no keys could be loaded', keys.trouble);
  return keys.failing ? explainTrouble('keys could not be refreshed', keys.trouble) : null;
}

/** Whether the provider can be asked about tokens, as far as is known. */
export function canIntrospect(options: ProviderOptions, metadata: ProviderMetadata): boolean {
  const hasEndpoint = metadata.known('introspection') !== 'none';
  return options.introspects && options.client !== null && hasEndpoint;
}

/** Keys that were once had stay in force though the metadata name them no more. */
export function mayHaveKeys({ metadata, keys }: Sources): boolean {
  return keys.hasExtraSets || metadata.known('jwks') !== 'none' || keys.size > 0;
}

/**
 * Whether the last fetch of metadata or of the provider's own keys failed: more than a caller can
 * bring about. Sets from elsewhere say nothing of the provider.
 */
export function areFailing({ metadata, keys }: Sources): boolean {
  // Keys that were asked for before it was known that there are none are no failure.
  return metadata.failing || (keys.ownFailing && mayHaveKeys({ metadata, keys }));
}
