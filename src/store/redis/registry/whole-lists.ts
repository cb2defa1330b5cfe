import type { RegistryProblem } from '../../../registry/problem.ts';
import type { RedisClient } from '../client.ts';
import type { RedisKeys } from '../keys.ts';
import { pause } from '../pause.ts';
import { explainRedisError } from '../redis-error.ts';
import { createServerScript } from '../server-script.ts';
import { indexLists } from './index-lists.ts';

export interface WholeListsOptions {
  readonly client: RedisClient;
  readonly keys: RedisKeys;
  /** A client of its own for many writes, not connected yet. */
  readonly openBulk: () => RedisClient;
  readonly report: ListsReport;
}

/** What is told of Consumers being put into lists; each member is for who wants to listen. */
export interface ListsReport {
  indexing?(event: { state: 'begun' | 'done' } | { state: 'failed'; reason: string }): void;
}

/** Of what lists there are, and of what is in them. A new one has all Consumers indexed anew. */
const form = '1';

/** A list that is asked for waits so long for them to be whole; milliseconds. */
const patienceMs = 1000;
const tryAgainMs = 1000;

const notYet: RegistryProblem = {
  kind: 'unavailable',
  detail: 'the lists of Consumers are being made',
};

/**
 * KEYS: the mark, the set of all Consumers, their list. ARGV: the form. Replies 1 where the lists are
 * whole, 2 where they are marked so and yet lack some, 0 where they are to be made.
 */
const look = createServerScript(`
local marked = redis.call('GET', KEYS[1]) == ARGV[1]
local even = redis.call('SCARD', KEYS[2]) == redis.call('ZCARD', KEYS[3])
if not even then return marked and 2 or 0 end
if not marked and redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('SET', KEYS[1], ARGV[1])
  marked = true
end
return marked and 1 or 0
`);

/**
 * Sees to it that Consumers from before there were lists are in them. Until then a list would lack
 * some, which whoever compares it with a file would take for deleted: it is `unavailable`.
 */
export class WholeLists {
  readonly #options: WholeListsOptions;
  readonly #stopping = new AbortController();
  #whole = false;
  #running: Promise<void> | null = null;
  #failure: string | null = null;

  constructor(options: WholeListsOptions) {
    this.#options = options;
  }

  /** Goes on until they are whole. */
  async start(): Promise<void> {
    const { signal } = this.#stopping;
    while (!this.#isWhole() && !signal.aborted) {
      await this.#look().catch(() => undefined);
      await this.#running;
      if (!this.#isWhole()) await pause(tryAgainMs, signal);
    }
  }

  stop(): void {
    this.#stopping.abort();
  }

  /** Null where the lists have everybody. Rejects when Redis cannot be asked. */
  async check(): Promise<RegistryProblem | null> {
    if (this.#whole) return null;
    await this.#look();
    if (this.#running !== null) {
      await Promise.race([this.#running, pause(patienceMs, this.#stopping.signal)]);
    }
    return this.#isWhole() ? null : notYet;
  }

  /** Asked anew: it changes while somebody waits. */
  #isWhole(): boolean {
    return this.#whole;
  }

  async #look(): Promise<void> {
    const { client, keys } = this.#options;
    const places = [keys.listsForm, keys.members, keys.list('consumer')];
    const found = await look(client, places, [form]);
    this.#whole = found !== 0;
    if (found !== 1) this.#running ??= this.#make();
  }

  async #make(): Promise<void> {
    const { keys, report, openBulk } = this.#options;
    const client = openBulk();
    if (this.#failure === null) report.indexing?.({ state: 'begun' });
    try {
      await client.connect();
      await indexLists(client, keys, this.#stopping.signal);
      await client.set(keys.listsForm, form);
      this.#whole = true;
      this.#failure = null;
      report.indexing?.({ state: 'done' });
    } catch (error) {
      const reason = explainRedisError(error);
      if (this.#failure !== reason) report.indexing?.({ state: 'failed', reason });
      this.#failure = reason;
    } finally {
      client.disconnect();
      this.#running = null;
    }
  }
}
