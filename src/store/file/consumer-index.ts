import type { ConsumerAttribute, ConsumerRecord } from '../../authz/consumer.ts';
import type { DeclaredApplication } from '../../registry/declare-application.ts';
import type { FileConsumer } from './file-consumer.ts';

/** Consumers by each attribute that they can be looked up by. */
export class ConsumerIndex {
  readonly #by: Record<ConsumerAttribute, Map<string, ConsumerRecord>> = {
    custom_id: new Map(),
    username: new Map(),
    id: new Map(),
  };
  /** By the Consumer's id; apart, since decisions do not ask for them. */
  readonly #applications = new Map<string, DeclaredApplication>();

  /** Takes Consumers over whose attributes are known to be unique. */
  add(consumers: readonly FileConsumer[]): void {
    for (const { application, ...record } of consumers) {
      if (application !== null) this.#applications.set(record.id, application);
      this.#by.id.set(record.id, record);
      if (record.customId !== null) this.#by.custom_id.set(record.customId, record);
      if (record.username !== null) this.#by.username.set(record.username, record);
    }
  }

  find(by: ConsumerAttribute, value: string): ConsumerRecord | null {
    return this.#by[by].get(by === 'id' ? value.toLowerCase() : value) ?? null;
  }

  /** Each Consumer once. */
  *values(): Iterable<FileConsumer> {
    for (const record of this.#by.id.values()) {
      yield { ...record, application: this.#applications.get(record.id) ?? null };
    }
  }

  get size(): number {
    return this.#by.id.size;
  }
}
