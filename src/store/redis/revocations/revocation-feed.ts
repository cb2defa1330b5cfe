import { setImmediate as nextTurn } from 'node:timers/promises';
import { unavailable, type Unavailable } from '../../../authz/refusal.ts';
import type { RevocationList, Revocations } from '../../../authz/revocations.ts';
import type { Clock } from '../../../lib/clock.ts';
import { halt, pass, type Step } from '../../../lib/step.ts';
import { untilAborted } from '../../../lib/until-aborted.ts';
import type { RevocationMemory } from '../../revocation-memory.ts';
import type { RedisClient } from '../client.ts';
import type { RedisKeys } from '../keys.ts';
import { pause } from '../pause.ts';
import { explainRedisError } from '../redis-error.ts';
import type { LinkEvent } from '../redis-report.ts';
import type { TimedCommand } from '../timed-command.ts';
import { RevocationReader, UnreadableRevocation } from './read-revocations.ts';
import { sameRevision, type Revision } from './revision.ts';

export interface RevocationFeedOptions {
  readonly client: RedisClient;
  readonly keys: RedisKeys;
  readonly memory: RevocationMemory;
  readonly timedCommand: TimedCommand;
  /** How long the list may be believed without news from the server. */
  readonly maxStalenessMs: number;
  /** Milliseconds that never run backwards. */
  readonly clock: Clock;
  /** They can be read, or began not to be. */
  readonly onChange: (event: LinkEvent) => void;
}

type Current = Step<RevocationList | null, Unavailable>;

/** Between two looks at the revision; a change that nobody told of waits no longer. */
const longestIntervalMs = 500;
const firstTriesMs = 50;
const purgedAtOnce = 5000;

/**
 * Keeps the memory of revocations true. A change is told by the invalidation channel and read at once.
 * The revision, looked at all the time, proves that nothing was missed; if something was, a log says what,
 * and where it does not reach, everything is read again. One after the other, so that nothing old is taken in after what is newer.
 */
export class RevocationFeed implements Revocations {
  readonly #options: RevocationFeedOptions;
  readonly #reader: RevocationReader;
  readonly #stopping = new AbortController();
  readonly #loaded = Promise.withResolvers<undefined>();
  /** Keys that changed and were not read yet. */
  readonly #told = new Set<string>();
  readonly #everything: Current;
  /** All of it is in the memory; null = nobody knows. */
  #revision: Revision | null = null;
  #confirmedAt = -Infinity;
  #problem: string | null = 'not read yet';
  #running: Promise<void> = Promise.resolve();
  #last: Promise<void> = Promise.resolve();
  #queued: Promise<void> | null = null;

  constructor(options: RevocationFeedOptions) {
    this.#options = options;
    this.#everything = pass(options.memory);
    this.#reader = new RevocationReader(options);
  }

  current(signal: AbortSignal): Current | Promise<Current> {
    if (this.#isBelieved()) return this.#known();
    const late = () => halt(unavailable('deadline_exceeded'));
    const asked = this.#look().then(() =>
      this.#isBelieved()
        ? this.#known()
        : halt(unavailable('store_unavailable', this.#problem ?? undefined)),
    );
    return untilAborted<Current>(asked, signal, late);
  }

  /** Why the list may not be believed; null = it may. */
  get problem(): string | null {
    if (this.#isBelieved()) return null;
    return `revocations cannot be confirmed: ${this.#problem ?? 'too long ago'}`;
  }

  /** Ends when everything was read once; rejects with the signal's reason if it aborts before. */
  async start(signal: AbortSignal): Promise<void> {
    this.#running = this.#keepLooking();
    await untilAborted(this.#loaded.promise, signal, () => undefined);
    if (this.#revision === null) signal.throwIfAborted();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /** These keys have changed; `null` = perhaps all. Keys of something else are passed over. */
  told(changed: readonly string[] | null): void {
    const prefix = this.#options.keys.revocationPrefix;
    const ours = changed?.filter((key) => key.startsWith(prefix)) ?? [];
    for (const key of ours) this.#told.add(key);
    if (changed === null || ours.length > 0) void this.#look();
  }

  #isBelieved(): boolean {
    const { clock, maxStalenessMs } = this.#options;
    return clock.now() <= this.#confirmedAt + maxStalenessMs;
  }

  #known(): Current {
    return this.#options.memory.size === 0 ? nothing : this.#everything;
  }

  async #keepLooking(): Promise<void> {
    const { signal } = this.#stopping;
    const intervalMs = Math.min(longestIntervalMs, this.#options.maxStalenessMs / 4);
    while (!signal.aborted) {
      await this.#look();
      await this.#purge();
      await pause(this.#revision === null ? firstTriesMs : intervalMs, signal);
    }
  }

  /** In slices, since a million may end in the same hour. */
  async #purge(): Promise<void> {
    while (!this.#options.memory.purge(purgedAtOnce)) await nextTurn();
  }

  /** One look at a time; who comes meanwhile shares the next one, which begins after this moment. */
  #look(): Promise<void> {
    this.#queued ??= this.#last.then(() => {
      this.#queued = null;
      return this.#lookAndNote();
    });
    this.#last = this.#queued;
    return this.#queued;
  }

  async #lookAndNote(): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    try {
      await this.#lookOnce();
      this.#note(null);
      this.#loaded.resolve(undefined);
    } catch (error) {
      this.#note(explain(error));
    }
  }

  #note(problem: string | null): void {
    // Connections that end because everything ends are no news.
    if (problem === this.#problem || this.#stopping.signal.aborted) return;
    this.#problem = problem;
    const { onChange } = this.#options;
    onChange(problem === null ? { up: true } : { up: false, reason: problem });
  }

  async #lookOnce(): Promise<void> {
    await this.#readTold();
    const askedAt = this.#options.clock.now();
    const revision = await this.#reader.readRevision();
    const known = this.#revision;
    if (known === null || !sameRevision(known, revision)) {
      // What comes after it names it: no number alone is trusted, which a failover may give again.
      const caughtUp = known !== null && (await this.#reader.readBetween(known, revision));
      if (!caughtUp) await this.#readEverything();
      this.#revision = revision;
    }
    this.#confirmedAt = askedAt;
  }

  async #readTold(): Promise<void> {
    while (this.#told.size > 0) {
      const keys = [...this.#told];
      this.#told.clear();
      try {
        await this.#reader.readKeys(keys);
      } catch (error) {
        for (const key of keys) this.#told.add(key);
        throw error;
      }
    }
  }

  async #readEverything(): Promise<void> {
    this.#revision = null;
    await this.#reader.readAll(() => this.#readTold());
  }
}

const nothing: Current = pass(null);

function explain(error: unknown): string {
  return error instanceof UnreadableRevocation ? error.message : explainRedisError(error);
}
