import {
  allowInsecureRequests,
  customFetch,
  genericTokenEndpointRequest,
  type AuthorizationServer,
  type ClientAuth,
} from 'oauth4webapi';
import { classifyStatus, HttpFault, type HttpClient } from '../http-client.ts';
import type { Requester } from '../open-connections.ts';
import type { CallOutcome } from '../report.ts';
import type { Grant, TokenAnswer } from './judge-token-answer.ts';

/** One request for a token (RFC 6749 sections 4.3.2 and 4.4.2). */
export interface TokenQuestion {
  readonly grant: Grant;
  readonly issuer: string;
  readonly url: string;
  /** Whoever authenticates: the application, or Postern's own client. */
  readonly client: {
    readonly id: string;
    readonly authenticate: ClientAuth;
    readonly requester: Requester;
  };
  /** Form parameters beside `grant_type` and the client's own; a name may come twice. */
  readonly parameters: readonly (readonly [name: string, value: string])[];
  /** Ends the call. */
  readonly signal: AbortSignal;
}

/** How a call ended, and what it brought; null = no whole answer. */
export interface TokenCall {
  readonly outcome: CallOutcome;
  readonly answer: TokenAnswer | null;
}

/** Asks for a token. A call that failed is an outcome; rejects for faults of ours. */
export async function callTokenEndpoint(
  { grant, issuer, url, client, parameters, signal }: TokenQuestion,
  http: HttpClient,
): Promise<TokenCall> {
  const server: AuthorizationServer = { issuer, token_endpoint: url };
  const { id: client_id, authenticate, requester } = client;
  const form = new URLSearchParams();
  for (const [name, value] of parameters) form.append(name, value);
  try {
    const response = await genericTokenEndpointRequest(
      server,
      { client_id },
      authenticate,
      grant,
      form,
      {
        // Which URLs may be used was judged when they were read.
        [allowInsecureRequests]: true,
        [customFetch]: (target, { method, headers, body }) =>
          http.send('token', target, { method, headers, body: body.toString(), requester, signal }),
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
