import type { CallLimiter } from './call-limiter.ts';
import type { CallResult, CircuitBreaker } from './circuit-breaker.ts';
import type { Lesson, SourceHistory, SourceVisit } from './source-history.ts';

export interface ProviderCallsDependencies {
  readonly limiter: CallLimiter;
  readonly history: SourceHistory;
  readonly breaker: CircuitBreaker;
  /** Whether metadata or keys cannot be had either, which no caller has a part in. */
  readonly isFailing: () => boolean;
}

/** Makes one call through the circuit breaker; null when that is open. */
export type GuardCall = <T extends CallResult>(call: () => Promise<T>) => Promise<T | null>;

/** What is done for one source: its calls, and what they taught about the source. */
export interface GuardedWork<T> {
  readonly source: string;
  /** Ends the waiting for a turn. */
  readonly signal: AbortSignal;
  readonly work: (guard: GuardCall) => Promise<T>;
  /** Null: nothing was learnt. */
  readonly learn: (result: T) => Lesson | null;
}

/** Why no call was made. */
export type Withheld = 'the calls of this source keep failing' | 'too many calls at once';

/**
 * Calls to a provider that callers can provoke. Which failed calls speak against the provider, and
 * not only against what was presented or its source: those of a credible source (see
 * {@link SourceVisit}), and those of any while the provider's metadata or keys cannot be had either;
 * never those of a source whose tokens or secrets are no good by far. So made-up ones that a
 * provider stumbles over open the circuit from ten sources at least, and an outage opens it for
 * ordinary callers. The calls that do not count are held back source by source.
 */
export class ProviderCalls {
  readonly #deps: ProviderCallsDependencies;

  constructor(deps: ProviderCallsDependencies) {
    this.#deps = deps;
  }

  async run<T>({ source, signal, work, learn }: GuardedWork<T>): Promise<{ value: T } | Withheld> {
    const { limiter, history, breaker } = this.#deps;
    const visit = history.visit(source);
    let lesson: Lesson | null = null;
    try {
      const counts = this.#speaksAgainstProvider(visit);
      if (visit.held && !counts) return 'the calls of this source keep failing';
      const guard: GuardCall = (call) => breaker.run(counts, call);
      const done = await limiter.run(visit.crowded, signal, async () => ({
        value: await work(guard),
      }));
      if (done === null) return 'too many calls at once';
      lesson = learn(done.value);
      return done;
    } finally {
      visit.end(lesson);
    }
  }

  #speaksAgainstProvider({ doubtful, credible }: SourceVisit): boolean {
    return !doubtful && (credible || this.#deps.isFailing());
  }
}
