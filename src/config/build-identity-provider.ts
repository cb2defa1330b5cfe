import type { ClaimPath } from '../authz/claims.ts';
import { Secret } from '../lib/secret.ts';
import type { IdentityClientConfig, IdentityProviderConfig, TokenCacheConfig } from './config.ts';
import type { ClaimSetting } from './presets.ts';
import { canIntrospect } from './provider-facts.ts';
import type { ReferencedFiles } from './referenced-files.ts';
import type { IdentityProviderSettings } from './schema/settings.ts';

/** One provider, its preset applied and its client's secret read. */
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
    introspectJwtTokens: provider.introspect_jwt_tokens,
    algorithms: provider.algorithms,
    tokenTypes: provider.token_types,
    leewayMs: provider.leeway,
    maxTokenAgeMs: null,
    cache: buildCache(provider),
    audienceRequired: provider.audience_required,
    consumerClaims: readClaims(provider.consumer_claims),
    consumerBy: provider.consumer_by,
    credentialClaim: readClaims(provider.credential_claim),
    scopesClaims: readClaims(provider.scopes_claims),
    groupsClaims: readClaims(provider.groups_claims),
  };
}

function buildReaching(provider: IdentityProviderSettings, files: ReferencedFiles) {
  const client = buildClient(provider, files);
  return {
    discovery: provider.discovery ? { url: provider.discovery_url } : null,
    endpoints: provider.endpoints,
    allowInsecure: provider.allow_insecure,
    rediscoveryMs: provider.rediscovery,
    jwksRefreshMs: provider.jwks_refresh,
    timeoutMs: provider.timeout,
    maxConcurrentCalls: provider.max_concurrent_calls,
    client,
    tls: { ca: null },
    proxy: { http: null, https: null, noProxy: [] },
    introspection: {
      hint: 'access_token',
      accept: 'application/json' as const,
      headers: [],
      parameters: [],
      tokenParameter: 'token',
    },
    extraJwksUris: [],
    introspects: canIntrospect({
      preset: provider.preset,
      hasClient: client !== null,
      discovers: provider.discovery,
      introspectionEndpoint: provider.endpoints.introspection,
    }),
  };
}

function buildClient(
  { client }: IdentityProviderSettings,
  files: ReferencedFiles,
): IdentityClientConfig | null {
  if (client === undefined) return null;
  const secret = client.secret ?? new Secret(files.text(client.secret_file ?? ''));
  return { id: client.id, secret, authMethod: client.auth_method };
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

function readClaims(claims: readonly ClaimSetting[] | undefined): ClaimPath[] {
  return (claims ?? []).map((claim) => (typeof claim === 'string' ? [claim] : claim));
}
