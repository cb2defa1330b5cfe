import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { findEnvoy } from './tools.ts';

export interface RunningEnvoy {
  /** Of the first listener. */
  readonly port: number;
  readonly adminPort: number;
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  stop(): Promise<void>;
  /** All that Envoy has printed. */
  log(): string;
}

const startLimitMs = 20_000;

/**
 * Starts a real Envoy and waits until its admin listener says LIVE.
 * @param options.config a bootstrap: YAML text, or an object such as `envoyConfig` builds
 * @throws with Envoy's own output when it ends or is not ready within 20 s
 */
export async function startEnvoy(options: {
  readonly config: string | object;
  readonly args?: readonly string[];
}): Promise<RunningEnvoy> {
  const folder = await mkdtemp(join(tmpdir(), 'postern-envoy-'));
  const file = join(folder, 'envoy.yaml');
  const adminFile = join(folder, 'admin-address');
  const { config } = options;
  // JSON is YAML.
  await writeFile(file, typeof config === 'string' ? config : JSON.stringify(config));
  const envoy = run(file, ['--admin-address-path', adminFile, ...(options.args ?? [])]);
  const stop = async (): Promise<void> => {
    await end(envoy.process);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const adminPort = await untilLive(envoy, adminFile);
    const port = await readListenerPort(adminPort);
    return { port, adminPort, url: `http://127.0.0.1:${port}`, stop, log: envoy.log };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What `envoy --mode validate` says of a bootstrap file. */
export async function validateEnvoyConfig(
  file: string,
): Promise<{ readonly ok: boolean; readonly output: string }> {
  const envoy = run(file, ['--mode', 'validate']);
  await once(envoy.process, 'close');
  return { ok: envoy.process.exitCode === 0, output: envoy.log() };
}

interface Run {
  readonly process: ChildProcess;
  readonly log: () => string;
}

function run(file: string, args: readonly string[]): Run {
  // Without hot restart Envoys share no memory, so any number can run side by side.
  const fixed = ['-c', file, '--concurrency', '1', '--log-level', 'warning'];
  const child = spawn(findEnvoy(), [...fixed, '--disable-hot-restart', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
  child.on('error', (error) => output.push(Buffer.from(error.message)));
  const killWithUs = (): void => void child.kill('SIGKILL');
  process.once('exit', killWithUs);
  child.once('close', () => process.off('exit', killWithUs));
  return { process: child, log: () => Buffer.concat(output).toString() };
}

/** Envoy reports readiness to those who ask only, so this asks until it says so. */
async function untilLive(envoy: Run, adminFile: string): Promise<number> {
  const limit = AbortSignal.timeout(startLimitMs);
  while (!limit.aborted) {
    if (envoy.process.exitCode !== null || envoy.process.pid === undefined) break;
    const address = await readFile(adminFile, 'utf8').catch(() => '');
    const port = Number(/:(\d+)$/.exec(address.trim())?.[1] ?? 0);
    if (port !== 0 && (await isLive(port))) return port;
    await wait(20);
  }
  throw new Error(`Envoy did not start:\n${envoy.log()}`);
}

async function isLive(adminPort: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${adminPort}/ready`);
    return (await response.text()).trim() === 'LIVE';
  } catch {
    return false;
  }
}

async function readListenerPort(adminPort: number): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${adminPort}/listeners`);
  const port = Number(/:(\d+)\s*$/m.exec(await response.text())?.[1]);
  if (!Number.isInteger(port)) throw new Error('Envoy has no TCP listener');
  return port;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
  await closed;
  clearTimeout(timer);
}
