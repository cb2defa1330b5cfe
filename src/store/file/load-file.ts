import { Worker } from 'node:worker_threads';
import type { Problem } from '../../documents/problem.ts';
import { halt, pass, type Step } from '../../lib/step.ts';
import { describeErrorCode } from '../error-code.ts';
import { ConsumerIndex } from './consumer-index.ts';
import type { FileConsumer } from './file-consumer.ts';

/** What the reading thread sends; it waits for an answer to each batch. */
export type FromWorker =
  | { readonly kind: 'batch'; readonly records: readonly FileConsumer[] }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] }
  | { readonly kind: 'done'; readonly ignored: readonly string[] };

export interface LoadedFile {
  readonly index: ConsumerIndex;
  /** Sections of the file that are not about Consumers. */
  readonly ignored: readonly string[];
}

export interface LoadFileOptions {
  readonly path: string;
  readonly signal: AbortSignal;
  /** After each batch that was taken in without a pause, its number of Consumers. */
  readonly onBatch?: (size: number) => void;
}

// The same extension as this module: source under type stripping, or the compiled file.
const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
const workerUrl = new URL(`./file-worker${extension}`, import.meta.url);

/**
 * Reads a Consumers file in a thread of its own and takes its Consumers in piece by piece, so that
 * requests are answered in between. Rejects with the signal's reason when it aborts.
 */
export async function loadFile({
  path,
  signal,
  onBatch,
}: LoadFileOptions): Promise<Step<LoadedFile, readonly Problem[]>> {
  signal.throwIfAborted();
  const index = new ConsumerIndex();
  const worker = new Worker(workerUrl, { workerData: path });
  const stop = () => void worker.terminate();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await new Promise((resolve) => {
      const fail = (message: string) => {
        resolve(halt([{ file: path, line: 1, column: 1, path: '', message }]));
      };
      worker.on('message', (message: FromWorker) => {
        if (message.kind === 'problems') resolve(halt(message.problems));
        if (message.kind === 'done') resolve(pass({ index, ignored: message.ignored }));
        if (message.kind !== 'batch') return;
        index.add(message.records);
        onBatch?.(message.records.length);
        // Not at once: what waits in the event loop comes first.
        setImmediate(() => {
          worker.postMessage('next');
        });
      });
      worker.on('error', (error) => {
        fail(`the file cannot be read${describeErrorCode(error)}`);
      });
      worker.on('exit', () => {
        fail('the thread that reads the file ended early');
      });
    });
  } finally {
    signal.removeEventListener('abort', stop);
    await worker.terminate();
    signal.throwIfAborted();
  }
}
