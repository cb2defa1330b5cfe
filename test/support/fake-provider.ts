import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { EventEmitter, once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { CompactSign, exportJWK, generateKeyPair, type CryptoKey, type JWK } from 'jose';

/** Endpoints of the fake, by what they are for. */
export type FakeEndpoint = 'discovery' | 'jwks' | 'introspection' | 'token';

/** What goes wrong at an endpoint, in place of its usual answer. */
export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: number }
  /** The usual answer, late. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** No answer until the fault is taken away or the fake is closed. */
  | { readonly kind: 'hang' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'truncated' }
  /** `content-length` promises more than what comes before the connection ends. */
  | { readonly kind: 'cut_off' }
  | { readonly kind: 'html' }
  | { readonly kind: 'redirect'; readonly location: string }
  | { readonly kind: 'huge'; readonly bytes: number }
  | { readonly kind: 'body'; readonly body: string; readonly contentType?: string };

export interface ReceivedRequest {
  readonly endpoint: FakeEndpoint | 'other';
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** Fields of a form-encoded body. */
  readonly form: URLSearchParams;
}

export interface SigningKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
}

export interface FakeProviderOptions {
  /** Path of the issuer, such as `/realms/demo`; empty by default. */
  readonly issuerPath?: string;
  /** Where the metadata lie; `appended` (OpenID Connect) by default. */
  readonly discovery?: 'appended' | 'inserted_oauth' | 'inserted_oidc' | 'appended_oauth';
  /** Members that replace or add to those of the metadata; undefined takes one away. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly port?: number;
}

type IntrospectionAnswer = Readonly<Record<string, unknown>>;

/** An identity provider of which every answer can be made to fail. It believes whatever it is told. */
export class FakeProvider {
  readonly issuer: string;
  readonly requests: ReceivedRequest[] = [];
  readonly faults = new Map<FakeEndpoint, Fault>();
  /** Answers by token; others are `{"active":false}`. */
  readonly introspections = new Map<string, IntrospectionAnswer>();
  readonly keys: SigningKey[] = [];
  /** Entries of the JWKS beside the keys: of unknown kinds, broken ones. */
  readonly oddKeys: unknown[] = [];
  readonly #options: FakeProviderOptions;
  readonly #arrivals = new EventEmitter();
  readonly #server;
  #released = Promise.withResolvers<undefined>();
  #count = 0;

  private constructor(server: ReturnType<typeof createServer>, options: FakeProviderOptions) {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no TCP address');
    this.#server = server;
    this.#options = options;
    this.issuer = `http://127.0.0.1:${address.port}${options.issuerPath ?? ''}`;
    server.on('request', (request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
  }

  /** Listens on 127.0.0.1, with one RS256 key. */
  static async start(options: FakeProviderOptions = {}): Promise<FakeProvider> {
    const server = createServer();
    server.listen(options.port ?? 0, '127.0.0.1');
    await once(server, 'listening');
    const fake = new FakeProvider(server, options);
    await fake.addKey();
    return fake;
  }

  async close(): Promise<void> {
    this.release();
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  /** How many requests an endpoint got. */
  calls(endpoint: FakeEndpoint): number {
    return this.requests.filter((request) => request.endpoint === endpoint).length;
  }

  /** Waits until an endpoint has got this many requests. */
  async received(endpoint: FakeEndpoint, count: number): Promise<void> {
    while (this.calls(endpoint) < count) await once(this.#arrivals, 'request');
  }

  /** Puts a fault at every endpoint that is named, or at all. */
  fail(fault: Fault, ...endpoints: readonly FakeEndpoint[]): void {
    const all: readonly FakeEndpoint[] = ['discovery', 'jwks', 'introspection', 'token'];
    for (const endpoint of endpoints.length === 0 ? all : endpoints) {
      this.faults.set(endpoint, fault);
    }
  }

  /** Takes all faults away. */
  recover(): void {
    this.faults.clear();
    this.release();
  }

  /** Lets the requests go on that hang. */
  release(): void {
    this.#released.resolve(undefined);
    this.#released = Promise.withResolvers<undefined>();
  }

  /** Publishes another key. */
  async addKey(alg = 'RS256', kid = `key-${++this.#count}`): Promise<SigningKey> {
    const key = await createSigningKey(alg, kid);
    this.keys.push(key);
    return key;
  }

  withdrawKey(kid: string): void {
    const index = this.keys.findIndex((key) => key.kid === kid);
    if (index >= 0) this.keys.splice(index, 1);
  }

  /** Publishes a new key in place of all others. */
  async rotateKeys(alg = 'RS256'): Promise<SigningKey> {
    this.keys.length = 0;
    return this.addKey(alg);
  }

  /** Claims of an ordinary access token, good for five minutes. */
  claims(more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
    const now = Math.floor(Date.now() / 1000);
    const base = { iss: this.issuer, sub: 'client-1', client_id: 'client-1', iat: now };
    return { ...base, exp: now + 300, ...more };
  }

  /** A JWT of just these claims, signed by the newest key unless `by` is given. */
  async sign(
    claims: Readonly<Record<string, unknown>> = this.claims(),
    header: Readonly<Record<string, unknown>> = {},
    by: SigningKey | undefined = this.keys.at(-1),
  ): Promise<string> {
    if (by === undefined) throw new Error('no key to sign with');
    return signText(JSON.stringify(claims), { kid: by.kid, typ: 'at+jwt', ...header }, by);
  }

  /** An opaque token that is active with these claims. */
  issueOpaque(more: Readonly<Record<string, unknown>> = {}): string {
    const token = `opaque-${++this.#count}-${Math.random().toString(36).slice(2)}`;
    this.introspections.set(token, { active: true, ...this.claims(more) });
    return token;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '/';
    const endpoint = this.#endpointOf(path);
    const form = new URLSearchParams(await readText(request));
    const { method = 'GET', headers } = request;
    this.requests.push({ endpoint, method, path, headers, form });
    this.#arrivals.emit('request');
    if (endpoint === 'other') {
      response.writeHead(404).end();
      return;
    }
    const usual = () => {
      sendJson(response, this.#usualAnswer(endpoint, form));
    };
    const fault = this.faults.get(endpoint);
    if (fault === undefined) usual();
    else if (fault.kind === 'hang') await this.#released.promise.then(usual);
    else if (fault.kind === 'delay') await delay(fault.ms).then(usual);
    else sendFault(request, response, fault);
  }

  #endpointOf(path: string): FakeEndpoint | 'other' {
    if (path === this.#discoveryPath()) return 'discovery';
    const base = this.#options.issuerPath ?? '';
    const names: readonly FakeEndpoint[] = ['jwks', 'introspection', 'token'];
    return names.find((name) => path === `${base}/${name}`) ?? 'other';
  }

  #discoveryPath(): string {
    const base = this.#options.issuerPath ?? '';
    const oidc = '/.well-known/openid-configuration';
    const oauth = '/.well-known/oauth-authorization-server';
    switch (this.#options.discovery ?? 'appended') {
      case 'appended':
        return `${base}${oidc}`;
      case 'appended_oauth':
        return `${base}${oauth}`;
      case 'inserted_oauth':
        return `${oauth}${base}`;
      case 'inserted_oidc':
        return `${oidc}${base}`;
    }
  }

  #usualAnswer(endpoint: FakeEndpoint, form: URLSearchParams): unknown {
    switch (endpoint) {
      case 'discovery':
        return {
          issuer: this.issuer,
          jwks_uri: `${this.issuer}/jwks`,
          introspection_endpoint: `${this.issuer}/introspection`,
          token_endpoint: `${this.issuer}/token`,
          ...this.#options.metadata,
        };
      case 'jwks':
        return { keys: [...this.keys.map(({ publicJwk }) => publicJwk), ...this.oddKeys] };
      case 'introspection':
        return this.introspections.get(form.get('token') ?? '') ?? { active: false };
      case 'token':
        return { access_token: this.issueOpaque(), token_type: 'Bearer', expires_in: 300 };
    }
  }
}

/** Access tokens in the shapes of well-known products; the application is `app-1` in each. */
export const vendorClaims = {
  okta: (iss: string) => ({
    ...timesFrom(Date.now()),
    iss,
    ver: 1,
    jti: 'AT.1',
    aud: 'api://default',
    cid: 'app-1',
    sub: 'app-1',
    scp: ['orders.read', 'orders.write'],
  }),
  entraV2: (iss: string) => ({
    ...timesFrom(Date.now()),
    iss,
    aud: '6e74172b-be56-4843-9ff4-e66a39bb12e3',
    azp: 'app-1',
    azpacr: '1',
    oid: 'o1',
    roles: ['Orders.Read'],
    tid: 't1',
    uti: 'u1',
    ver: '2.0',
  }),
  entraV1: (iss: string) => ({
    ...timesFrom(Date.now()),
    iss,
    aud: 'api://orders',
    appid: 'app-1',
    appidacr: '1',
    scp: 'orders.read',
    tid: 't1',
    uti: 'u1',
    ver: '1.0',
  }),
  ping: (iss: string) => ({
    ...timesFrom(Date.now()),
    iss,
    aud: ['orders'],
    client_id: 'app-1',
    scope: 'orders.read orders.write',
    env: 'e1',
  }),
  keycloak: (iss: string) => ({
    ...timesFrom(Date.now()),
    iss,
    typ: 'Bearer',
    aud: 'account',
    azp: 'app-1',
    client_id: 'app-1',
    scope: 'profile email',
    realm_access: { roles: ['gold'] },
    resource_access: { orders: { roles: ['reader'] } },
  }),
  auth0: (iss: string) => ({
    ...timesFrom(Date.now()),
    iss,
    sub: 'app-1@clients',
    aud: ['https://orders.example', `${iss}/userinfo`],
    azp: 'app-1',
    gty: 'client-credentials',
    scope: 'orders.read',
    permissions: ['orders.read'],
  }),
  cognito: (iss: string) => ({
    ...timesFrom(Date.now()),
    iss,
    token_use: 'access',
    client_id: 'app-1',
    scope: 'orders/read',
    version: 2,
    'cognito:groups': ['gold'],
  }),
} as const;

function timesFrom(nowMs: number) {
  const iat = Math.floor(nowMs / 1000);
  return { iat, nbf: iat, exp: iat + 300 };
}

/** A key pair that nothing publishes yet. */
export async function createSigningKey(alg: string, kid: string): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const publicJwk = { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' };
  return { kid, alg, privateKey, publicJwk };
}

/** Signs any text as a JWS, for payloads that no honest library would sign. */
export async function signText(
  payload: string,
  header: Readonly<Record<string, unknown>>,
  by: SigningKey,
): Promise<string> {
  return new CompactSign(new TextEncoder().encode(payload))
    .setProtectedHeader({ alg: by.alg, ...header })
    .sign(by.privateKey);
}

/** A token put together by hand; nothing in it is signed. */
export function forgeToken(header: unknown, payload: unknown, signature = 'AAAA'): string {
  const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url');
  return `${encode(header)}.${encode(payload)}.${signature}`;
}

function sendJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

function sendFault(
  request: IncomingMessage,
  response: ServerResponse,
  fault: Exclude<Fault, { kind: 'hang' | 'delay' }>,
): void {
  const json = { 'content-type': 'application/json' };
  switch (fault.kind) {
    case 'status': {
      const { status, retryAfter } = fault;
      const wait = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
      response.writeHead(status, { ...json, ...wait }).end('{"error":"invalid_request"}');
      return;
    }
    case 'reset':
      request.socket.resetAndDestroy();
      return;
    case 'truncated':
      response.writeHead(200, json).end('{"active":tr');
      return;
    case 'cut_off':
      response.writeHead(200, { ...json, 'content-length': '500' });
      response.write('{"active":true', () => request.socket.destroy());
      return;
    case 'html':
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Please log in</html>');
      return;
    case 'redirect':
      response.writeHead(302, { location: fault.location }).end();
      return;
    case 'huge':
      response.writeHead(200, json).end(`{"active":true,"x":"${'x'.repeat(fault.bytes)}"}`);
      return;
    case 'body':
      response
        .writeHead(200, { 'content-type': fault.contentType ?? 'application/json' })
        .end(fault.body);
  }
}

async function readText(request: IncomingMessage): Promise<string> {
  let text = '';
  request.setEncoding('utf8');
  for await (const chunk of request) text += String(chunk);
  return text;
}
