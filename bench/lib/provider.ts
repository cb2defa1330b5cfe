import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { numberText, readClientNumber } from './credentials.ts';

/**
 * A provider that is cheap to ask: discovery, keys, introspection and client credentials, nothing
 * else. Tokens tell it what to answer: `good-<digits>` is active for client `app-<digits>`, any other
 * is not. A client `app-<digits>` gets a token with the secret that all have.
 */
export interface Provider {
  readonly issuer: string;
  /** Introspections and requests for tokens so far. */
  calls(): number;
  /** A JWT of `app-<number>`; `lifetimeSeconds` from now. */
  signToken(number: number, lifetimeSeconds: number): Promise<string>;
  /** Time that a call takes, from now on. */
  delay(ms: number): void;
  stop(): Promise<void>;
}

const tokenSeconds = 3600;

export async function startProvider(): Promise<Provider> {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: 'bench-1', alg: 'RS256' }] };
  const server = createServer((request, response) => {
    void answer(request, response);
  });
  // Calls come over a few kept connections; none of them is to be closed under way.
  server.keepAliveTimeout = 600_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  const issuer = `http://127.0.0.1:${String(address.port)}`;
  let calls = 0;
  let delayMs = 0;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const document =
      request.method === 'POST'
        ? await answerCall(request)
        : getDocument(request.url, issuer, keys);
    response.writeHead(document === null ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(document ?? {}));
  }

  async function answerCall(request: IncomingMessage): Promise<object | null> {
    calls += 1;
    const body = new URLSearchParams(await readBody(request));
    if (delayMs > 0) await wait(delayMs);
    return request.url === '/token'
      ? issueToken(request.headers.authorization)
      : introspect(body.get('token') ?? '');
  }

  function introspect(token: string): object {
    const number = /^good-(\d+)-/.exec(token)?.[1];
    if (number === undefined) return { active: false };
    return { active: true, ...claimsOf(number, issuer), exp: inSeconds(tokenSeconds) };
  }

  async function issueToken(authorization: string | undefined): Promise<object | null> {
    const number = readClientNumber(authorization);
    if (number === null) return null;
    const accessToken = await signToken(number, tokenSeconds);
    return { access_token: accessToken, token_type: 'Bearer', expires_in: tokenSeconds };
  }

  function signToken(number: number, lifetimeSeconds: number): Promise<string> {
    return new SignJWT(claimsOf(numberText(number), issuer))
      .setProtectedHeader({ alg: 'RS256', kid: 'bench-1', typ: 'at+jwt' })
      .setIssuedAt()
      .setJti(randomUUID())
      .setExpirationTime(inSeconds(lifetimeSeconds))
      .sign(privateKey);
  }

  return {
    issuer,
    calls: () => calls,
    delay: (ms) => {
      delayMs = ms;
    },
    signToken,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function inSeconds(seconds: number): number {
  return Math.floor(Date.now() / 1000) + seconds;
}

function claimsOf(number: string, issuer: string) {
  return {
    iss: issuer,
    sub: `user-${number}`,
    aud: 'api://orders',
    client_id: `app-${number}`,
    scope: 'openid orders.read orders.write',
  };
}

function getDocument(path: string | undefined, issuer: string, keys: object): object | null {
  if (path === '/jwks') return keys;
  if (path !== '/.well-known/openid-configuration') return null;
  return {
    issuer,
    jwks_uri: `${issuer}/jwks`,
    token_endpoint: `${issuer}/token`,
    introspection_endpoint: `${issuer}/introspect`,
    authorization_endpoint: `${issuer}/authorize`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += String(chunk);
  return body;
}
