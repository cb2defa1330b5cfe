import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { pinned } from './pinning.ts';

/** Ticks of `/proc/<pid>/stat` in a second (`USER_HZ`, the same on every Linux of today). */
const ticksPerSecond = 100;

export interface ServerProcessOptions {
  /** Of `node`: flags, script, arguments. */
  readonly args: readonly string[];
  readonly core: number | null;
  /** Takes what the process writes. */
  readonly logFile: string;
}

/** A server under test, in a process of its own. */
export class ServerProcess {
  readonly #child: ChildProcess;
  readonly #logFile: string;

  constructor({ args, core, logFile }: ServerProcessOptions) {
    const [command, line] = pinned(core, args);
    const log = openSync(logFile, 'w');
    this.#child = spawn(command, line, { stdio: ['ignore', log, log] });
    closeSync(log);
    this.#logFile = logFile;
  }

  /** CPU seconds of all its threads since the start, in user and kernel. */
  cpuSeconds(): number {
    // After the name, which may hold anything but ends with the last parenthesis: field 3 and on.
    const fields = readFileSync(this.#proc('stat'), 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  }

  /**
   * Seconds for which its main thread could have run and another process or thread had the core.
   * Much of it means that latencies are the machine's, not the server's.
   */
  waitedSeconds(): number {
    const pid = String(this.#child.pid);
    const [, nanoseconds] = readFileSync(this.#proc(`task/${pid}/schedstat`), 'utf8').split(' ');
    return Number(nanoseconds) / 1e9;
  }

  /** Resident memory in MB (10^6 bytes). */
  residentMegabytes(): number {
    const kibibytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(this.#proc('status'), 'utf8'))?.[1];
    return (Number(kibibytes) * 1024) / 1e6;
  }

  /** Ends when a GET answers 200. Rejects, with what the process wrote, when it ends before. */
  async untilOk(url: string): Promise<void> {
    for (;;) {
      if (this.#child.exitCode !== null) throw new Error(`the server ended:\n${this.log()}`);
      const response = await fetch(url).catch(() => null);
      await response?.body?.cancel();
      if (response?.status === 200) return;
      await wait(5);
    }
  }

  log(): string {
    return readFileSync(this.#logFile, 'utf8');
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exit;
  }

  #proc(file: string): string {
    return `/proc/${String(this.#child.pid)}/${file}`;
  }
}
