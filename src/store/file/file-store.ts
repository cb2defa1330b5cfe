import { unavailable } from '../../authz/refusal.ts';
import type { Problem } from '../../documents/problem.ts';
import { halt, pass } from '../../lib/step.ts';
import type { ConsumerStore, StoreStatus } from '../consumer-store.ts';
import type { ConsumerIndex } from './consumer-index.ts';
import type { FileConsumer } from './file-consumer.ts';
import { loadFile } from './load-file.ts';
import { watchFile } from './watch-file.ts';

/** What the store tells of itself; each member is for who wants to listen. */
export interface FileStoreReport {
  /** The file was read, at the start or because it changed, and is in force if `problems` is empty. */
  loaded?(event: {
    readonly problems: readonly Problem[];
    /** Number of Consumers in force. */
    readonly consumers: number;
    /** The Consumers in force when this was told. */
    records(): Iterable<FileConsumer>;
    /** Sections of the file that are not about Consumers. */
    readonly ignored: readonly string[];
  }): void;
  /** So many Consumers were taken in without a pause. */
  batch?(size: number): void;
}

export interface FileStoreOptions {
  readonly path: string;
  readonly report?: FileStoreReport;
  /** How often to look at the file where the file system tells nothing; milliseconds, default 500. */
  readonly pollMs?: number;
}

export interface FileStore extends ConsumerStore {
  /** Reads the file again; with problems, what was in force stays so. */
  reload(): Promise<readonly Problem[]>;
  /** Number of Consumers in force. */
  size(): number;
  /** Those in force; null = none were loaded yet. */
  records(): Iterable<FileConsumer> | null;
}

/** Consumers in one file, held in memory and read again when it changes. */
export function createFileStore(options: FileStoreOptions): FileStore {
  const holder = new FileHolder(options);
  return {
    resolve: (by, value) =>
      holder.index === null
        ? halt(unavailable('store_unavailable', 'the Consumers file is not loaded'))
        : pass(holder.index.find(by, value)),
    start: (signal) => holder.start(signal),
    stop: () => holder.stop(),
    status: () => holder.status(),
    reload: () => holder.reload(),
    size: () => holder.index?.size ?? 0,
    records: () => holder.index?.values() ?? null,
  };
}

class FileHolder {
  index: ConsumerIndex | null = null;
  readonly #options: FileStoreOptions;
  readonly #stopping = new AbortController();
  #unwatch: () => void = () => undefined;
  #problems: readonly Problem[] = [];
  #loading: Promise<readonly Problem[]> = Promise.resolve([]);
  #next: Promise<readonly Problem[]> | null = null;

  constructor(options: FileStoreOptions) {
    this.#options = options;
  }

  async start(signal: AbortSignal): Promise<readonly Problem[]> {
    const either = AbortSignal.any([signal, this.#stopping.signal]);
    this.#unwatch = await watchFile({
      ...this.#options,
      onChange: () => {
        this.reload().catch(() => undefined);
      },
    });
    this.#loading = this.#load(either);
    const problems = await this.#loading;
    if (problems.length > 0) this.#unwatch();
    return problems;
  }

  async stop(): Promise<void> {
    this.#unwatch();
    this.#stopping.abort();
    await Promise.allSettled([this.#loading, this.#next]);
  }

  /** While one reading is under way, all further wishes share the one after it. */
  reload(): Promise<readonly Problem[]> {
    this.#next ??= this.#loading
      .catch(() => undefined)
      .then(() => {
        this.#next = null;
        this.#loading = this.#load(this.#stopping.signal);
        return this.#loading;
      });
    return this.#next;
  }

  status(): StoreStatus {
    if (this.index === null) return { state: 'down', reason: 'the file is not loaded' };
    const count = this.#problems.length;
    if (count === 0) return { state: 'ok' };
    return {
      state: 'degraded',
      reason: `the file has ${String(count)} problems; what was read before stays in force`,
    };
  }

  async #load(signal: AbortSignal): Promise<readonly Problem[]> {
    const { path, report } = this.#options;
    const loaded = await loadFile({
      path,
      signal,
      ...(report?.batch !== undefined && { onBatch: (size: number) => report.batch?.(size) }),
    });
    this.#problems = loaded.ok ? [] : loaded.stop;
    if (loaded.ok) this.index = loaded.value.index;
    const { index } = this;
    report?.loaded?.({
      problems: this.#problems,
      consumers: index?.size ?? 0,
      records: () => index?.values() ?? [],
      ignored: loaded.ok ? loaded.value.ignored : [],
    });
    return this.#problems;
  }
}
