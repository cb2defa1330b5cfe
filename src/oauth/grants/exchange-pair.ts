import type { Pair } from '../../authz/credentials/credential.ts';
import type { GrantPlan } from '../../authz/policy.ts';
import { unavailable } from '../../authz/refusal.ts';
import type { PairToExchange } from '../../authz/token.ts';
import { isTrouble } from '../circuit-breaker.ts';
import { explainTrouble } from '../explain-trouble.ts';
import type { HttpClient } from '../http-client.ts';
import type { GuardCall, ProviderCalls } from '../provider-calls.ts';
import type { ProviderMetadata } from '../provider-metadata.ts';
import type { ProviderOptions } from '../provider-options.ts';
import type { CallOutcome } from '../report.ts';
import type { Lesson } from '../source-history.ts';
import { callTokenEndpoint, type TokenQuestion } from './call-token-endpoint.ts';
import { judgeTokenAnswer, type JudgedTokenAnswer } from './judge-token-answer.ts';
import { createTokenAskers } from './token-askers.ts';

export interface PairExchangerDependencies {
  readonly http: HttpClient;
  readonly metadata: ProviderMetadata;
  readonly calls: ProviderCalls;
}

export type ExchangedPair =
  /** `accepted`: the reading of the pair that the provider took. */
  | (JudgedTokenAnswer & { readonly kind: 'issued' } & { readonly accepted: Pair })
  | (JudgedTokenAnswer & { readonly kind: 'unavailable' })
  /** `detail`: why the pair is no good, for the log. */
  | { readonly kind: 'rejected'; readonly detail: string };

/** Asks the provider for a token, under its own time-out: one for all that it takes. */
export type ExchangePair = (presented: PairToExchange, plan: GrantPlan) => Promise<ExchangedPair>;

interface Exchange {
  readonly pair: Pair;
  readonly judged: JudgedTokenAnswer | typeof ownClient;
  /** Null where no call was made. */
  readonly outcome: CallOutcome | null;
}

/** The pair has the id of our own client, for which other proof than a secret is taken. */
const ownClient = { kind: 'own_client' } as const;

/** The error that says that a pair is not known, so that its other reading may be. */
const notKnown = { client_credentials: 'invalid_client', password: 'invalid_grant' } as const;

/**
 * Shows a pair to the token endpoint, and if it is not known there its other reading: two calls at
 * most, which count as one for the source that brought the pair.
 */
export function createPairExchanger(
  options: ProviderOptions,
  { http, metadata, calls }: PairExchangerDependencies,
): ExchangePair {
  const askers = createTokenAskers(options, metadata);

  return async function exchangePair({ pair, alternative, source }, plan) {
    const { grant, parameters } = plan;
    const signal = AbortSignal.timeout(options.timeoutMs);
    const asker = grant === 'password' ? 'own client' : 'application';
    const endpoint = await metadata.endpoint('token', asker);
    if (endpoint === 'unknown') {
      return outage(explainTrouble('discovery failed', metadata.trouble));
    }
    if (endpoint === 'none') return outage('the provider has no token endpoint');

    const ask = async (guard: GuardCall, reading: Pair): Promise<Exchange> => {
      const asked = askers[grant](reading, plan);
      if (asked === null) return { pair: reading, judged: ownClient, outcome: null };
      const question = { ...asked, parameters: [...parameters, ...asked.parameters], signal };
      const target = { grant, issuer: options.issuer, url: endpoint.url };
      return { pair: reading, ...(await askOnce({ ...target, ...question }, guard, http)) };
    };
    const work = async (guard: GuardCall) => {
      const first = await ask(guard, pair);
      if (alternative === null || !isUnknown(first.judged, plan)) return first;
      return ask(guard, alternative);
    };
    const done = await calls.run({ source, signal, work, learn });
    return typeof done === 'string' ? outage(done) : conclude(done.value);
  };
}

async function askOnce(
  question: TokenQuestion,
  guard: GuardCall,
  http: HttpClient,
): Promise<Omit<Exchange, 'pair'>> {
  const call = await guard(() => callTokenEndpoint(question, http));
  if (call === null) return { judged: outage('the circuit breaker is open'), outcome: null };
  const { answer, outcome } = call;
  const judged =
    answer === null ? outage(`token: ${outcome}`) : judgeTokenAnswer(answer, question.grant);
  return { judged, outcome };
}

function isUnknown(judged: Exchange['judged'], { grant }: GrantPlan): boolean {
  if (judged.kind === 'own_client') return true;
  return judged.kind === 'rejected' && judged.error === notKnown[grant];
}

function conclude({ judged, pair }: Exchange): ExchangedPair {
  switch (judged.kind) {
    case 'issued':
      return { ...judged, accepted: pair };
    case 'unavailable':
      return judged;
    case 'rejected':
      return { kind: 'rejected', detail: `the provider answered ${judged.error}` };
    case 'own_client':
      return { kind: 'rejected', detail: 'the id of our own client, which needs no secret' };
  }
}

/** A rejected pair counts against its source, as an inactive token does. */
function learn({ judged, outcome }: Exchange): Lesson | null {
  if (outcome === null) return null;
  if (isTrouble(outcome)) return 'failed';
  if (judged.kind === 'unavailable') return null;
  return judged.kind === 'issued' ? 'active' : 'inactive';
}

function outage(detail: string): JudgedTokenAnswer & { kind: 'unavailable' } {
  return { kind: 'unavailable', refusal: unavailable('idp_unavailable', detail) };
}
