import * as oauth from 'oauth4webapi';
import {
  describeScope,
  openTokenClient,
  readToken,
  type TokenClient,
  type TokenQuestion,
} from './oidc-tokens.ts';
import type { Issuer } from './trusting-fetch.ts';

/** A question that a user answers by logging in. */
export interface UserQuestion extends TokenQuestion {
  /** The first of the provider's by default. */
  readonly user?: string;
  /** The one that the client has registered by default. */
  readonly redirectUri?: string;
}

/**
 * An access token by an authorization code with PKCE (RFC 6749 section 4.1, RFC 7636): request,
 * login, redirects with their cookies, code, token.
 */
export async function fetchTokenByCode(issuer: Issuer, question: UserQuestion): Promise<string> {
  const opened = openTokenClient(issuer, question.client);
  try {
    return await readToken(await redeemCode(opened, question));
  } finally {
    await opened.close();
  }
}

/** The token endpoint's answer at the end of {@link fetchTokenByCode}. */
export async function redeemCode(
  opened: TokenClient,
  question: UserQuestion,
  dpop?: oauth.DPoPHandle,
): Promise<Response> {
  const { server, client, auth, options } = opened;
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const callback = await authorize(opened, question, {
    response_type: 'code',
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
  });
  const params = oauth.validateAuthResponse(server, client, callback, state);
  const redirectUri = redirectUriOf(question);
  return oauth.authorizationCodeGrantRequest(server, client, auth, params, redirectUri, verifier, {
    ...options,
    ...(dpop === undefined ? {} : { DPoP: dpop }),
    additionalParameters: describeScope(question),
  });
}

/** An access token out of the redirect itself (RFC 6749 section 4.2), with an ID token beside it. */
export async function fetchTokenImplicitly(
  issuer: Issuer,
  question: UserQuestion,
): Promise<string> {
  const opened = openTokenClient(issuer, question.client);
  const state = oauth.generateRandomState();
  try {
    const callback = await authorize(opened, question, {
      // The library refuses a plain `token`.
      response_type: 'id_token token',
      nonce: oauth.generateRandomNonce(),
      state,
    });
    const answer = new URLSearchParams(callback.hash.slice(1));
    const token = answer.get('access_token');
    if (token === null || answer.get('state') !== state)
      throw new Error(`no token: ${callback.href}`);
    return token;
  } finally {
    await opened.close();
  }
}

/** Where the browser ends up. */
async function authorize(
  { server, client, options }: TokenClient,
  question: UserQuestion,
  more: Readonly<Record<string, string>>,
): Promise<URL> {
  const redirectUri = redirectUriOf(question);
  const { user } = question;
  const url = new URL(server.authorization_endpoint ?? '');
  const fields = {
    ...describeScope(question),
    client_id: client.client_id,
    redirect_uri: redirectUri,
    scope: ['openid', question.scope ?? ''].join(' ').trim(),
    ...(user === undefined ? {} : { login_hint: user }),
    ...more,
  };
  for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, value);
  return follow(options[oauth.customFetch], url, redirectUri);
}

/** A browser with cookies and no pages: it stops where the application takes over. */
async function follow(
  fetch: TokenClient['options'][typeof oauth.customFetch],
  start: URL,
  end: string,
): Promise<URL> {
  const cookies = new Map<string, string>();
  let url = start;
  for (let hops = 0; hops < 10; hops += 1) {
    if (url.href.startsWith(end)) return url;
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
    const response = await fetch(url.href, { redirect: 'manual', headers: { cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    const location = response.headers.get('location');
    if (location === null) {
      throw new Error(`no redirect from ${url.href}: ${response.status} ${await response.text()}`);
    }
    url = new URL(location, url);
  }
  throw new Error(`too many redirects from ${start.href}`);
}

function redirectUriOf({ client, redirectUri }: UserQuestion): string {
  const uri = redirectUri ?? client.redirectUri;
  if (uri === undefined) throw new Error(`${client.id} has no redirect URI`);
  return uri;
}
