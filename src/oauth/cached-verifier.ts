import { unavailable } from '../authz/refusal.ts';
import type { TokenToVerify } from '../authz/token.ts';
import { SingleFlight } from '../lib/single-flight.ts';
import { halt, pass, type MaybePromise } from '../lib/step.ts';
import { untilAborted } from '../lib/until-aborted.ts';
import { hashParts } from './hash-parts.ts';
import type { JudgeToken, VerificationMode } from './judge-token.ts';
import { refused, type Judgement } from './judgement.ts';
import type { OauthReport } from './report.ts';
import type { TokenCache, Verdict } from './token-cache.ts';

const positiveHit = { cache: 'token', result: 'hit' } as const;
const negativeHit = { cache: 'token_negative', result: 'hit' } as const;
const staleHit = { cache: 'token', result: 'stale' } as const;
const miss = { cache: 'token', result: 'miss' } as const;
const tooLate = unavailable('deadline_exceeded', 'while the provider was asked');

export interface CachedVerifierDependencies {
  readonly cache: TokenCache;
  readonly judge: JudgeToken;
  readonly report: Pick<OauthReport, 'cacheAsked'>;
}

/** Judges each token once, however many ask for it at the same time, and remembers the verdict. */
export class CachedVerifier {
  readonly #fingerprint: string;
  readonly #deps: CachedVerifierDependencies;
  readonly #flights = new SingleFlight<Judgement>();

  constructor(fingerprint: string, deps: CachedVerifierDependencies) {
    this.#fingerprint = fingerprint;
    this.#deps = deps;
  }

  /** What the cache says, at once; null = it has to be judged. */
  cached(mode: VerificationMode, token: string): Verdict | null {
    return this.#lookUp(this.#keyOf(mode, token));
  }

  verify(
    mode: VerificationMode,
    presented: TokenToVerify,
    signal: AbortSignal,
  ): MaybePromise<Verdict> {
    const key = this.#keyOf(mode, presented.token);
    const known = this.#lookUp(key);
    if (known !== null) return known;
    this.#deps.report.cacheAsked(miss);
    if (signal.aborted) return halt(tooLate);
    // Everybody's work: it runs under the provider's own time-out, and each caller leaves alone.
    const work = this.#flights.run(key, () => this.#judge(mode, presented, key));
    return untilAborted(work, signal, () => refused(tooLate)).then((judgement) =>
      this.#conclude(judgement, key),
    );
  }

  /** The key of cache and single flight alike: provider and rule, way of proof, token. */
  #keyOf(mode: VerificationMode, token: string): string {
    return hashParts([this.#fingerprint, mode, token]);
  }

  #lookUp(key: string): Verdict | null {
    const { cache, report } = this.#deps;
    const accepted = cache.accepted(key);
    if (accepted !== null) {
      report.cacheAsked(positiveHit);
      return accepted;
    }
    const known = cache.refused(key);
    if (known !== null) report.cacheAsked(negativeHit);
    return known;
  }

  async #judge(mode: VerificationMode, presented: TokenToVerify, key: string): Promise<Judgement> {
    const judgement = await this.#deps.judge(mode, presented);
    this.#deps.cache.store(key, judgement);
    return judgement;
  }

  #conclude(judgement: Judgement, key: string): Verdict {
    if (judgement.kind === 'verified') return pass({ token: judgement.token, cache: 'miss' });
    const { refusal } = judgement;
    return (refusal.kind === 'unavailable' ? this.#serveStale(key) : null) ?? halt(refusal);
  }

  #serveStale(key: string): Verdict | null {
    const stale = this.#deps.cache.stale(key);
    if (stale !== null) this.#deps.report.cacheAsked(staleHit);
    return stale;
  }
}
