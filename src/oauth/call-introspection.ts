import {
  allowInsecureRequests,
  customFetch,
  introspectionRequest,
  type AuthorizationServer,
  type ClientAuth,
  type CustomFetchOptions,
} from 'oauth4webapi';
import { classifyStatus, HttpFault, type HttpClient } from './http-client.ts';
import type { IntrospectionAnswer } from './judge-introspection.ts';
import type { CallOutcome } from './report.ts';

/** One token and whom to ask about it (RFC 7662 section 2.1). */
export interface IntrospectionQuestion {
  readonly issuer: string;
  readonly client: { readonly id: string; readonly authenticate: ClientAuth };
  readonly url: string;
  readonly token: string;
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
  { issuer, client, url, token, signal }: IntrospectionQuestion,
  http: HttpClient,
): Promise<IntrospectionCall> {
  const server: AuthorizationServer = { issuer, introspection_endpoint: url };
  try {
    const response = await introspectionRequest(
      server,
      { client_id: client.id },
      client.authenticate,
      token,
      {
        additionalParameters: { token_type_hint: 'access_token' },
        // Which URLs may be used was judged when they were read.
        [allowInsecureRequests]: true,
        [customFetch]: (target, sent) =>
          http.send('introspection', target, toRequest(sent, signal)),
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

function toRequest(sent: CustomFetchOptions<'POST', URLSearchParams>, signal: AbortSignal) {
  return {
    method: sent.method,
    headers: sent.headers,
    body: sent.body.toString(),
    signal,
  } as const;
}
