import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface PosternOptions {
  /** The configuration without `listen`, as an object; relative paths start at {@link RunningPostern.folder}. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Fields of `listen.grpc`. */
  readonly grpc?: Readonly<Record<string, unknown>>;
  /** Content of `consumers.yaml` beside the configuration: an object, or the text. */
  readonly consumers?: unknown;
  readonly env?: Readonly<Record<string, string>>;
  /** Of `postern serve`, beside `--config`. */
  readonly args?: readonly string[];
  /** Wait only until it listens: its store is not there yet. */
  readonly untilListening?: boolean;
}

export type LogLine = Readonly<Record<string, unknown>>;

/** Postern as users run it: a process of its own with a configuration file. */
export interface RunningPostern {
  readonly pid: number;
  /** As logged: `127.0.0.1:<port>`, or `unix:<path>`. */
  readonly grpcAddress: string;
  readonly grpcPort: number;
  readonly opsUrl: string;
  /** Holds `postern.yaml` and `consumers.yaml`. */
  readonly folder: string;
  /** Lines of the log so far. */
  readonly lines: readonly LogLine[];
  /** Everything it has printed, as it was printed. */
  output(): string;
  /** The first line that fits, among those so far or to come. */
  untilLine(fits: (line: LogLine) => boolean): Promise<LogLine>;
  /** An object, to which `listen` is added, or the whole text. */
  writeConfig(config: Readonly<Record<string, unknown>> | string): Promise<void>;
  writeConsumers(consumers: unknown): Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
}

const startLimitMs = 30_000;
const main = join(import.meta.dirname, '..', '..', 'src', 'main.ts');

/** Starts Postern and waits until it is ready. Throws with its output when it ends before. */
export async function startPostern(options: PosternOptions): Promise<RunningPostern> {
  const folder = await mkdtemp(join(tmpdir(), 'postern-'));
  const writeYaml = async (name: string, value: unknown): Promise<void> => {
    const file = join(folder, name);
    // JSON is YAML. Renamed, so that nobody reads half of it.
    await writeFile(`${file}.new`, typeof value === 'string' ? value : JSON.stringify(value));
    await rename(`${file}.new`, file);
  };
  const listen = {
    grpc: { address: '127.0.0.1:0', ...options.grpc },
    ops: { address: '127.0.0.1:0' },
  };
  const writeConfig = (config: Readonly<Record<string, unknown>> | string) =>
    writeYaml('postern.yaml', typeof config === 'string' ? config : { listen, ...config });
  await writeConfig(options.config);
  await writeYaml('consumers.yaml', options.consumers ?? { consumers: [] });

  const args = ['serve', '--config', join(folder, 'postern.yaml'), ...(options.args ?? [])];
  const child = spawn(process.execPath, [main, ...args], {
    env: { PATH: process.env['PATH'], ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = followLog(child.stdout, child.stderr);
  const killWithUs = (): void => void child.kill('SIGKILL');
  process.once('exit', killWithUs);
  const closed = once(child, 'close').then(async () => {
    process.off('exit', killWithUs);
    log.end();
    await rm(folder, { recursive: true, force: true });
    return child.exitCode;
  });

  const limit = setTimeout(killWithUs, startLimitMs);
  const listening = await log.untilLine(({ msg }) => msg === 'listening');
  if (options.untilListening !== true) await log.untilLine(({ msg }) => msg === 'ready');
  clearTimeout(limit);
  const grpcAddress = String(listening['grpc']);
  return {
    pid: child.pid ?? 0,
    grpcAddress,
    grpcPort: Number(/:(\d+)$/.exec(grpcAddress)?.[1]),
    opsUrl: `http://${String(listening['ops'])}`,
    folder,
    ...log,
    writeConfig,
    writeConsumers: (consumers) => writeYaml('consumers.yaml', consumers),
    signal: (name) => void child.kill(name),
    stop: () => {
      child.kill('SIGTERM');
      return closed;
    },
  };
}

function followLog(stdout: NodeJS.ReadableStream, stderr: NodeJS.ReadableStream) {
  const lines: LogLine[] = [];
  const printed: string[] = [];
  const waiting = new Set<() => void>();
  let ended = false;
  stderr.on('data', (chunk: Buffer) => printed.push(chunk.toString()));
  createInterface(stdout).on('line', (text) => {
    printed.push(`${text}\n`);
    lines.push(parseLine(text));
    for (const look of waiting) look();
  });
  const output = () => printed.join('');
  return {
    lines: lines as readonly LogLine[],
    output,
    end() {
      ended = true;
      for (const look of waiting) look();
    },
    untilLine: (fits: (line: LogLine) => boolean) =>
      new Promise<LogLine>((resolve, reject) => {
        const look = (): void => {
          const found = lines.find(fits);
          if (found === undefined && !ended) return;
          waiting.delete(look);
          if (found === undefined) reject(new Error(`Postern ended:\n${output()}`));
          else resolve(found);
        };
        waiting.add(look);
        look();
      }),
  };
}

function parseLine(text: string): LogLine {
  try {
    return JSON.parse(text) as LogLine;
  } catch {
    return { msg: text };
  }
}
