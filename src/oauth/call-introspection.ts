import {
  allowInsecureRequests,
  customFetch,
  introspectionRequest,
  type AuthorizationServer,
  type ClientAuth,
  type CustomFetchOptions,
} from 'oauth4webapi';
import { classifyStatus, HttpFault, type HttpClient, type HttpRequest } from './http-client.ts';
import type { IntrospectionAnswer } from './judge-introspection.ts';
import type { IntrospectionOptions } from './provider-options.ts';
import type { CallOutcome } from './report.ts';

/**
 * What tells and proves the client (RFC 6749 section 2.3.1, RFC 7521 section 4.2). Whatever is
 * configured, these are set by its authentication alone.
 */
const clientParameters: ReadonlySet<string> = new Set([
  'client_id',
  'client_secret',
  'client_assertion',
  'client_assertion_type',
]);

/** One token and whom to ask about it (RFC 7662 section 2.1). */
export interface IntrospectionQuestion {
  readonly issuer: string;
  readonly client: { readonly id: string; readonly authenticate: ClientAuth };
  readonly url: string;
  readonly token: string;
  readonly options: IntrospectionOptions;
  /** Ends the call. */
  readonly signal: AbortSignal;
}

/** How a call ended, and what it brought; null = no whole answer. */
export interface IntrospectionCall {
  readonly outcome: CallOutcome;
  readonly answer: IntrospectionAnswer | null;
}

/** Asks the introspection endpoint. A call that failed is an outcome; rejects for faults of ours. */
export async function callIntrospection(
  question: IntrospectionQuestion,
  http: HttpClient,
): Promise<IntrospectionCall> {
  const { issuer, client, url, token, options } = question;
  if (clientParameters.has(options.tokenParameter)) {
    throw new Error('the token must not stand in for the client');
  }
  const server: AuthorizationServer = { issuer, introspection_endpoint: url };
  try {
    const response = await introspectionRequest(
      server,
      { client_id: client.id },
      client.authenticate,
      token,
      {
        additionalParameters: argumentsOf(options),
        // Which URLs may be used was judged when they were read.
        [allowInsecureRequests]: true,
        [customFetch]: (target, sent) =>
          http.send('introspection', target, toRequest(sent, question)),
      },
    );
    const contentType = response.headers.get('content-type');
    const answer = { status: response.status, contentType, body: await response.text() };
    return { outcome: classifyStatus(response.status), answer };
  } catch (error) {
    if (error instanceof HttpFault) return { outcome: error.outcome, answer: null };
    throw error;
  }
}

function argumentsOf({ hint, parameters }: IntrospectionOptions): [string, string][] {
  const configured = parameters
    .filter(([name]) => !clientParameters.has(name))
    .map(([name, value]): [string, string] => [name, value.reveal()]);
  return hint === null ? configured : [['token_type_hint', hint], ...configured];
}

/** The request as the library made it, with what this provider wants otherwise. */
function toRequest(
  { method, headers, body }: CustomFetchOptions<'POST', URLSearchParams>,
  { token, options, signal }: IntrospectionQuestion,
): HttpRequest {
  const { tokenParameter, accept } = options;
  if (tokenParameter !== 'token') {
    body.delete('token');
    body.set(tokenParameter, token);
  }
  const configured = options.headers.map(([name, value]) => [name.toLowerCase(), value.reveal()]);
  const added = Object.fromEntries(configured) as Record<string, string>;
  const contentType = headers['content-type'] ?? '';
  return {
    method,
    headers: { ...headers, ...added, accept, 'content-type': contentType },
    body: body.toString(),
    requester: 'own client',
    signal,
  };
}
