import { X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import { Agent, type Dispatcher } from 'undici';
import type { Secret } from '../../lib/secret.ts';
import type { AdminAddress } from './read-admin-address.ts';

export interface ConnectionOptions {
  readonly address: AdminAddress;
  /** Null = none is sent. */
  readonly token: { readonly secret: Secret; readonly source: string } | null;
  /** PEM; null = the authorities that Node trusts. */
  readonly ca: string | null;
  /** PEM of both; null = no certificate is shown. */
  readonly certificate: { readonly cert: string; readonly key: string } | null;
}

export interface AdminRequest {
  readonly method: Dispatcher.HttpMethod;
  /** With its query, escaped. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

export interface RawAnswer {
  readonly status: number;
  readonly text: string;
  readonly etag: string | null;
  /** Seconds; null where the answer does not say. */
  readonly retryAfter: number | null;
}

const connectTimeoutMs = 5_000;
/** A bulk change takes a moment for each of its entities. */
const answerTimeoutMs = 60_000;

/** The connection to one Admin API: TCP, TLS or a Unix socket. Proxies are not asked for. */
export class AdminConnection {
  readonly address: AdminAddress;
  /** Where the token came from, for a person; null = none is sent. */
  readonly tokenSource: string | null;
  readonly #token: Secret | null;
  readonly #agent: Agent;

  /** Throws where the certificate, its key or the authority cannot be read. */
  constructor({ address, token, ca, certificate }: ConnectionOptions) {
    this.address = address;
    this.tokenSource = token?.source ?? null;
    this.#token = token?.secret ?? null;
    this.#agent = new Agent({
      connectTimeout: connectTimeoutMs,
      headersTimeout: answerTimeoutMs,
      bodyTimeout: answerTimeoutMs,
      // The default would be what `NODE_TLS_REJECT_UNAUTHORIZED` says.
      connect: { rejectUnauthorized: true, ...trust(ca, certificate), ...at(address) },
    });
  }

  /** Sends one request. Throws what the network says. */
  async send(request: AdminRequest): Promise<RawAnswer> {
    const { origin, basePath } = this.address;
    const token = this.#token?.reveal();
    const { statusCode, headers, body } = await this.#agent.request({
      origin,
      path: `${basePath}${request.path}`,
      method: request.method,
      headers: { ...request.headers, ...(token !== undefined && { 'kong-admin-token': token }) },
      body: request.body,
    });
    const retryAfter = Number(headers['retry-after'] ?? Number.NaN);
    return {
      status: statusCode,
      text: await body.text(),
      etag: typeof headers['etag'] === 'string' ? headers['etag'] : null,
      retryAfter: Number.isNaN(retryAfter) ? null : retryAfter,
    };
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }
}

function at({ socketPath }: AdminAddress) {
  return socketPath === null ? {} : { socketPath };
}

function trust(
  ca: string | null,
  certificate: ConnectionOptions['certificate'],
): { readonly secureContext?: SecureContext } {
  if (ca === null && certificate === null) return {};
  // A context made of what is no certificate would trust nobody, and not say why.
  if (ca !== null) new X509Certificate(ca);
  return { secureContext: createSecureContext({ ...(ca !== null && { ca }), ...certificate }) };
}
