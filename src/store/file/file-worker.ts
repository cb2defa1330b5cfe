import { once } from 'node:events';
import { constants, platform, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import type { FromWorker } from './load-file.ts';
import { parseConsumersFile } from './parse-consumers-file.ts';

/** Consumers handed over at a time: what the receiving thread has to take in without a pause. */
const batchSize = 100;

/** Reads the file named by `workerData`; sends a batch, waits for a word, sends the next. */
async function main(): Promise<void> {
  const { records, problems, ignored } = await parseConsumersFile(String(workerData));
  if (problems.length > 0) {
    send({ kind: 'problems', problems });
    return;
  }
  for (let from = 0; from < records.length; from += batchSize) {
    send({ kind: 'batch', records: records.slice(from, from + batchSize) });
    if (parentPort !== null) await once(parentPort, 'message');
  }
  send({ kind: 'done', ignored: ignored.map(({ section }) => section) });
}

function send(message: FromWorker): void {
  parentPort?.postMessage(message);
}

// On Linux a niceness is a thread's own: requests come first, even where there is one core for all.
if (platform() === 'linux') setPriority(constants.priority.PRIORITY_LOW);
await main();
parentPort?.close();
