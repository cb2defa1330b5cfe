import { request, type Dispatcher } from 'undici';
import type { Clock } from '../lib/clock.ts';
import { openConnections, type ConnectionOptions, type Requester } from './open-connections.ts';
import type { CallOperation, CallOutcome, OauthReport } from './report.ts';

const statusesWithoutBody = new Set([204, 205, 304]);

const timeoutCodes = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ETIMEDOUT',
]);
const protocolCodes = new Set([
  'UND_ERR_HEADERS_OVERFLOW',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
  'UND_ERR_INVALID_ARG',
]);

/** No whole answer was had. `outcome` says why; nothing of the request or answer is in the text. */
export class HttpFault extends Error {
  readonly outcome: CallOutcome;
  /** Of the system, of TLS or of the HTTP client: `ECONNREFUSED`, `CERT_HAS_EXPIRED`; null = none. */
  readonly code: string | null;

  constructor(outcome: CallOutcome, code: string | null = null) {
    super(`no answer from the identity provider: ${outcome}`);
    this.outcome = outcome;
    this.code = code;
  }
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** `anybody` unless our own client asks: its certificate must vouch for nobody else. */
  readonly requester?: Requester;
  /** Ends the call; its own time-out is the caller's business. */
  readonly signal: AbortSignal;
}

/** HTTP towards one provider. Follows no redirect, and caps the size of answers. */
export interface HttpClient {
  /** The answer, its body already read. Rejects with {@link HttpFault} alone. */
  send(operation: CallOperation, url: string, request: HttpRequest): Promise<Response>;
  /** Ends calls under way: whoever asked has left by then, and a provider may never answer. */
  close(): Promise<void>;
}

export interface HttpClientOptions extends ConnectionOptions {
  readonly provider: string;
}

/** Throws where a certificate, its key or a proxy's URL cannot be read. */
export function createHttpClient(
  options: HttpClientOptions,
  deps: { readonly clock: Clock; readonly report: OauthReport },
): HttpClient {
  const { provider } = options;
  const connections = openConnections(options);

  return {
    async send(operation, url, sent) {
      const start = deps.clock.now();
      const told = (outcome: CallOutcome) => {
        const ms = deps.clock.now() - start;
        deps.report.providerRequested({ provider, operation, outcome, ms });
      };
      try {
        const response = await exchange(
          connections.to(url, sent.requester ?? 'anybody'),
          url,
          sent,
        );
        told(classifyStatus(response.status));
        return response;
      } catch (error) {
        const fault = sent.signal.aborted ? new HttpFault('timeout') : toFault(error);
        told(fault.outcome);
        throw fault;
      }
    },
    close: () => connections.destroy(),
  };
}

async function exchange(dispatcher: Dispatcher, url: string, sent: HttpRequest): Promise<Response> {
  const answer = await request(url, {
    dispatcher,
    method: sent.method,
    headers: sent.headers,
    signal: sent.signal,
    ...(sent.body === undefined ? {} : { body: sent.body }),
  });
  const body = await answer.body.text();
  const { statusCode: status } = answer;
  // A status that no Response can have is no answer either.
  if (status < 200 || status > 599) throw new HttpFault('protocol');
  const kept = ['content-type', 'date'].flatMap((name) => {
    const value = answer.headers[name];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  return new Response(statusesWithoutBody.has(status) ? null : body, {
    status,
    headers: Object.fromEntries(kept),
  });
}

/** What a whole answer counts as. */
export function classifyStatus(status: number): CallOutcome {
  if (status < 300) return 'success';
  if (status < 400) return 'redirect';
  if (status === 429) return 'http_429';
  return status < 500 ? 'http_4xx' : 'http_5xx';
}

/** What a failed exchange counts as, by the code of its error. */
function toFault(error: unknown): HttpFault {
  if (error instanceof HttpFault) return error;
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string'
    ? new HttpFault(classifyCode(code), code)
    : new HttpFault('connection');
}

function classifyCode(code: string): CallOutcome {
  if (timeoutCodes.has(code)) return 'timeout';
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return 'too_large';
  return protocolCodes.has(code) || code.startsWith('HPE_') ? 'protocol' : 'connection';
}
