import { LRUCache } from 'lru-cache';
import type { Clock } from '../lib/clock.ts';
import { networkOf } from '../lib/network-of.ts';

const maxSources = 10_000;
/** Bad tokens that a source may bring beyond its good ones before its calls say nothing any more. */
const allowance = 4;
/** Both counts are halved here, so that what a source did long ago fades. */
const maxCount = 64;
/** Failed calls without an active token between them, after which a source can be held off. */
const maxFailed = 10;
const holdMs = 1000;

/** What is known of one source: how its tokens and calls fared, and how many are under way now. */
interface SourceRecord {
  active: number;
  inactive: number;
  /** Calls that the provider failed, since the last active token. */
  failed: number;
  pending: number;
  /** Epoch milliseconds; 0 = not held. */
  heldUntil: number;
}

/** What a call taught about its source; `failed` = the provider was in trouble over it. */
export type Lesson = 'active' | 'inactive' | 'failed';

/** One question about a source's token; to be ended once. */
export interface SourceVisit {
  /**
   * The source's tokens were mostly inactive, those under way counted as if they were: many at
   * once from a source that has not proven itself must not take the place of others.
   */
  readonly crowded: boolean;
  /** The source's tokens were inactive by far. */
  readonly doubtful: boolean;
  /**
   * The source's failed calls, those under way counted as if they were, are no more than its active
   * tokens: for a newcomer that is its first call alone. Who never brought an active token can thus
   * say once that the provider is in trouble, and not be believed a second time.
   */
  readonly credible: boolean;
  /** Ten of the source's calls failed without an active token since, and the last one just now. */
  readonly held: boolean;
  /** Null: nothing was learnt. */
  readonly end: (lesson: Lesson | null) => void;
}

/** Remembers, for a bounded number of sources, how their tokens and calls turn out. */
export class SourceHistory {
  readonly #sources = new LRUCache<string, SourceRecord>({ max: maxSources });
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  visit(address: string): SourceVisit {
    const source = networkOf(address);
    const record = this.#sources.get(source) ?? newRecord();
    this.#sources.set(source, record);
    const visit = {
      crowded: record.inactive + record.pending > record.active,
      doubtful: record.inactive > record.active + allowance,
      credible: record.failed + record.pending <= record.active,
      held: isHeld(record, this.#clock.now()),
      end: (lesson: Lesson | null) => {
        record.pending--;
        learn(record, lesson, this.#clock.now());
      },
    };
    record.pending++;
    return visit;
  }
}

function newRecord(): SourceRecord {
  return { active: 0, inactive: 0, failed: 0, pending: 0, heldUntil: 0 };
}

/** Once the hold is over one visit goes ahead, and the others wait for what it learns. */
function isHeld(record: SourceRecord, now: number): boolean {
  const left = record.heldUntil - now;
  // A clock that was set back must not hold a source for longer.
  const held = left > 0 && left <= holdMs;
  if (!held && record.heldUntil !== 0) record.heldUntil = now + holdMs;
  return held;
}

function learn(record: SourceRecord, lesson: Lesson | null, now: number): void {
  if (lesson === null) return;
  if (lesson === 'failed') {
    record.failed++;
    if (record.failed >= maxFailed) record.heldUntil = now + holdMs;
    return;
  }
  record.heldUntil = 0;
  if (lesson === 'active') record.failed = 0;
  record[lesson]++;
  if (record.active + record.inactive < maxCount) return;
  record.active >>= 1;
  record.inactive >>= 1;
}
