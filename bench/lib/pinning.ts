import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Which core a process runs on; null = wherever the system puts it. */
export interface Pinning {
  readonly server: number | null;
  readonly driver: number | null;
  /** For the report. */
  readonly description: string;
}

/** The server gets the last core that this process may use, driver and provider the first. */
export function choosePinning(): Pinning {
  const cores = readAllowedCores();
  const [driver] = cores;
  const server = cores.at(-1);
  if (driver === undefined || server === undefined || !hasTaskset()) {
    return { server: null, driver: null, description: 'not pinned: `taskset` is not available' };
  }
  if (cores.length === 1) {
    return { server: null, driver: null, description: 'not pinned: there is one core for all' };
  }
  execFileSync('taskset', ['-p', '-c', String(driver), String(process.pid)]);
  return { server, driver, description: 'server on one core, driver and provider on another' };
}

/** The command line that starts `node` on a core. */
export function pinned(core: number | null, args: readonly string[]): [string, string[]] {
  return core === null
    ? [process.execPath, [...args]]
    : ['taskset', ['-c', String(core), process.execPath, ...args]];
}

function readAllowedCores(): readonly number[] {
  const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(readProcStatus())?.[1] ?? '';
  return list.split(',').flatMap((range) => {
    const [first = Number.NaN, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}

function readProcStatus(): string {
  try {
    return readFileSync('/proc/self/status', 'utf8');
  } catch {
    throw new Error('the bench needs Linux: it reads CPU time and memory from /proc');
  }
}

function hasTaskset(): boolean {
  try {
    execFileSync('taskset', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
