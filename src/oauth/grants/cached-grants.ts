import type { GrantPlan } from '../../authz/policy.ts';
import { deny, unavailable } from '../../authz/refusal.ts';
import type { ObtainedToken, PairToExchange } from '../../authz/token.ts';
import { steadyNow, type Clock } from '../../lib/clock.ts';
import { revocableText } from '../../lib/revocable-text.ts';
import { SingleFlight } from '../../lib/single-flight.ts';
import { halt, pass, type MaybePromise } from '../../lib/step.ts';
import { untilAborted } from '../../lib/until-aborted.ts';
import { earliest } from '../judge-times.ts';
import type { OauthReport } from '../report.ts';
import { boundLifetime } from './bound-lifetime.ts';
import type { ExchangedPair, ExchangePair } from './exchange-pair.ts';
import type { GrantCache, Obtained } from './grant-cache.ts';
import type { ProveFetchedToken } from './prove-fetched-token.ts';

const positiveHit = { cache: 'credential', result: 'hit' } as const;
const negativeHit = { cache: 'credential_negative', result: 'hit' } as const;
const miss = { cache: 'credential', result: 'miss' } as const;
const tooLate = halt(unavailable('deadline_exceeded', 'while the provider was asked for a token'));

/**
 * A pair to be exchanged, and the hashes that stand for its readings and for all that their tokens
 * depend on.
 */
export interface GrantRequest {
  readonly key: string;
  /** Null where the pair has no other reading. */
  readonly alternativeKey: string | null;
  readonly presented: PairToExchange;
  readonly plan: GrantPlan;
}

export interface CachedGrantsDependencies {
  readonly cache: GrantCache;
  readonly exchange: ExchangePair;
  readonly prove: ProveFetchedToken;
  readonly clock: Clock;
  readonly report: Pick<OauthReport, 'cacheAsked'>;
  /** Longest life of an entry. */
  readonly maxTtlMs: number;
}

/** One moment: epoch milliseconds, and by the steady clock. */
interface Asked {
  readonly at: number;
  readonly steadily: number;
}

/** Exchanges each pair once, however many bring it at the same time, and remembers what came of it. */
export class CachedGrants {
  readonly #deps: CachedGrantsDependencies;
  readonly #flights = new SingleFlight<Obtained>();

  constructor(deps: CachedGrantsDependencies) {
    this.#deps = deps;
  }

  /** At once from the cache, else by the provider. */
  obtain(request: GrantRequest, signal: AbortSignal): MaybePromise<Obtained> {
    const known = this.#lookUp(request);
    if (known !== null) return known;
    this.#deps.report.cacheAsked(miss);
    if (signal.aborted) return tooLate;
    // Everybody's work: it runs under the provider's own time-out, and each caller leaves alone.
    const work = this.#flights.run(questionOf(request), () => this.#exchange(request));
    return untilAborted(work, signal, () => tooLate);
  }

  /** Entries with a token, and entries with a refusal. */
  get sizes(): { readonly accepted: number; readonly refused: number } {
    return this.#deps.cache.sizes;
  }

  #lookUp(request: GrantRequest): Obtained | null {
    const { cache, report } = this.#deps;
    const { key, alternativeKey, presented } = request;
    const accepted =
      cache.accepted(key, presented.except) ??
      (alternativeKey === null ? null : cache.accepted(alternativeKey, presented.except));
    if (accepted !== null) {
      report.cacheAsked(positiveHit);
      return accepted;
    }
    const refused = cache.refused(questionOf(request));
    if (refused !== null) report.cacheAsked(negativeHit);
    return refused;
  }

  async #exchange(request: GrantRequest): Promise<Obtained> {
    const { clock, exchange, cache } = this.#deps;
    const asked = { at: clock.now(), steadily: steadyNow(clock) };
    const judged = await exchange(request.presented, request.plan);
    // An outage is no verdict, and a verdict of before stays as good as it was.
    if (judged.kind === 'unavailable') return halt(judged.refusal);
    if (judged.kind === 'issued' && !isSame(judged.accessToken, request.presented.except)) {
      return this.#accept(request, judged, asked);
    }
    const refusal =
      judged.kind === 'issued'
        ? deny('token_revoked', 'revoked: the token, and its provider gave it again')
        : deny('client_rejected', judged.detail);
    // Where the provider keeps its tokens too, asking again at once would give nothing else.
    cache.refuse(questionOf(request), refusal);
    return halt(refusal);
  }

  async #accept(
    { key, alternativeKey, presented, plan }: GrantRequest,
    { accessToken, lifetimeMs, accepted }: ExchangedPair & { kind: 'issued' },
    { at: askedAt, steadily: fetchedAt }: Asked,
  ): Promise<Obtained> {
    const { cache, prove, maxTtlMs } = this.#deps;
    const proven = await prove({ token: accessToken, source: presented.source });
    if (proven.kind === 'refused') return halt(proven.refusal);

    const { validity, keyId } = proven;
    const told = lifetimeMs === null ? null : askedAt + lifetimeMs;
    const { expiresAt } = validity;
    const ends = earliest(expiresAt, told);
    const token = { ...proven.token, method: plan.grant, expiresAt: ends };
    const obtained: ObtainedToken = {
      token,
      accessToken,
      acceptedId: accepted.id,
      obtainedAt: askedAt,
      fetchedAt,
      cache: 'miss',
    };
    const until = boundLifetime({ askedAt, lifetimeMs, expiresAt, maxTtlMs });
    // By the reading that was taken: with its other reading a pair can be spelt in many ways.
    const acceptedKey = accepted === presented.pair ? key : (alternativeKey ?? key);
    cache.accept(acceptedKey, obtained, { until, keyId });
    return pass(obtained);
  }
}

function isSame(token: string, except: string | undefined): boolean {
  return except !== undefined && revocableText(token) === revocableText(except);
}

/** What is refused, or under way: a pair without its other reading is another question. */
function questionOf({ key, alternativeKey }: GrantRequest): string {
  return alternativeKey === null ? key : `${key} ${alternativeKey}`;
}
