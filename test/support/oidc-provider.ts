import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { exportJWK, generateKeyPair } from 'jose';
import { Provider } from 'oidc-provider';
import { describeClient } from './oidc-clients.ts';
import { configureOidc } from './oidc-configuration.ts';
import type { OidcProviderOptions, OidcUser } from './oidc-options.ts';
import { registerPasswordGrant } from './oidc-password-grant.ts';
import { createOidcStorage } from './oidc-storage.ts';

export type { OidcClient, OidcProviderOptions } from './oidc-options.ts';
export { fetchTokenByCode, fetchTokenImplicitly } from './oidc-authorization.ts';
export { fetchDpopToken } from './oidc-dpop.ts';
export { fetchToken, fetchTokenByPassword } from './oidc-tokens.ts';

export type OidcEndpoint = 'discovery' | 'jwks' | 'introspection' | 'token' | 'authorization';

export interface OidcProvider {
  readonly issuer: string;
  /** Of the authority of its certificate; null over http. */
  readonly caFile: string | null;
  /** How many requests each endpoint has had. */
  readonly calls: Readonly<Record<OidcEndpoint, number>>;
  /** Endpoints that answer with a status of the test's own and no JSON. */
  readonly failing: Map<OidcEndpoint, number>;
  /** From now on the client has this secret and no other. */
  readonly setSecret: (clientId: string, secret: string) => void;
  readonly close: () => Promise<void>;
}

/**
 * The certified `oidc-provider` on 127.0.0.1: all grants that an application may use, login and
 * consent without a browser, introspection, bound tokens.
 */
export async function startOidcProvider(options: OidcProviderOptions): Promise<OidcProvider> {
  const server = openServer(options);
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  const scheme = options.tls === undefined ? 'http' : 'https';
  const issuer = `${scheme}://127.0.0.1:${address.port}`;

  const clients = new Map(options.clients.map((client) => [client.id, describeClient(client)]));
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const signing = { ...(await exportJWK(privateKey)), kid: 'oidc-1', alg: 'RS256', use: 'sig' };
  const adapter = createOidcStorage(clients);
  const provider = new Provider(issuer, configureOidc(options, { adapter, signing }));
  registerPasswordGrant(provider, options.users ?? []);
  const { calls, failing, handle } = watch(provider, options.users ?? []);
  server.on('request', (request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  return {
    issuer,
    caFile: options.tls?.caFile ?? null,
    calls,
    failing,
    setSecret: (id, secret) => {
      const client = clients.get(id);
      if (client === undefined) throw new Error(`no such client: ${id}`);
      clients.set(id, { ...client, client_secret: secret });
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function openServer({ tls }: OidcProviderOptions) {
  if (tls === undefined) return createServer();
  return createTlsServer({
    cert: readFileSync(tls.certFile),
    key: readFileSync(tls.keyFile),
    ca: readFileSync(tls.caFile),
    requestCert: true,
    // A certificate is asked for and judged by the provider, as some clients have none.
    rejectUnauthorized: false,
  });
}

const endpoints: Readonly<Record<string, OidcEndpoint>> = {
  '/.well-known/openid-configuration': 'discovery',
  '/jwks': 'jwks',
  '/token/introspection': 'introspection',
  '/token': 'token',
  '/auth': 'authorization',
};

/** The provider behind a look at what is asked of it. */
function watch(provider: Provider, users: readonly OidcUser[]) {
  const calls = { discovery: 0, jwks: 0, introspection: 0, token: 0, authorization: 0 };
  const failing = new Map<OidcEndpoint, number>();
  const pass = provider.callback();
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    if (path.startsWith('/interaction/')) return logIn(provider, users, request, response);
    const endpoint = endpoints[path];
    if (endpoint === undefined) return pass(request, response);
    calls[endpoint] += 1;
    const status = failing.get(endpoint);
    if (status === undefined) return pass(request, response);
    response.writeHead(status, { 'content-type': 'text/plain' }).end('out of order');
  };
  return { calls, failing, handle };
}

/** Finishes a login at once: as the user whom `login_hint` names, else the first. */
async function logIn(
  provider: Provider,
  users: readonly OidcUser[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { params } = await provider.interactionDetails(request, response);
  const hint = params['login_hint'];
  const user = hint === undefined ? users[0] : users.find(({ name }) => name === hint);
  const result =
    user === undefined ? { error: 'access_denied' } : { login: { accountId: user.name } };
  await provider.interactionFinished(request, response, result);
}
