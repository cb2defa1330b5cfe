import { hashParts } from './hash-parts.ts';
import type { IntrospectionOptions, ProviderClient, ProviderOptions } from './provider-options.ts';

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
    client === null ? 'none' : list(flattenClient(client)),
    ...flattenIntrospection(options.introspection),
    list(options.algorithms),
    options.tokenTypes === null ? 'tolerant' : list(options.tokenTypes),
    list([options.introspects, options.introspectJwtTokens].map(String)),
    list(Object.entries(cache).flatMap(([name, value]) => [name, String(value)])),
    list(
      [
        options.leewayMs,
        options.maxTokenAgeMs,
        options.rediscoveryMs,
        options.jwksRefreshMs,
        options.timeoutMs,
        options.maxConcurrentCalls,
      ].map(String),
    ),
  ];
}

function flattenSource(options: ProviderOptions): readonly string[] {
  const { discovery, endpoints, proxy } = options;
  return [
    options.issuer,
    list(options.issuersAllowed),
    discovery === null ? 'off' : list(['on', optional(discovery.url)]),
    optional(endpoints.token),
    optional(endpoints.jwks),
    optional(endpoints.introspection),
    list(options.extraJwksUris),
    optional(options.tls.ca),
    optional(proxy.http?.reveal() ?? null),
    optional(proxy.https?.reveal() ?? null),
    list(proxy.noProxy),
    String(options.allowInsecure),
  ];
}

function flattenClient(client: ProviderClient): readonly string[] {
  const common = [client.authMethod, client.id];
  switch (client.authMethod) {
    case 'client_secret_basic':
    case 'client_secret_post':
    case 'client_secret_jwt':
      return [...common, client.secret.reveal()];
    case 'private_key_jwt': {
      const { pem, keyId, algorithm } = client.privateKey;
      return [...common, pem.reveal(), optional(keyId), optional(algorithm)];
    }
    case 'tls_client_auth':
    case 'self_signed_tls_client_auth':
      return [...common, client.certificate.cert, client.certificate.key.reveal()];
    case 'none':
      return common;
  }
}

function flattenIntrospection(options: IntrospectionOptions): readonly string[] {
  return [
    optional(options.hint),
    options.accept,
    list(options.headers.flatMap(([name, value]) => [name, value.reveal()])),
    list(options.parameters.flatMap(([name, value]) => [name, value.reveal()])),
    options.tokenParameter,
  ];
}

function list(items: readonly string[]): string {
  return items.length === 0 ? 'empty' : hashParts(items);
}

function optional(value: string | null): string {
  return value === null ? 'null' : `=${value}`;
}
