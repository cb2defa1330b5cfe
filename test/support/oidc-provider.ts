import { once } from 'node:events';
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair } from 'jose';
import {
  Provider,
  type Adapter,
  type AdapterPayload,
  type ClientMetadata,
  type Configuration,
} from 'oidc-provider';

export interface OidcClient {
  readonly id: string;
  readonly secret: string;
  readonly authMethod?: 'client_secret_basic' | 'client_secret_post';
  /** Claims of its access tokens and of their introspection: `groups`, `application_id`, … */
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** An API for which tokens are issued, by the `resource` of RFC 8707. */
export interface OidcResource {
  readonly audience: string;
  /** Space-separated. */
  readonly scope: string;
  readonly format: 'jwt' | 'opaque';
  /** Seconds; 300 by default. */
  readonly ttl?: number;
}

export interface OidcProviderOptions {
  readonly port?: number;
  readonly clients: readonly OidcClient[];
  /** By the URI that a client asks with. */
  readonly resources: Readonly<Record<string, OidcResource>>;
}

export interface OidcProvider {
  readonly issuer: string;
  readonly close: () => Promise<void>;
}

/** The certified `oidc-provider` on 127.0.0.1, over http; client credentials and introspection. */
export async function startOidcProvider(options: OidcProviderOptions): Promise<OidcProvider> {
  const server = createServer();
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  const issuer = `http://127.0.0.1:${address.port}`;

  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const signing = { ...(await exportJWK(privateKey)), kid: 'oidc-1', alg: 'RS256', use: 'sig' };
  const provider = new Provider(issuer, configure(options, signing));
  const handle = provider.callback();
  server.on('request', (request, response) => void handle(request, response));
  return {
    issuer,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function configure(options: OidcProviderOptions, signing: object): Configuration {
  const claimsOf = new Map(options.clients.map(({ id, claims }) => [id, claims ?? {}]));
  const scopes = Object.values(options.resources).flatMap(({ scope }) => scope.split(' '));
  const stored = new Map<string, AdapterPayload>();
  return {
    adapter: (model: string) => storeIn(stored, model),
    clients: options.clients.map(describeClient),
    jwks: { keys: [signing] },
    scopes: [...new Set(['openid', ...scopes])],
    extraTokenClaims: (_context, token) => ({ ...claimsOf.get(token.clientId ?? '') }),
    ttl: { ClientCredentials: (_context, token) => token.resourceServer?.accessTokenTTL ?? 300 },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      // Any client may ask about any token, as a gateway does.
      introspection: { enabled: true, allowedPolicy: () => true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => Object.keys(options.resources)[0] ?? [],
        useGrantedResource: () => true,
        getResourceServerInfo: (_context, indicator) => describeResource(options, indicator),
      },
    },
  };
}

/** Only access tokens are ever stored: there are no users, codes or sessions. */
function storeIn(stored: Map<string, AdapterPayload>, model: string): Adapter {
  const none = async () => undefined;
  return {
    upsert: async (id, payload) => void stored.set(`${model}:${id}`, payload),
    find: async (id) => stored.get(`${model}:${id}`),
    destroy: async (id) => void stored.delete(`${model}:${id}`),
    consume: none,
    findByUid: none,
    findByUserCode: none,
    revokeByGrantId: none,
  };
}

function describeClient({ id, secret, authMethod }: OidcClient): ClientMetadata {
  return {
    client_id: id,
    client_secret: secret,
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: [],
    token_endpoint_auth_method: authMethod ?? 'client_secret_basic',
  };
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

export interface TokenQuestion {
  readonly client: OidcClient;
  readonly resource?: string;
  readonly scope?: string;
}

/** An access token by client credentials (RFC 6749 section 4.4). */
export async function fetchToken(issuer: string, question: TokenQuestion): Promise<string> {
  const { client, resource, scope } = question;
  const form = new URLSearchParams({ grant_type: 'client_credentials' });
  if (resource !== undefined) form.set('resource', resource);
  if (scope !== undefined) form.set('scope', scope);
  const post = client.authMethod === 'client_secret_post';
  if (post) {
    form.set('client_id', client.id);
    form.set('client_secret', client.secret);
  }
  const headers = post ? {} : { authorization: basic(client) };
  const response = await fetch(`${issuer}/token`, { method: 'POST', headers, body: form });
  const answer = (await response.json()) as { access_token?: unknown };
  if (typeof answer.access_token === 'string') return answer.access_token;
  throw new Error(`no token: ${response.status} ${JSON.stringify(answer)}`);
}

/** RFC 6749 section 2.3.1: both parts are form-encoded. */
function basic({ id, secret }: OidcClient): string {
  const encode = (part: string) => new URLSearchParams({ '': part }).toString().slice(1);
  return `Basic ${Buffer.from(`${encode(id)}:${encode(secret)}`).toString('base64')}`;
}
