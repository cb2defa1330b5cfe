import { SingleBar } from 'cli-progress';
import { Option } from 'commander';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { ConfigFile } from '../app/config-file.ts';
import { redisConnection } from '../app/open-store.ts';
import type { RedisConfig } from '../config/config.ts';
import { formatProblem } from '../documents/problem.ts';
import { importConsumers, type ImportResult } from '../store/import-consumers.ts';
import type { FillCommand } from './fill-command.ts';
import { exitCode, type ExitCode, type Host } from './host.ts';
import { addImportKongCommand } from './import-kong-command.ts';
import { loadOrExplain } from './load-or-explain.ts';
import { formatOption, writeResult, type Format } from './output.ts';

interface ImportCommandOptions {
  readonly config?: string;
  readonly prune?: true;
  readonly dryRun?: true;
  readonly output: Format;
}

export const fillImportCommand: FillCommand = (command, host, done) => {
  command
    .argument('<file>', 'the file, or - for standard input')
    // Not mandatory, since `import kong` would need it as well.
    .addOption(new Option('-c, --config <file>', 'configuration file').env('POSTERN_CONFIG'))
    .option('--prune', 'remove Consumers that the file does not have')
    .option('--dry-run', 'write nothing, say what would be done')
    .addOption(formatOption())
    .addHelpText(
      'after',
      '\nExamples:\n  postern import consumers.yaml --config postern.yaml --dry-run' +
        '\n  gunzip -c consumers.jsonl.gz | postern import - --config postern.yaml --prune',
    )
    .action(async (file: string, options: ImportCommandOptions) => {
      done(await runImport(file, options, host));
    });
  addImportKongCommand(command, host, done);
};

async function runImport(
  file: string,
  options: ImportCommandOptions,
  host: Host,
): Promise<ExitCode> {
  if (options.config === undefined) {
    host.err("error: required option '-c, --config <file>' not specified\n");
    return exitCode.usage;
  }
  const loaded = loadOrExplain(new ConfigFile(options.config, host.env), host);
  if (loaded === null) return exitCode.usage;
  const { store } = loaded.config;
  if (store.kind !== 'redis') {
    host.err('postern: the configuration has no store.redis to import into\n');
    return exitCode.usage;
  }
  const result = await importWithProgress(file, store, options, host);
  for (const problem of result.failed) host.err(`${formatProblem(problem)}\n`);
  host.out(writeResult(options.output, describeFields(result), describe(result, options)));
  return result.failedCount === 0 && result.stopped === null && result.notPruned === null
    ? exitCode.fine
    : exitCode.failed;
}

async function importWithProgress(
  file: string,
  store: RedisConfig,
  { prune, dryRun }: ImportCommandOptions,
  host: Host,
): Promise<ImportResult> {
  const size =
    file === '-'
      ? 0
      : await stat(file).then(
          ({ size }) => size,
          () => 0,
        );
  const bar = startProgress(size, host);
  const stopping = new AbortController();
  host.onStop(() => {
    stopping.abort();
  });
  try {
    return await importConsumers({
      source: file === '-' ? host.readInput() : readFile(file),
      file,
      jsonLines: /\.(jsonl|ndjson)$/.test(file),
      connection: redisConnection(store),
      keyPrefix: store.keyPrefix,
      prune: prune ?? false,
      dryRun: dryRun ?? false,
      signal: stopping.signal,
      onProgress: ({ bytesRead, consumers }) => bar?.update(bytesRead, { consumers }),
    });
  } finally {
    bar?.stop();
  }
}

/** Opened when it is first read: before that nobody would hear that it cannot be. */
async function* readFile(file: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(file) as AsyncIterable<Uint8Array>;
}

/** A bar where somebody looks and the end is known. */
function startProgress(totalBytes: number, host: Host): SingleBar | null {
  if (!host.errIsTerminal || totalBytes === 0) return null;
  const bar = new SingleBar({
    format: '{bar} {percentage}% · {consumers} Consumers · {eta_formatted}',
  });
  bar.start(totalBytes, 0, { consumers: 0 });
  return bar;
}

function describeFields(result: ImportResult) {
  const { created, updated, unchanged, pruned, failedCount, ignored, notPruned, stopped } = result;
  const failed = failedCount;
  return { created, updated, unchanged, pruned, failed, ignored, not_pruned: notPruned, stopped };
}

function describe(result: ImportResult, { dryRun }: ImportCommandOptions): string {
  const { created, updated, unchanged, pruned, failedCount } = result;
  const counts = { created, updated, unchanged, pruned, failed: failedCount };
  const lines = [
    (dryRun === true ? 'would be: ' : '') +
      Object.entries(counts)
        .map(([name, count]) => `${String(count)} ${name}`)
        .join(', '),
    ...result.ignored.map((section) => `ignored: section ${section}`),
  ];
  if (result.notPruned !== null) lines.push(`not pruned: ${result.notPruned}`);
  if (result.stopped !== null) lines.push(`stopped: ${result.stopped}`);
  return lines.join('\n');
}
