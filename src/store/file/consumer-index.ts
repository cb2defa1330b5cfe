import type { ConsumerAttribute, ConsumerRecord } from '../../authz/consumer.ts';

/** Consumers by each attribute that they can be looked up by. */
export class ConsumerIndex {
  readonly #by: Record<ConsumerAttribute, Map<string, ConsumerRecord>> = {
    custom_id: new Map(),
    username: new Map(),
    id: new Map(),
  };

  /** Takes Consumers over whose attributes are known to be unique. */
  add(records: readonly ConsumerRecord[]): void {
    for (const record of records) {
      this.#by.id.set(record.id, record);
      if (record.customId !== null) this.#by.custom_id.set(record.customId, record);
      if (record.username !== null) this.#by.username.set(record.username, record);
    }
  }

  find(by: ConsumerAttribute, value: string): ConsumerRecord | null {
    return this.#by[by].get(by === 'id' ? value.toLowerCase() : value) ?? null;
  }

  /** Each Consumer once. */
  values(): Iterable<ConsumerRecord> {
    return this.#by.id.values();
  }

  get size(): number {
    return this.#by.id.size;
  }
}
