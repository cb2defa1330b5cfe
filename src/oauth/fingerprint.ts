import { hashParts } from './hash-parts.ts';
import type { ProviderOptions } from './provider-options.ts';

/**
 * One value for everything that a provider's verdicts may depend on. Part of every cache key, so
 * that a token good at one provider, or under an older rule, never passes under another. The name
 * is in it since a verified token carries it; the secret only as a part of the hash.
 */
export function fingerprintProvider(options: ProviderOptions): string {
  return hashParts(flatten(options));
}

/** One value for where metadata and keys come from, and what of them is believed. */
export function fingerprintSource(options: ProviderOptions): string {
  return hashParts(flattenSource(options));
}

function flatten(options: ProviderOptions): readonly string[] {
  const { client, cache } = options;
  return [
    options.name,
    ...flattenSource(options),
    client === null ? 'none' : list([client.id, client.secret.reveal(), client.authMethod]),
    list(options.algorithms),
    options.tokenTypes === null ? 'tolerant' : list(options.tokenTypes),
    list([options.introspects, options.introspectJwtTokens].map(String)),
    list(Object.entries(cache).flatMap(([name, value]) => [name, String(value)])),
    list(
      [
        options.leewayMs,
        options.rediscoveryMs,
        options.jwksRefreshMs,
        options.timeoutMs,
        options.maxConcurrentCalls,
      ].map(String),
    ),
  ];
}

function flattenSource(options: ProviderOptions): readonly string[] {
  const { discovery, endpoints } = options;
  return [
    options.issuer,
    list(options.issuersAllowed),
    discovery === null ? 'off' : list(['on', optional(discovery.url)]),
    optional(endpoints.token),
    optional(endpoints.jwks),
    optional(endpoints.introspection),
    String(options.allowInsecure),
  ];
}

function list(items: readonly string[]): string {
  return items.length === 0 ? 'empty' : hashParts(items);
}

function optional(value: string | null): string {
  return value === null ? 'null' : `=${value}`;
}
