import { deny, unavailable } from '../authz/refusal.ts';
import type { TokenToVerify } from '../authz/token.ts';
import type { Clock } from '../lib/clock.ts';
import type { MaybePromise } from '../lib/step.ts';
import { authenticateClient } from './authenticate-client.ts';
import { CallLimiter } from './call-limiter.ts';
import { callIntrospection, type IntrospectionCall } from './call-introspection.ts';
import { isTrouble, type CircuitBreaker } from './circuit-breaker.ts';
import type { HttpClient } from './http-client.ts';
import {
  judgeIntrospection,
  judgeMembers,
  type IntrospectionAnswer,
  type IntrospectionRules,
  type JudgedIntrospection,
} from './judge-introspection.ts';
import type { KeySet } from './key-set.ts';
import { createAnswerOpener } from './open-signed-answer.ts';
import type { ProviderMetadata } from './provider-metadata.ts';
import type { ProviderOptions } from './provider-options.ts';
import { SourceHistory, type Lesson, type SourceVisit } from './source-history.ts';

export interface IntrospectorDependencies {
  readonly http: HttpClient;
  readonly metadata: ProviderMetadata;
  readonly keys: KeySet;
  readonly breaker: CircuitBreaker;
  readonly clock: Clock;
  /** Whether its metadata or keys cannot be had either, which no token has a part in. */
  readonly isFailing: () => boolean;
}

/** Asks the provider about a token (RFC 7662), under the provider's own time-out. */
export type IntrospectToken = (presented: TokenToVerify) => Promise<JudgedIntrospection>;

/**
 * Which failed calls speak against the provider, and not only against the token or its source: those
 * of a credible source (see {@link SourceVisit}), and those of any while the provider's metadata or
 * keys cannot be had either; never those of a source whose tokens are inactive by far. So made-up
 * tokens that a provider stumbles over open the circuit from ten sources at least, and an outage
 * opens it for ordinary callers. The calls that do not count are held back source by source.
 */
export function createIntrospector(
  options: ProviderOptions,
  deps: IntrospectorDependencies,
): IntrospectToken {
  const limiter = new CallLimiter(options.maxConcurrentCalls);
  const history = new SourceHistory(deps.clock);
  const judgeCall = createCallJudge(options, deps);
  const client = options.client && {
    id: options.client.id,
    authenticate: authenticateClient(options.client),
  };

  return async function introspectToken({ token, source }) {
    if (client === null) return cannotIntrospect();
    const signal = AbortSignal.timeout(options.timeoutMs);
    const endpoint = await deps.metadata.endpoint('introspection');
    if (endpoint === 'unknown') return outage('discovery failed');
    if (endpoint === 'none') return cannotIntrospect();

    const question = {
      issuer: options.issuer,
      client,
      url: endpoint.url,
      token,
      options: options.introspection,
      signal,
    };
    const visit = history.visit(source);
    let lesson: Lesson | null = null;
    try {
      const counts = speaksAgainstProvider(visit, deps);
      if (visit.held && !counts) return outage('the calls of this source keep failing');
      const done = await limiter.run(visit.crowded, signal, async () => ({
        call: await deps.breaker.run(counts, () => callIntrospection(question, deps.http)),
      }));
      const judged = await judgeCall(done);
      lesson = learn(judged, done?.call ?? null);
      return judged;
    } finally {
      visit.end(lesson);
    }
  };
}

function speaksAgainstProvider(
  { doubtful, credible }: SourceVisit,
  { isFailing }: IntrospectorDependencies,
): boolean {
  return !doubtful && (credible || isFailing());
}

type Done = { readonly call: IntrospectionCall | null } | null;

/** What a call came to: a plain answer is believed as it is, a signed one once it is proven. */
function createCallJudge(
  options: ProviderOptions,
  deps: Pick<IntrospectorDependencies, 'keys' | 'clock'>,
): (done: Done) => MaybePromise<JudgedIntrospection> {
  const { issuer, leewayMs, maxTokenAgeMs } = options;
  const fixed = {
    issuer,
    leewayMs,
    maxTokenAgeMs,
    issuers: new Set([issuer, ...options.issuersAllowed]),
  };
  const rules = (): IntrospectionRules => ({ ...fixed, nowMs: deps.clock.now() });
  const signed = options.introspection.accept !== 'application/json';
  const openSignedAnswer = createAnswerOpener(options, deps);

  async function judgeSigned(answer: IntrospectionAnswer): Promise<JudgedIntrospection> {
    const opened = await openSignedAnswer(answer);
    if (!opened.ok) return outage(opened.stop);
    return judgeMembers(opened.value.members, opened.value.keyId, rules());
  }

  return function judgeCall(done) {
    if (done === null) return outage('too many calls at once');
    if (done.call === null) return outage('the circuit breaker is open');
    const { answer, outcome } = done.call;
    if (answer === null) return outage(`introspection: ${outcome}`);
    return signed ? judgeSigned(answer) : judgeIntrospection(answer, rules());
  };
}

/** Null where no call was made, or its answer says nothing of the token nor of the provider. */
function learn(judged: JudgedIntrospection, call: IntrospectionCall | null): Lesson | null {
  if (call === null) return null;
  if (isTrouble(call.outcome)) return 'failed';
  if (judged.kind === 'active') return 'active';
  return judged.refusal.kind === 'deny' ? 'inactive' : null;
}

function outage(detail: string): JudgedIntrospection {
  return { kind: 'refused', refusal: unavailable('idp_unavailable', detail), retryAt: null };
}

function cannotIntrospect(): JudgedIntrospection {
  const refusal = deny('token_malformed', 'opaque, and the provider cannot introspect');
  // Never worth keeping: it took no call, and the provider's metadata may change.
  return { kind: 'refused', refusal, retryAt: 0 };
}
