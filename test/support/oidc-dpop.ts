import { createHash, randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, SignJWT } from 'jose';
import * as oauth from 'oauth4webapi';
import { redeemCode, type UserQuestion } from './oidc-authorization.ts';
import { describeScope, openTokenClient, type TokenClient } from './oidc-tokens.ts';
import type { Issuer } from './trusting-fetch.ts';

/** What a proof says beside, or in place of, what it ought to; undefined takes a claim away. */
export interface ProofChanges {
  readonly nonce?: string;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
}

export interface DpopToken {
  readonly token: string;
  readonly keyPair: oauth.CryptoKeyPair;
  /** The `cnf.jkt` of the token. */
  readonly thumbprint: string;
  /** A proof (RFC 9449 section 4.2) for one request, with all that it needs for this token. */
  proof(method: string, url: string, changes?: ProofChanges): Promise<string>;
  /**
   * Sends a request as `oauth4webapi` does, with its proof, and again if the answer asks for a nonce.
   * @param send gets `authorization` and `dpop`; gives what came back
   */
  request<T extends ProtectedAnswer>(
    method: string,
    url: string,
    send: (headers: Readonly<Record<string, string>>) => Promise<T>,
  ): Promise<T>;
}

interface ProtectedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** A token bound to a new key: by a code where the client has the grant for it, else as itself. */
export async function fetchDpopToken(issuer: Issuer, question: UserQuestion): Promise<DpopToken> {
  const opened = openTokenClient(issuer, question.client);
  const keyPair = await oauth.generateKeyPair('ES256');
  const handle = oauth.DPoP(opened.client, keyPair);
  try {
    const token = await withNonce(() => askToken(opened, question, handle));
    return {
      token,
      keyPair,
      thumbprint: await handle.calculateThumbprint(),
      proof: (method, url, changes) => signProof(keyPair, { token, method, url }, changes),
      request: (method, url, send) => sendProven(handle, token, new Request(url, { method }), send),
    };
  } finally {
    await opened.close();
  }
}

async function askToken(
  opened: TokenClient,
  question: UserQuestion,
  handle: oauth.DPoPHandle,
): Promise<string> {
  const { server, client, auth, options } = opened;
  const { redirectUri } = { redirectUri: question.client.redirectUri, ...question };
  const answer =
    redirectUri === undefined
      ? oauth.clientCredentialsGrantRequest(server, client, auth, describeScope(question), {
          ...options,
          DPoP: handle,
        })
      : redeemCode(opened, question, handle);
  const { access_token: token, token_type: type } = await oauth.processGenericTokenEndpointResponse(
    server,
    client,
    await answer,
  );
  if (type !== 'dpop') throw new Error(`the token is not bound: ${type}`);
  return token;
}

/** The handle remembers the nonce that the first answer brought. */
async function withNonce<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!oauth.isDPoPNonceError(error)) throw error;
    return ask();
  }
}

async function sendProven<T extends ProtectedAnswer>(
  handle: oauth.DPoPHandle,
  token: string,
  { method, url }: Request,
  send: (headers: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  let answer: T | undefined;
  const options = {
    DPoP: handle,
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- so marked for use in tests only
    [oauth.allowInsecureRequests]: true,
    [oauth.customFetch]: async (
      _url: string,
      init: { readonly headers: Record<string, string> },
    ) => {
      answer = await send(init.headers);
      return new Response(null, { status: answer.status, headers: answer.headers });
    },
  };
  const ask = () =>
    oauth.protectedResourceRequest(token, method, new URL(url), undefined, null, options);
  try {
    await withNonce(ask);
  } catch (error) {
    // A refusal is an answer like any other here.
    if (!(error instanceof oauth.WWWAuthenticateChallengeError)) throw error;
  }
  if (answer === undefined) throw new Error('nothing was sent');
  return answer;
}

/** A new key and proofs by it, for tokens that a fake has bound to its thumbprint. */
export async function createKeyProof() {
  const keyPair = await oauth.generateKeyPair('ES256');
  return {
    thumbprint: await calculateJwkThumbprint(await exportJWK(keyPair.publicKey)),
    prove: (target: ProofTarget, changes?: ProofChanges) => signProof(keyPair, target, changes),
  };
}

/** What a proof is made for. */
interface ProofTarget {
  readonly token: string;
  readonly method: string;
  readonly url: string;
}

async function signProof(
  { privateKey, publicKey }: oauth.CryptoKeyPair,
  { token, method, url }: ProofTarget,
  { nonce, claims, header }: ProofChanges = {},
): Promise<string> {
  const { origin, pathname } = new URL(url);
  return new SignJWT({
    jti: randomUUID(),
    htm: method,
    htu: `${origin}${pathname}`,
    iat: Math.floor(Date.now() / 1000),
    ath: createHash('sha256').update(token).digest('base64url'),
    ...(nonce === undefined ? {} : { nonce }),
    ...claims,
  })
    .setProtectedHeader({
      alg: 'ES256',
      typ: 'dpop+jwt',
      jwk: await exportJWK(publicKey),
      ...header,
    })
    .sign(privateKey);
}
