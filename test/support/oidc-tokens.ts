import * as oauth from 'oauth4webapi';
import type { OidcClient } from './oidc-options.ts';
import { openFetch, type Issuer, type TrustingFetch } from './trusting-fetch.ts';

export interface TokenQuestion {
  readonly client: OidcClient;
  readonly resource?: string;
  readonly scope?: string;
}

/** How one client talks with one provider. */
export interface TokenClient {
  readonly server: oauth.AuthorizationServer;
  readonly client: oauth.Client;
  readonly auth: oauth.ClientAuth;
  readonly options: {
    readonly [oauth.customFetch]: TrustingFetch['fetch'];
  };
  readonly close: () => Promise<void>;
}

export function openTokenClient(issuer: Issuer, client: OidcClient): TokenClient {
  const { url, fetch, close } = openFetch(issuer, client.certificate);
  const options = {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- so marked for use in tests only
    [oauth.allowInsecureRequests]: true,
    [oauth.customFetch]: fetch,
  };
  // By heart, so that a test which counts or breaks discovery sees Postern's requests alone.
  const server = {
    issuer: url,
    authorization_endpoint: `${url}/auth`,
    token_endpoint: `${url}/token`,
    authorization_response_iss_parameter_supported: true,
  };
  return { server, client: { client_id: client.id }, auth: authOf(client), options, close };
}

/** An access token by client credentials (RFC 6749 section 4.4). */
export function fetchToken(issuer: Issuer, question: TokenQuestion): Promise<string> {
  return askToken(issuer, question, 'client_credentials', {});
}

/** An access token by the user's password (RFC 6749 section 4.3). */
export function fetchTokenByPassword(
  issuer: Issuer,
  question: TokenQuestion & { readonly username: string; readonly password: string },
): Promise<string> {
  const { username, password } = question;
  return askToken(issuer, question, 'password', { username, password });
}

async function askToken(
  issuer: Issuer,
  question: TokenQuestion,
  grant: string,
  more: Readonly<Record<string, string>>,
): Promise<string> {
  const { server, client, auth, options, close } = openTokenClient(issuer, question.client);
  const form = { ...more, ...describeScope(question) };
  try {
    return await readToken(
      await oauth.genericTokenEndpointRequest(server, client, auth, grant, form, options),
    );
  } finally {
    await close();
  }
}

export function describeScope({ resource, scope }: TokenQuestion): Record<string, string> {
  return {
    ...(resource === undefined ? {} : { resource }),
    ...(scope === undefined ? {} : { scope }),
  };
}

export async function readToken(response: Response): Promise<string> {
  const answer = (await response.json()) as { access_token?: unknown };
  if (typeof answer.access_token === 'string') return answer.access_token;
  throw new Error(`no token: ${response.status} ${JSON.stringify(answer)}`);
}

function authOf({ authMethod = 'client_secret_basic', secret = '', key }: OidcClient) {
  switch (authMethod) {
    case 'client_secret_basic':
      return oauth.ClientSecretBasic(secret);
    case 'client_secret_post':
      return oauth.ClientSecretPost(secret);
    case 'client_secret_jwt':
      return oauth.ClientSecretJwt(secret);
    case 'private_key_jwt':
      if (key === undefined) throw new Error('no key to sign with');
      return oauth.PrivateKeyJwt({ key: key.privateKey, kid: key.kid });
    case 'tls_client_auth':
    case 'self_signed_tls_client_auth':
      return oauth.TlsClientAuth();
    case 'none':
      return oauth.None();
  }
}
