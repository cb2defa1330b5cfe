import { LRUCache } from 'lru-cache';
import type { ConsumerRecord } from '../../authz/consumer.ts';

/**
 * Lets records that have equal groups, registrations or tags hold one object of them: a hundred
 * thousand cached Consumers have few different ones, and they are most of a record's memory.
 */
export class PartSharer {
  readonly #groups: LRUCache<string, ConsumerRecord['groups']>;
  readonly #registrations: LRUCache<string, ConsumerRecord['registrations']>;
  readonly #tags: LRUCache<string, ConsumerRecord['tags']>;

  constructor(max = 1000) {
    this.#groups = new LRUCache({ max });
    this.#registrations = new LRUCache({ max });
    this.#tags = new LRUCache({ max });
  }

  share(record: ConsumerRecord): ConsumerRecord {
    const { groups, registrations, tags } = record;
    return {
      ...record,
      groups: shareOne(this.#groups, JSON.stringify([...groups]), groups),
      registrations: shareOne(
        this.#registrations,
        JSON.stringify([...registrations]),
        registrations,
      ),
      tags: shareOne(this.#tags, JSON.stringify(tags), tags),
    };
  }
}

function shareOne<T extends object>(known: LRUCache<string, T>, key: string, value: T): T {
  const shared = known.get(key);
  if (shared !== undefined) return shared;
  known.set(key, value);
  return value;
}
