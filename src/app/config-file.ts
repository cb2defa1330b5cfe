import { readFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { loadConfig, type LoadedConfig } from '../config/load-config.ts';
import type { Problem } from '../documents/problem.ts';
import { halt, type Step } from '../lib/step.ts';
import { describeErrorCode } from '../store/error-code.ts';

const pollMs = 400;
const settleMs = 100;
const maxReadings = 5;

/** A configuration file, with the files that it names, read again whenever one of them changes. */
export class ConfigFile {
  readonly #path: string;
  readonly #env: Readonly<Record<string, string | undefined>>;
  /** The pause after which an unchanged file is taken to be written to its end. */
  readonly #rest: () => Promise<unknown>;
  /** What was read last, by path; a change of any of them is a change of the configuration. */
  #seen = new Map<string, string | null>();

  constructor(
    path: string,
    env: Readonly<Record<string, string | undefined>>,
    rest: () => Promise<unknown> = () => wait(settleMs),
  ) {
    this.#path = path;
    this.#env = env;
    this.#rest = rest;
  }

  /** Reads and checks everything; all problems at once. */
  load(): Step<LoadedConfig, readonly Problem[]> {
    this.#seen = new Map();
    let text: string;
    try {
      text = this.#read(this.#path);
    } catch (error) {
      const message = `cannot be read${describeErrorCode(error)}`;
      return halt([{ file: this.#path, line: 1, column: 1, path: '', message }]);
    }
    return loadConfig({
      text,
      file: this.#path,
      env: this.#env,
      readFile: (path) => this.#read(path),
    });
  }

  /** As {@link load}, for files that may be written to just now: reads again until they rest. */
  async loadSettled(): Promise<Step<LoadedConfig, readonly Problem[]>> {
    for (let reading = 1; ; reading += 1) {
      const loaded = this.load();
      await this.#rest();
      if (reading === maxReadings || !(await this.#changed())) return loaded;
    }
  }

  /**
   * Calls back when a file has another content than at the last {@link load}; polling also sees
   * the symlink swap of a Kubernetes volume. Ends with the signal.
   */
  watch(onChange: () => void, signal: AbortSignal): void {
    const timer = setInterval(() => {
      void this.#changed().then((changed) => {
        if (changed && !signal.aborted) onChange();
      });
    }, pollMs);
    timer.unref();
    signal.addEventListener('abort', () => {
      clearInterval(timer);
    });
  }

  #read(path: string): string {
    this.#seen.set(path, null);
    const text = readFileSync(path, 'utf8');
    this.#seen.set(path, text);
    return text;
  }

  async #changed(): Promise<boolean> {
    for (const [path, before] of this.#seen) {
      const now = await readFile(path, 'utf8').catch(() => null);
      if (now !== before) return true;
    }
    return false;
  }
}
