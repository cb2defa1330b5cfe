import { LRUCache } from 'lru-cache';

const maxSources = 10_000;
/** Bad tokens that a source may bring beyond its good ones before its calls say nothing any more. */
const allowance = 4;
/** Both counts are halved here, so that what a source did long ago fades. */
const maxCount = 64;

/** What is known of one source: how its tokens fared, and how many are being asked about now. */
interface SourceRecord {
  active: number;
  inactive: number;
  pending: number;
}

/** One question about a source's token; to be ended once. */
export interface SourceVisit {
  /**
   * The source's tokens were mostly inactive, those under way counted as if they were: many at
   * once from a source that has not proven itself must not take the place of others.
   */
  readonly crowded: boolean;
  /** The source's tokens were inactive by far. */
  readonly doubtful: boolean;
  /** Null: nothing was learnt about the token. */
  readonly end: (active: boolean | null) => void;
}

/** Remembers, for a bounded number of sources, whether their tokens turn out active. */
export class SourceHistory {
  readonly #sources = new LRUCache<string, SourceRecord>({ max: maxSources });

  visit(source: string): SourceVisit {
    const record = this.#sources.get(source) ?? { active: 0, inactive: 0, pending: 0 };
    this.#sources.set(source, record);
    const visit = {
      crowded: record.inactive + record.pending > record.active,
      doubtful: record.inactive > record.active + allowance,
      end: (active: boolean | null) => {
        record.pending--;
        if (active !== null) count(record, active);
      },
    };
    record.pending++;
    return visit;
  }
}

function count(record: SourceRecord, active: boolean): void {
  if (active) record.active++;
  else record.inactive++;
  if (record.active + record.inactive < maxCount) return;
  record.active >>= 1;
  record.inactive >>= 1;
}
