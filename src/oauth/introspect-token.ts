import { deny, unavailable } from '../authz/refusal.ts';
import type { TokenToVerify } from '../authz/token.ts';
import type { Clock } from '../lib/clock.ts';
import type { MaybePromise } from '../lib/step.ts';
import { authenticateClient } from './authenticate-client.ts';
import { callIntrospection, type IntrospectionCall } from './call-introspection.ts';
import { isTrouble } from './circuit-breaker.ts';
import { explainTrouble } from './explain-trouble.ts';
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
import type { ProviderCalls } from './provider-calls.ts';
import type { ProviderMetadata } from './provider-metadata.ts';
import type { ProviderOptions } from './provider-options.ts';
import type { Lesson } from './source-history.ts';

export interface IntrospectorDependencies {
  readonly http: HttpClient;
  readonly metadata: ProviderMetadata;
  readonly keys: KeySet;
  readonly calls: ProviderCalls;
  readonly clock: Clock;
}

/** `confirmation`: the token's own claims were proven, and its age was judged by them. */
export type Purpose = 'proof' | 'confirmation';

/** Asks the provider about a token (RFC 7662), under the provider's own time-out. */
export type IntrospectToken = (
  presented: TokenToVerify,
  purpose: Purpose,
) => Promise<JudgedIntrospection>;

export function createIntrospector(
  options: ProviderOptions,
  deps: IntrospectorDependencies,
): IntrospectToken {
  const judgeCall = createCallJudge(options, deps);
  const client = options.client && {
    id: options.client.id,
    authenticate: authenticateClient(options.client),
  };

  return async function introspectToken({ token, source }, purpose) {
    if (client === null) return cannotIntrospect();
    const signal = AbortSignal.timeout(options.timeoutMs);
    const endpoint = await deps.metadata.endpoint('introspection');
    if (endpoint === 'unknown') {
      return outage(explainTrouble('discovery failed', deps.metadata.trouble));
    }
    if (endpoint === 'none') return cannotIntrospect();

    const question = {
      issuer: options.issuer,
      client,
      url: endpoint.url,
      token,
      options: options.introspection,
      signal,
    };
    const done = await deps.calls.run({
      source,
      signal,
      work: async (guard) => {
        const askedAt = deps.clock.now();
        const call = await guard(() => callIntrospection(question, deps.http));
        return { call, judged: await judgeCall(call, { askedAt, purpose }) };
      },
      learn,
    });
    return typeof done === 'string' ? outage(done) : done.value.judged;
  };
}

/** Null: the circuit breaker is open. */
type Done = IntrospectionCall | null;

interface Asked {
  readonly purpose: Purpose;
  /** Epoch milliseconds. */
  readonly askedAt: number;
}

/** What a call came to: a plain answer is believed as it is, a signed one once it is proven. */
function createCallJudge(
  options: ProviderOptions,
  deps: Pick<IntrospectorDependencies, 'keys' | 'clock'>,
): (done: Done, asked: Asked) => MaybePromise<JudgedIntrospection> {
  const { issuer, leewayMs } = options;
  const issuers = new Set([issuer, ...options.issuersAllowed]);
  const rulesFor = (purpose: Purpose): IntrospectionRules => ({
    issuer,
    issuers,
    leewayMs,
    maxTokenAgeMs: purpose === 'proof' ? options.maxTokenAgeMs : null,
    nowMs: deps.clock.now(),
  });
  const signed = options.introspection.accept !== 'application/json';
  const openSignedAnswer = createAnswerOpener(options, deps);

  async function judgeSigned(
    answer: IntrospectionAnswer,
    { askedAt, purpose }: Asked,
  ): Promise<JudgedIntrospection> {
    const opened = await openSignedAnswer(answer, askedAt);
    if (!opened.ok) return outage(opened.stop);
    return judgeMembers(opened.value.members, opened.value.keyId, rulesFor(purpose));
  }

  return function judgeCall(done, asked) {
    if (done === null) return outage('the circuit breaker is open');
    const { answer, outcome } = done;
    if (answer === null) return outage(`introspection: ${outcome}`);
    return signed
      ? judgeSigned(answer, asked)
      : judgeIntrospection(answer, rulesFor(asked.purpose));
  };
}

interface Learnt {
  readonly call: Done;
  readonly judged: JudgedIntrospection;
}

/** Null where no call was made, or its answer says nothing of the token nor of the provider. */
function learn({ call, judged }: Learnt): Lesson | null {
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
