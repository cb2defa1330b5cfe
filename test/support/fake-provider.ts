import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { EventEmitter, once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { discoveryPath, type DiscoveryPlace } from './discovery-path.ts';
import { answerJson, sendFault, type Answer, type Fault } from './fake-faults.ts';
import { FakeTokenEndpoint, type TokenRequest } from './fake-token-endpoint.ts';
import { createSigningKey, signText, type SigningKey } from './signing-keys.ts';

export type { Fault } from './fake-faults.ts';
export { oauthError } from './fake-token-endpoint.ts';
export { createSigningKey, forgeToken, signText } from './signing-keys.ts';

/** Endpoints of the fake, by what they are for. */
export type FakeEndpoint = 'discovery' | 'jwks' | 'introspection' | 'token';

export interface ReceivedRequest {
  readonly endpoint: FakeEndpoint | 'other';
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** Fields of a form-encoded body. */
  readonly form: URLSearchParams;
}

export interface FakeProviderOptions {
  /** Host of its URLs, for a name that only a proxy knows; it listens on 127.0.0.1 all the same. */
  readonly hostname?: string;
  /** Path of the issuer, such as `/realms/demo`; empty by default. */
  readonly issuerPath?: string;
  /** Where the metadata lie; `appended` (OpenID Connect) by default. */
  readonly discovery?: DiscoveryPlace;
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
  readonly token = new FakeTokenEndpoint({
    opaque: (claims) => this.issueOpaque(claims),
    // Without a jti, two tokens of the same second would be one.
    jwt: (claims) => this.sign(this.claims({ jti: randomUUID(), ...claims })),
  });
  readonly keys: SigningKey[] = [];
  /** Entries of the JWKS beside the keys: of unknown kinds, broken ones. */
  readonly oddKeys: unknown[] = [];
  readonly #scripts = new Map<FakeEndpoint, (Fault | null)[]>();
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
    const { hostname = '127.0.0.1', issuerPath = '' } = options;
    this.issuer = `http://${hostname}:${address.port}${issuerPath}`;
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

  /** What the token endpoint was asked so far, oldest first. */
  get tokenRequests(): TokenRequest[] {
    const asked = this.requests.filter(({ endpoint }) => endpoint === 'token');
    return asked.map((request) => this.#readTokenRequest(request));
  }

  #readTokenRequest({ headers, form }: ReceivedRequest): TokenRequest {
    return { headers, form, credentials: this.token.readCredentials(headers, form) };
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

  /** What the next requests get, one after the other; null is the usual answer. Then all is as before. */
  script(endpoint: FakeEndpoint, ...steps: readonly (Fault | null)[]): void {
    this.#scripts.set(endpoint, [...(this.#scripts.get(endpoint) ?? []), ...steps]);
  }

  /** Takes all faults away. */
  recover(): void {
    this.faults.clear();
    this.#scripts.clear();
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
    const received = { endpoint, method, path, headers, form };
    this.requests.push(received);
    this.#arrivals.emit('request');
    if (endpoint === 'other') {
      response.writeHead(404).end();
      return;
    }
    const usual = async (): Promise<void> => {
      sendFault(request, response, await this.#usualAnswer(endpoint, received));
    };
    const fault = this.#nextFault(endpoint);
    if (fault === null) await usual();
    else if (fault.kind === 'hang') await this.#released.promise.then(usual);
    else if (fault.kind === 'delay') await delay(fault.ms).then(usual);
    else sendFault(request, response, fault);
  }

  #nextFault(endpoint: FakeEndpoint): Fault | null {
    const step = this.#scripts.get(endpoint)?.shift();
    return step === undefined ? (this.faults.get(endpoint) ?? null) : step;
  }

  #endpointOf(path: string): FakeEndpoint | 'other' {
    const { issuerPath: base = '', discovery = 'appended' } = this.#options;
    if (path === discoveryPath(base, discovery)) return 'discovery';
    const names: readonly FakeEndpoint[] = ['jwks', 'introspection', 'token'];
    return names.find((name) => path === `${base}/${name}`) ?? 'other';
  }

  async #usualAnswer(endpoint: FakeEndpoint, received: ReceivedRequest): Promise<Answer> {
    switch (endpoint) {
      case 'discovery':
        return answerJson(this.#metadata());
      case 'jwks':
        return answerJson({
          keys: [...this.keys.map(({ publicJwk }) => publicJwk), ...this.oddKeys],
        });
      case 'introspection':
        return answerJson(
          this.introspections.get(received.form.get('token') ?? '') ?? { active: false },
        );
      case 'token':
        return this.token.answer(this.#readTokenRequest(received));
    }
  }

  #metadata(): unknown {
    return {
      issuer: this.issuer,
      jwks_uri: `${this.issuer}/jwks`,
      introspection_endpoint: `${this.issuer}/introspection`,
      token_endpoint: `${this.issuer}/token`,
      ...this.#options.metadata,
    };
  }
}

async function readText(request: IncomingMessage): Promise<string> {
  let text = '';
  request.setEncoding('utf8');
  for await (const chunk of request) text += String(chunk);
  return text;
}
