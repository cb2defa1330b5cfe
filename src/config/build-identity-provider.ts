import { buildIdentityClient } from './build-identity-client.ts';
import type {
  IdentityProviderConfig,
  IntrospectionConfig,
  TokenCacheConfig,
} from './identity-provider-config.ts';
import { canIntrospect } from './provider-facts.ts';
import { readClaims } from './read-claims.ts';
import type { ReferencedFiles } from './referenced-files.ts';
import type { IdentityProviderSettings } from './schema/settings.ts';

/** One provider, its preset applied and its files read. */
export function buildIdentityProvider(
  provider: IdentityProviderSettings,
  files: ReferencedFiles,
): IdentityProviderConfig {
  return {
    name: provider.name,
    preset: provider.preset,
    issuer: provider.issuer,
    issuersAllowed: [...new Set([provider.issuer, ...provider.issuers_allowed])],
    ...buildReaching(provider, files),
    introspection: buildIntrospection(provider),
    introspectJwtTokens: provider.introspect_jwt_tokens,
    algorithms: provider.algorithms,
    tokenTypes: provider.token_types,
    leewayMs: provider.leeway,
    maxTokenAgeMs: provider.max_token_age,
    cache: buildCache(provider),
    audienceRequired: provider.audience_required,
    consumerBy: provider.consumer_by,
    ...buildClaims(provider),
  };
}

function buildReaching(provider: IdentityProviderSettings, files: ReferencedFiles) {
  const client = provider.client === undefined ? null : buildIdentityClient(provider.client, files);
  return {
    discovery: provider.discovery ? { url: provider.discovery_url } : null,
    endpoints: provider.endpoints,
    allowInsecure: provider.allow_insecure,
    rediscoveryMs: provider.rediscovery,
    jwksRefreshMs: provider.jwks_refresh,
    timeoutMs: provider.timeout,
    maxConcurrentCalls: provider.max_concurrent_calls,
    client,
    tls: { ca: provider.ca_file === null ? null : files.text(provider.ca_file) },
    proxy: {
      http: provider.http_proxy,
      https: provider.https_proxy,
      noProxy: provider.no_proxy,
    },
    extraJwksUris: provider.extra_jwks_uris,
    introspects: canIntrospect({
      preset: provider.preset,
      hasClient: client !== null,
      discovers: provider.discovery,
      introspectionEndpoint: provider.endpoints.introspection,
    }),
  };
}

function buildIntrospection(provider: IdentityProviderSettings): IntrospectionConfig {
  return {
    hint: provider.introspection_hint,
    accept: provider.introspection_accept,
    headers: Object.entries(provider.introspection_headers),
    parameters: Object.entries(provider.introspection_args),
    tokenParameter: provider.introspection_token_param_name,
  };
}

function buildCache({ cache }: IdentityProviderSettings): TokenCacheConfig {
  return {
    maxTtlMs: cache.max_ttl,
    negativeTtlMs: cache.negative_ttl,
    staleIfErrorMs: cache.stale_if_error,
    maxEntries: cache.max_entries,
    negativeMaxEntries: cache.negative_max_entries,
  };
}

function buildClaims(provider: IdentityProviderSettings) {
  return {
    consumerClaims: readClaims(provider.consumer_claims),
    credentialClaim: readClaims(provider.credential_claim),
    scopesClaims: readClaims(provider.scopes_claims),
    groupsClaims: readClaims(provider.groups_claims),
    rolesClaims: readClaims(provider.roles_claims),
    audienceClaims: readClaims(provider.audience_claims),
  };
}
