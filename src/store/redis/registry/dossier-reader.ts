import type { ConsumerAttribute, ConsumerRecord } from '../../../authz/consumer.ts';
import { halt, pass, type Step } from '../../../lib/step.ts';
import type { Dossier } from '../../../registry/dossier.ts';
import type { RegistryProblem } from '../../../registry/problem.ts';
import { uniqueAttributes } from '../../find-duplicates.ts';
import type { RedisClient } from '../client.ts';
import type { RedisKeys } from '../keys.ts';
import { decodeStoredValue, type StoredValue } from '../record-codec.ts';
import { decodeDetails, joinDossier } from './details-codec.ts';
import { storedFootprint, type Footprint } from './footprint.ts';

/** A dossier, and what of it the store holds. */
export interface StoredDossier {
  readonly dossier: Dossier;
  readonly footprint: Footprint;
}

type Found = Step<StoredDossier | null, RegistryProblem>;

/** A Consumer may change its place between two reads; not again and again. */
const maxAttempts = 5;

/** Reads from Redis, each key once, and notes what was there. Rejects when Redis cannot be read. */
export class DossierReader {
  /** All that was read so far; `null` = nothing there. */
  readonly known = new Map<string, string | null>();
  readonly #client: RedisClient;
  readonly #keys: RedisKeys;

  constructor(client: RedisClient, keys: RedisKeys) {
    this.#client = client;
    this.#keys = keys;
  }

  /** Reads those of these keys that are not known yet, at once. */
  async look(keys: readonly string[]): Promise<void> {
    const missing = [...new Set(keys)].filter((key) => !this.known.has(key));
    if (missing.length === 0) return;
    const values = await this.#client.mget(missing);
    for (const [index, key] of missing.entries()) this.known.set(key, values[index] ?? null);
  }

  /** Takes a key that is not known to be like that; the script that writes finds out. */
  assume(key: string, value: string | null): void {
    if (!this.known.has(key)) this.known.set(key, value);
  }

  async get(key: string): Promise<string | null> {
    await this.look([key]);
    return this.known.get(key) ?? null;
  }

  /** The Consumer with this attribute, hidden or not; null = there is none. */
  async find(by: ConsumerAttribute, value: string): Promise<Found> {
    // No record has such a name, and half a surrogate pair would be asked for as another name.
    if (value === '' || !value.isWellFormed()) return pass(null);
    const asked = by === 'id' ? value.toLowerCase() : value;
    for (let attempt = 1; ; attempt += 1) {
      const found = await this.#follow(by, asked);
      // A pointer that still leads nowhere after that belongs to nobody.
      if (found !== 'moved') return found;
      if (attempt === maxAttempts) return pass(null);
      this.known.delete(this.#keys.consumer(by, asked));
    }
  }

  /** The Consumers with these ids; one that is gone is left out. */
  async findAll(ids: readonly string[]): Promise<Step<readonly StoredDossier[], RegistryProblem>> {
    const pointers = ids.map((id) => this.#keys.consumer('id', id));
    await this.look([...pointers, ...ids.map((id) => this.#keys.details(id))]);
    const places = pointers.map((key) => this.#decode(key));
    await this.look(
      places.flatMap((place) => (place?.kind === 'pointer' ? [this.#keys.record(place.ref)] : [])),
    );
    const dossiers: StoredDossier[] = [];
    for (const id of ids) {
      const found = await this.find('id', id);
      if (!found.ok) return found;
      if (found.value !== null) dossiers.push(found.value);
    }
    return pass(dossiers);
  }

  /** One attempt; `moved` = the key leads to nobody, or to somebody else. */
  async #follow(by: ConsumerAttribute, asked: string): Promise<Found | 'moved'> {
    const key = this.#keys.consumer(by, asked);
    await this.look(by === 'id' ? [key, this.#keys.details(asked)] : [key]);
    const first = this.#decode(key);
    if (first === null) return pass(null);
    if (first.kind !== 'pointer') return this.#open(first, by, asked);
    const recordKey = this.#keys.record(first.ref);
    await this.look([recordKey]);
    const record = this.#decode(recordKey);
    const opened = record === null ? 'moved' : await this.#open(record, by, asked);
    if (opened === 'moved') this.known.delete(recordKey);
    return opened;
  }

  async #open(value: StoredValue, by: ConsumerAttribute, asked: string): Promise<Found | 'moved'> {
    if (value.kind !== 'record') return halt(unreadable('record'));
    const { record } = value;
    const fits = uniqueAttributes(record).some(([name, one]) => name === by && one === asked);
    return fits ? this.#join(record) : 'moved';
  }

  async #join(record: ConsumerRecord): Promise<Found> {
    const text = await this.get(this.#keys.details(record.id));
    const details = text === null ? null : decodeDetails(text);
    if (text !== null && details === null) return halt(unreadable('details'));
    const footprint = storedFootprint(record, details, this.#keys);
    return pass({ dossier: joinDossier(record, details), footprint });
  }

  #decode(key: string): StoredValue | null {
    const text = this.known.get(key) ?? null;
    return text === null ? null : decodeStoredValue(text);
  }
}

function unreadable(what: string): RegistryProblem {
  return { kind: 'unavailable', detail: `the ${what} of a Consumer cannot be read` };
}
