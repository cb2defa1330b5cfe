import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RevocationMemory } from '../../revocation-memory.ts';
import type { RedisClient } from '../client.ts';
import type { RedisKeys } from '../keys.ts';
import { readFromMaster } from '../read-from-master.ts';
import type { TimedCommand } from '../timed-command.ts';
import { decodeRevocation } from './revocation-codec.ts';
import { followLog, rangeOf } from './revocation-log.ts';
import { decodeRevision, noRevision, type Revision } from './revision.ts';

/** Keys of one command. */
const chunk = 1000;
/** Steps of work that nothing else waits for. */
const slice = 5000;

export interface RevocationReaderOptions {
  readonly client: RedisClient;
  readonly keys: RedisKeys;
  readonly memory: RevocationMemory;
  readonly timedCommand: TimedCommand;
}

/** Something stands where a revocation should: what it revokes is not known. */
export class UnreadableRevocation extends Error {
  constructor() {
    super('a revocation cannot be read');
  }
}

/** Carries revocations from Redis into the memory. Everything here rejects when Redis cannot tell. */
export class RevocationReader {
  readonly #options: RevocationReaderOptions;

  constructor(options: RevocationReaderOptions) {
    this.#options = options;
  }

  async readRevision(): Promise<Revision> {
    const { client, keys } = this.#options;
    const text = await this.#ask('get', () => client.get(keys.revocationRevision));
    const revision = text === null ? noRevision : decodeRevision(text);
    if (revision === null) throw new UnreadableRevocation();
    return revision;
  }

  /** What was written between two revisions; false where nobody can tell any more. */
  async readBetween(from: Revision, to: Revision): Promise<boolean> {
    const { client, keys } = this.#options;
    const range = rangeOf(from, to);
    if (range === null) return false;
    const read = () => client.zrangebylex(keys.revocationLog, ...range);
    const ids = followLog(await this.#ask('zrangebylex', read), from, to);
    if (ids === null) return false;
    await this.readKeys(ids.map((id) => keys.revocation(id)));
    return true;
  }

  /** What stands at these keys now. What is not there is no reason to forget it. */
  async readKeys(wanted: readonly string[]): Promise<void> {
    const { client } = this.#options;
    for (let at = 0; at < wanted.length; at += chunk) {
      const part = wanted.slice(at, at + chunk);
      const texts = await this.#ask('mget', () => client.mget(part));
      for (const text of texts) if (text !== null) this.#take(text);
    }
  }

  /**
   * All of the list; `between` is awaited between its parts. What is known and not listed was lifted,
   * which its key says, or was lost by Redis, and stays revoked.
   */
  async readAll(between: () => Promise<void>): Promise<void> {
    const { keys, memory } = this.#options;
    // Into an empty memory there is nothing to compare with.
    const isFirst = memory.size === 0;
    const listed = new Set<string>();
    for await (const ids of this.#list()) {
      await this.readKeys(ids.map((id) => keys.revocation(id)));
      if (!isFirst) for (const id of ids) listed.add(id);
      await between();
    }
    if (!isFirst) await this.#readOthers(listed);
  }

  async #readOthers(listed: ReadonlySet<string>): Promise<void> {
    const { keys, memory } = this.#options;
    let others: string[] = [];
    let seen = 0;
    for (const id of memory.ids()) {
      if (!listed.has(id)) others.push(keys.revocation(id));
      seen += 1;
      if (seen % slice === 0) await nextTurn();
      if (others.length < chunk) continue;
      await this.readKeys(others);
      others = [];
    }
    await this.readKeys(others);
  }

  async *#list(): AsyncGenerator<readonly string[]> {
    const { client, keys } = this.#options;
    let after = '-';
    for (;;) {
      const from = after;
      const read = () => client.zrangebylex(keys.list('revocation'), from, '+', 'LIMIT', 0, chunk);
      const ids = await this.#ask('zrangebylex', read);
      yield ids;
      const last = ids.at(-1);
      if (last === undefined || ids.length < chunk) return;
      after = `(${last}`;
    }
  }

  #ask<T>(name: string, send: () => Promise<T>): Promise<T> {
    const { client, timedCommand } = this.#options;
    return timedCommand(name, () => readFromMaster(client, send));
  }

  #take(text: string): void {
    const { memory } = this.#options;
    const stored = decodeRevocation(text);
    if (stored === null) throw new UnreadableRevocation();
    const { facts, lifted } = stored;
    if (lifted) memory.remove(facts.id);
    else memory.add(facts.id, facts);
  }
}
