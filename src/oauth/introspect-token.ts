import {
  allowInsecureRequests,
  ClientSecretBasic,
  ClientSecretPost,
  customFetch,
  introspectionRequest,
  type AuthorizationServer,
  type ClientAuth,
  type CustomFetchOptions,
} from 'oauth4webapi';
import { deny, unavailable } from '../authz/refusal.ts';
import type { TokenToVerify } from '../authz/token.ts';
import type { Clock } from '../lib/clock.ts';
import { CallLimiter } from './call-limiter.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';
import { classifyStatus, HttpFault, type HttpClient } from './http-client.ts';
import {
  judgeIntrospection,
  type IntrospectionAnswer,
  type IntrospectionRules,
  type JudgedIntrospection,
} from './judge-introspection.ts';
import type { ProviderMetadata } from './provider-metadata.ts';
import type { ProviderClient, ProviderOptions } from './provider-options.ts';
import type { CallOutcome } from './report.ts';
import { SourceHistory } from './source-history.ts';

export interface IntrospectorDependencies {
  readonly http: HttpClient;
  readonly metadata: ProviderMetadata;
  readonly breaker: CircuitBreaker;
  readonly clock: Clock;
}

/** Asks the provider about a token (RFC 7662), under the provider's own time-out. */
export type IntrospectToken = (presented: TokenToVerify) => Promise<JudgedIntrospection>;

interface Call {
  readonly outcome: CallOutcome;
  readonly answer: IntrospectionAnswer | null;
}

export function createIntrospector(
  options: ProviderOptions,
  deps: IntrospectorDependencies,
): IntrospectToken {
  const limiter = new CallLimiter(options.maxConcurrentCalls);
  const history = new SourceHistory();
  const { issuer, leewayMs } = options;
  const rules = { issuer, leewayMs, issuers: new Set([issuer, ...options.issuersAllowed]) };

  return async function introspectToken({ token, source }) {
    const { client } = options;
    if (client === null) return cannotIntrospect();
    const signal = AbortSignal.timeout(options.timeoutMs);
    const endpoint = await deps.metadata.endpoint('introspection');
    if (endpoint === 'unknown') return outage('discovery failed');
    if (endpoint === 'none') return cannotIntrospect();

    const visit = history.visit(source);
    const call = () => callProvider(endpoint.url, client, token, signal, options, deps.http);
    let active: boolean | null = null;
    try {
      const done = await limiter.run(visit.crowded, signal, async () => ({
        call: await deps.breaker.run(!visit.doubtful, call),
      }));
      const judged = judgeCall(done, { ...rules, nowMs: deps.clock.now() });
      active = learnt(judged);
      return judged;
    } finally {
      visit.end(active);
    }
  };
}

function judgeCall(
  done: { readonly call: Call | null } | null,
  rules: IntrospectionRules,
): JudgedIntrospection {
  if (done === null) return outage('too many calls at once');
  if (done.call === null) return outage('the circuit breaker is open');
  const { answer, outcome } = done.call;
  return answer === null ? outage(`introspection: ${outcome}`) : judgeIntrospection(answer, rules);
}

/** Whether the provider called the token active; null where it said nothing. */
function learnt(judged: JudgedIntrospection): boolean | null {
  if (judged.kind === 'active') return true;
  return judged.refusal.kind === 'deny' ? false : null;
}

async function callProvider(
  url: string,
  client: ProviderClient,
  token: string,
  signal: AbortSignal,
  options: ProviderOptions,
  http: HttpClient,
): Promise<Call> {
  const server: AuthorizationServer = { issuer: options.issuer, introspection_endpoint: url };
  try {
    const response = await introspectionRequest(
      server,
      { client_id: client.id },
      authenticate(client),
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

/** RFC 6749 section 2.3.1: `client_secret_basic` form-encodes id and secret before base64. */
function authenticate(client: ProviderClient): ClientAuth {
  const secret = client.secret.reveal();
  return client.authMethod === 'client_secret_basic'
    ? ClientSecretBasic(secret)
    : ClientSecretPost(secret);
}

function outage(detail: string): JudgedIntrospection {
  return { kind: 'refused', refusal: unavailable('idp_unavailable', detail), retryAt: null };
}

function cannotIntrospect(): JudgedIntrospection {
  const refusal = deny('token_malformed', 'opaque, and the provider cannot introspect');
  // Never worth keeping: it took no call, and the provider's metadata may change.
  return { kind: 'refused', refusal, retryAt: 0 };
}
