import { InvalidArgumentError, Option, type Command } from 'commander';
import { access, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { importKong, type ImportedKong, type NamedText } from '../kong/import-kong.ts';
import type { ReportEntry } from '../kong/ledger.ts';
import { exitCode, type ExitCode, type Host } from './host.ts';
import { explainProblems } from './load-or-explain.ts';
import { formatOption, writeResult, type Format } from './output.ts';

interface ImportKongOptions {
  readonly portal?: string;
  readonly out: string;
  readonly acceptLoss: readonly string[];
  readonly kongVersion?: readonly [number, number];
  readonly dryRun?: true;
  readonly force?: true;
  readonly prune?: true;
  readonly output: Format;
}

/** `postern import kong`: from a declarative file of Kong to files of Postern and Envoy. */
export function addImportKongCommand(
  parent: Command,
  host: Host,
  done: (code: ExitCode) => void,
): void {
  parent
    .command('kong')
    .description('translate a declarative file of Kong (decK, DB-less) into files of Postern')
    .argument('<file>', 'the file')
    .option('--portal <file>', 'applications and their registrations, as JSON')
    .option('--out <folder>', 'where the files go', '.')
    .option('--accept-loss <names...>', 'what is refused and may be lost', [])
    .addOption(
      new Option('--kong-version <version>', 'the Kong that wrote it, such as 3.10').argParser(
        readVersion,
      ),
    )
    .option('--dry-run', 'write nothing, only report')
    .option('--force', 'replace files that are there')
    .addOption(formatOption())
    .addHelpText(
      'after',
      '\nExamples:\n  postern import kong kong.yaml --dry-run' +
        '\n  postern import kong kong.yaml --portal portal.json --out postern' +
        '\n  postern import kong kong.yaml --accept-loss key-auth ip-restriction',
    )
    .action(async (file: string, _options: unknown, command: Command) => {
      // Options that `import` has too are read by it, wherever they stand.
      const options = command.optsWithGlobals<ImportKongOptions>();
      if (options.prune === true) command.error("error: unknown option '--prune'");
      done(await runImportKong(file, options, host));
    });
}

function readVersion(text: string): readonly [number, number] {
  const [, major, minor] = /^(\d+)\.(\d+)(?:\.\d+)*$/.exec(text) ?? [];
  if (major === undefined) throw new InvalidArgumentError('Expected a version such as 3.10.');
  return [Number(major), Number(minor)];
}

async function runImportKong(
  file: string,
  options: ImportKongOptions,
  host: Host,
): Promise<ExitCode> {
  const kong = await readText(file, host);
  const portal = options.portal === undefined ? null : await readText(options.portal, host);
  if (kong === 'unreadable' || portal === 'unreadable') return exitCode.usage;
  const { acceptLoss, kongVersion = null } = options;
  const imported = importKong({ kong, portal, acceptLoss, kongVersion });
  if (!imported.ok) {
    explainProblems(imported.stop, host);
    return exitCode.usage;
  }
  return conclude(imported.value, options, host);
}

async function conclude(
  result: ImportedKong,
  options: ImportKongOptions,
  host: Host,
): Promise<ExitCode> {
  const written = await writeUnlessHindered(result, options);
  const paths = typeof written === 'string' ? [] : written;
  host.out(writeResult(options.output, describeFields(result, paths), describe(result, paths)));
  if (typeof written !== 'string') return exitCode.fine;
  host.err(`postern: ${written}\n`);
  return exitCode.usage;
}

/** The files that were written, or why none was. */
async function writeUnlessHindered(
  result: ImportedKong,
  { dryRun, force, out }: ImportKongOptions,
): Promise<readonly string[] | string> {
  const { unusedAcceptLoss: unused } = result.report;
  if (result.stopped) return 'stopped: something was refused, nothing is written';
  if (unused.length > 0) {
    return `--accept-loss ${unused.join(' ')}: nothing of that name is refused; nothing is written`;
  }
  const files = dryRun === true ? [] : result.files;
  const conflict = force === true ? null : await findConflict(files, out);
  return conflict === null
    ? writeFiles(files, out)
    : `${conflict} is there already; --force replaces it`;
}

async function readText(name: string, host: Host): Promise<NamedText | 'unreadable'> {
  try {
    return { name, text: (await readFile(name, 'utf8')).replace(/^\uFEFF/, '') };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    host.err(`${name}:1:1: cannot be read (${code})\n`);
    return 'unreadable';
  }
}

async function findConflict(files: ImportedKong['files'], out: string): Promise<string | null> {
  for (const { name } of files) {
    const path = join(out, name);
    const isThere = await access(path).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return null;
}

/**
 * Secrets may stand in these files, so only their owner reads them: each is made anew, not written into
 * one that is there. Gives why it failed, as a string.
 */
async function writeFiles(
  files: ImportedKong['files'],
  folder: string,
): Promise<readonly string[] | string> {
  try {
    if (files.length > 0) await mkdir(folder, { recursive: true });
    for (const { name, text } of files) {
      const path = join(folder, name);
      const fresh = `${path}.${String(process.pid)}.tmp`;
      await writeFile(fresh, text, { mode: 0o600, flag: 'wx' });
      await rename(fresh, path);
    }
  } catch (error) {
    return `${folder}: cannot be written (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`;
  }
  return files.map(({ name }) => join(folder, name));
}

function describeFields({ report, counts, stopped }: ImportedKong, written: readonly string[]) {
  const { translated, ignored, refused, unusedAcceptLoss } = report;
  return {
    stopped,
    written,
    ...counts,
    translated,
    ignored,
    refused,
    unused_accept_loss: unusedAcceptLoss,
  };
}

function describeCounts(counts: ImportedKong['counts']): string {
  const name = (key: string, count: number) =>
    `${String(count)} ${(count === 1 ? key.slice(0, -1) : key).replace('_', ' ')}`;
  return Object.entries(counts)
    .map(([key, count]) => name(key, count))
    .join(', ');
}

function describe({ report, counts, stopped }: ImportedKong, written: readonly string[]): string {
  const list = (title: string, entries: readonly ReportEntry[]) =>
    entries.length === 0
      ? []
      : [title, ...entries.map(({ name, at, why }) => `  ${name} (${at}): ${why}`)];
  const { refused } = report;
  return [
    ...list('translated:', report.translated),
    ...list('ignored, nobody gets in by that:', report.ignored),
    ...list(
      'lost, as accepted:',
      refused.filter(({ accepted }) => accepted),
    ),
    ...list(
      'refused; --accept-loss <name> gives it up:',
      refused.filter(({ accepted, final }) => !accepted && !final),
    ),
    ...list(
      'refused, and has to be changed in the file:',
      refused.filter(({ final }) => final),
    ),
    ...(stopped ? [] : [describeCounts(counts)]),
    ...written.map((path) => `wrote ${path}`),
  ].join('\n');
}
