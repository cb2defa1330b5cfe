import type { Problem } from '../documents/problem.ts';
import { systemClock } from '../lib/clock.ts';
import type { ConsumerEntry } from './consumer-document.ts';
import { describeErrorCode } from './error-code.ts';
import { readConsumers } from './read-consumers.ts';
import type { ReadEvent } from './read-piece.ts';
import type { ApplyWriteOptions } from './redis/apply-write.ts';
import { createRedisClient, type RedisClient } from './redis/client.ts';
import type { RedisConnectionOptions } from './redis/connection-options.ts';
import { ImportTrail } from './redis/import-trail.ts';
import { createRedisKeys } from './redis/keys.ts';
import { pruneConsumers } from './redis/prune-consumers.ts';
import { explainRedisError } from './redis/redis-error.ts';
import {
  createSeenInMemory,
  createSeenOnServer,
  type SeenInImport,
} from './redis/seen-in-import.ts';
import { writeConsumer } from './redis/write-consumer.ts';
import { TaskPool } from './task-pool.ts';

export interface ImportOptions {
  /** The file's bytes, UTF-8. */
  readonly source: AsyncIterable<Uint8Array>;
  /** Its name, for problems. */
  readonly file: string;
  /** Every line is JSON; default: told from the first line. */
  readonly jsonLines?: boolean;
  readonly connection: RedisConnectionOptions;
  readonly keyPrefix: string;
  /** Remove the Consumers that the file does not have. Default false. */
  readonly prune?: boolean;
  /** Write nothing, say what would be done. Default false. */
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ImportProgress) => void;
}

export interface ImportProgress {
  readonly bytesRead: number;
  readonly consumers: number;
}

export interface ImportResult {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly pruned: number;
  /** What could not be read or written; at most the first 1,000 of {@link failedCount}. */
  readonly failed: readonly Problem[];
  readonly failedCount: number;
  /** Sections of the file that are not about Consumers. */
  readonly ignored: readonly string[];
  /** Why pruning was left out or broken off; null if it was done, or not asked for. */
  readonly notPruned: string | null;
  /** Why the import ended before the file did; null if it did not. */
  readonly stopped: string | null;
}

const maxProblems = 1000;
const concurrency = 512;
const leastCommandTimeoutMs = 10_000;

/**
 * Writes a Consumers file into Redis, in constant memory. Each Consumer is written as a whole or
 * not at all; to import a file again changes nothing. Rejects only with the signal's reason.
 */
export async function importConsumers(options: ImportOptions): Promise<ImportResult> {
  const client = createRedisClient(forBulk(options.connection), { bulk: true });
  try {
    await client.connect();
    return await new Import(options, client).run();
  } catch (error) {
    options.signal?.throwIfAborted();
    return { ...emptyResult, stopped: explainRedisError(error) };
  } finally {
    client.disconnect();
  }
}

/** A bulk of commands waits in line; the time-out that suits a look-up would cut it short. */
function forBulk(connection: RedisConnectionOptions): RedisConnectionOptions {
  const commandTimeoutMs = Math.max(leastCommandTimeoutMs, connection.commandTimeoutMs ?? 0);
  return { ...connection, commandTimeoutMs };
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

const emptyResult: ImportResult = {
  created: 0,
  updated: 0,
  unchanged: 0,
  pruned: 0,
  failed: [],
  failedCount: 0,
  ignored: [],
  notPruned: null,
  stopped: null,
};

class Import {
  readonly #options: ImportOptions;
  readonly #write: ApplyWriteOptions;
  readonly #trail: ImportTrail | null;
  readonly #seen: SeenInImport;
  readonly #pool = new TaskPool(concurrency);
  readonly #result: Mutable<ImportResult> = { ...emptyResult };
  readonly #failed: Problem[] = [];
  readonly #ignored = new Set<string>();
  #bytesRead = 0;

  constructor(options: ImportOptions, client: RedisClient) {
    const keys = createRedisKeys(options.keyPrefix);
    const dryRun = options.dryRun ?? false;
    this.#options = options;
    this.#trail = dryRun ? null : new ImportTrail({ client, keys, clock: systemClock });
    this.#write = { client, keys, dryRun, ...(this.#trail && { trail: this.#trail }) };
    this.#seen = dryRun ? createSeenInMemory() : createSeenOnServer(client, keys);
  }

  async run(): Promise<ImportResult> {
    try {
      await this.#readAll();
      await this.#prune();
    } catch (error) {
      this.#options.signal?.throwIfAborted();
      this.#result.stopped =
        error instanceof SourceError ? error.message : explainRedisError(error);
    } finally {
      // Who still writes also notes what it has seen, and is counted.
      await this.#pool.drain().catch(() => undefined);
      // What cannot be told now is told by the next import.
      await this.#trail?.end().catch(() => undefined);
      await this.#seen.clear().catch(() => undefined);
    }
    return { ...this.#result, failed: this.#failed, ignored: [...this.#ignored] };
  }

  async #readAll(): Promise<void> {
    const { source, file, jsonLines = false, signal } = this.#options;
    for await (const batch of readConsumers(this.#count(source), file, { jsonLines })) {
      signal?.throwIfAborted();
      for (const event of batch) await this.#take(event);
      this.#tellProgress();
    }
    await this.#pool.drain();
    this.#tellProgress();
  }

  async #take(event: ReadEvent): Promise<void> {
    switch (event.kind) {
      case 'problem':
        this.#fail(event.problem);
        return;
      case 'ignored':
        this.#ignored.add(event.section);
        return;
      case 'consumer':
        await this.#pool.add(() => this.#store(event.entry, event.line));
        return;
    }
  }

  async #store(entry: ConsumerEntry, line: number): Promise<void> {
    const { file } = this.#options;
    if (!(await this.#seen.add(entry))) {
      const message = 'another Consumer of this file has the same custom_id, username or id';
      this.#fail({ file, line, column: 1, path: '', message });
      return;
    }
    const written = await writeConsumer(entry, this.#write);
    if (written.ok) {
      this.#result[written.value.outcome] += 1;
      // It would have left its old place, which is therefore nothing to prune.
      if (this.#write.dryRun) this.#seen.note(written.value.movedFrom);
    } else {
      const { attribute, problem } = written.stop;
      this.#fail({ file, line, column: 1, path: attribute, message: problem });
    }
  }

  async #prune(): Promise<void> {
    if (this.#options.prune !== true) return;
    this.#result.notPruned = this.#reasonNotToPrune();
    if (this.#result.notPruned !== null) return;
    const { count, complete } = await pruneConsumers(this.#seen, this.#write);
    this.#result.pruned = count;
    if (!complete) this.#result.notPruned = 'Redis has lost what this import had noted';
  }

  #reasonNotToPrune(): string | null {
    const { created, updated, unchanged, failedCount } = this.#result;
    if (failedCount > 0) return 'the file has problems';
    return created + updated + unchanged === 0 ? 'the file has no Consumers' : null;
  }

  async *#count(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of source) {
        this.#bytesRead += chunk.byteLength;
        yield chunk;
      }
    } catch (error) {
      throw new SourceError(error);
    }
  }

  #fail(problem: Problem): void {
    this.#result.failedCount += 1;
    if (this.#failed.length < maxProblems) this.#failed.push(problem);
  }

  #tellProgress(): void {
    const { created, updated, unchanged, failedCount } = this.#result;
    const consumers = created + updated + unchanged + failedCount;
    this.#options.onProgress?.({ bytesRead: this.#bytesRead, consumers });
  }
}

/** The file, not Redis, is what failed. */
class SourceError extends Error {
  constructor(cause: unknown) {
    super(`the file cannot be read${describeErrorCode(cause)}`, { cause });
  }
}
