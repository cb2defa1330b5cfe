import { randomBytes, type X509Certificate } from 'node:crypto';
import { TLSSocket } from 'node:tls';
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import type { OidcProviderOptions } from './oidc-options.ts';

export function configureOidc(
  options: OidcProviderOptions,
  parts: Pick<Configuration, 'adapter'> & { readonly signing: object },
): Configuration {
  const { clients, users = [], tls } = options;
  const claimsOf = new Map(clients.map(({ id, claims }) => [id, claims ?? {}]));
  const claimsOfUser = new Map(users.map(({ name, claims }) => [name, claims ?? {}]));
  const scopes = Object.values(options.resources).flatMap(({ scope }) => scope.split(' '));
  return {
    ...(parts.adapter === undefined ? {} : { adapter: parts.adapter }),
    jwks: { keys: [parts.signing] },
    cookies: { keys: [randomBytes(32).toString('hex')] },
    scopes: [...new Set(['openid', ...scopes])],
    responseTypes: ['code', 'id_token token'],
    clientAuthMethods: [
      'client_secret_basic',
      'client_secret_post',
      'client_secret_jwt',
      'private_key_jwt',
      'none',
      ...(tls === undefined ? [] : (['tls_client_auth', 'self_signed_tls_client_auth'] as const)),
    ],
    extraTokenClaims: (_context, token) => ({
      ...claimsOf.get(token.clientId ?? ''),
      ...('accountId' in token ? claimsOfUser.get(token.accountId) : {}),
    }),
    findAccount: (_context, name) =>
      claimsOfUser.has(name)
        ? { accountId: name, claims: () => ({ sub: name, ...claimsOfUser.get(name) }) }
        : undefined,
    loadExistingGrant: grantAll,
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    ttl: {
      AuthorizationCode: 60,
      Grant: 3600,
      IdToken: 300,
      Interaction: 60,
      Session: 3600,
      ClientCredentials: (_context, token) => token.resourceServer?.accessTokenTTL ?? 300,
      AccessToken: (_context, token) => token.resourceServer?.accessTokenTTL ?? 300,
    },
    features: features(options),
  };
}

function features(options: OidcProviderOptions): Configuration['features'] {
  return {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    // Any client may ask about any token, as a gateway does.
    introspection: { enabled: true, allowedPolicy: () => true },
    jwtIntrospection: { enabled: true },
    dPoP: {
      enabled: true,
      nonceSecret: randomBytes(32),
      requireNonce: () => options.dpopNonce ?? false,
    },
    ...(options.tls === undefined ? {} : { mTLS }),
    resourceIndicators: {
      enabled: true,
      defaultResource: () => Object.keys(options.resources)[0] ?? [],
      useGrantedResource: () => true,
      getResourceServerInfo: (_context, indicator) => describeResource(options, indicator),
    },
  };
}

const mTLS = {
  enabled: true,
  certificateBoundAccessTokens: true,
  selfSignedTlsClientAuth: true,
  tlsClientAuth: true,
  getCertificate: peerCertificate,
  certificateAuthorized: ({ socket }: KoaContextWithOIDC) =>
    socket instanceof TLSSocket && socket.authorized,
  certificateSubjectMatches: (context: KoaContextWithOIDC, property: string, expected: string) =>
    property === 'tls_client_auth_subject_dn' && peerCertificate(context)?.subject === expected,
} as const;

function peerCertificate({ socket }: KoaContextWithOIDC): X509Certificate | undefined {
  return socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
}

/** Consent without a question: to all that is asked for. */
async function grantAll({ oidc }: KoaContextWithOIDC) {
  const { account, client, provider, resourceServers } = oidc;
  if (account === undefined || client === undefined) return undefined;
  const grant = new provider.Grant({ accountId: account.accountId, clientId: client.clientId });
  grant.addOIDCScope(oidc.requestParamOIDCScopes);
  for (const [resource, { scope }] of Object.entries(resourceServers ?? {})) {
    grant.addResourceScope(resource, scope);
  }
  await grant.save();
  return grant;
}

function describeResource(options: OidcProviderOptions, indicator: string) {
  const resource = options.resources[indicator];
  if (resource === undefined) throw new Error(`no such resource: ${indicator}`);
  const { audience, scope, format, ttl } = resource;
  const common = { audience, scope, accessTokenTTL: ttl ?? 300 };
  return format === 'opaque'
    ? { ...common, accessTokenFormat: 'opaque' as const }
    : { ...common, accessTokenFormat: 'jwt' as const, jwt: { sign: { alg: 'RS256' as const } } };
}
