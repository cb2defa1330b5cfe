import type { Check } from '../authz/check.ts';
import type { Config } from '../config/config.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import type { Problem } from '../documents/problem.ts';
import type { Step } from '../lib/step.ts';
import { assembleJudge, partsOnlyIn, type Judge } from './judge.ts';
import { closeParts } from './close-parts.ts';
import { reloadJudge } from './reload.ts';
import type { Tools } from './tools.ts';

export interface JudgeKeeperOptions {
  readonly config: Config;
  /** Reads the configuration again. */
  readonly load: () => Promise<Step<LoadedConfig, readonly Problem[]>>;
  readonly tools: Tools;
}

/** Keeps the judge in force: starts it, lets reloads replace it one after the other, ends it. */
export class JudgeKeeper {
  /** Judges by whatever is in force when the request comes. */
  readonly check: Check = (request, signal, trail) => this.#judge.check(request, signal, trail);
  readonly #options: JudgeKeeperOptions;
  readonly #stopping = new AbortController();
  readonly #reached = Promise.withResolvers<readonly Problem[]>();
  #judge: Judge;
  #reloading: Promise<void> = Promise.resolve();
  #queued: Promise<void> | null = null;

  constructor(options: JudgeKeeperOptions) {
    this.#options = options;
    this.#judge = assembleJudge(options.config, null, options.tools);
  }

  get current(): Judge {
    return this.#judge;
  }

  /** Aborts when the keeper is stopped. */
  get stopping(): AbortSignal {
    return this.#stopping.signal;
  }

  /**
   * Ends when the store of the start was reached, or one that a reload brought; with the problems
   * of a Consumers file that cannot be used.
   */
  start(): Promise<readonly Problem[]> {
    const { store, providers } = this.#judge;
    for (const { provider } of providers.values()) void provider.start();
    store.store.start(this.stopping).then(this.#reached.resolve, (error: unknown) => {
      if (this.stopping.aborted) this.#reached.resolve([]);
      else this.#reached.reject(error);
    });
    return this.#reached.promise;
  }

  /** Takes over a changed configuration, or keeps the old one and tells why. Never rejects. */
  reload(): Promise<void> {
    // One after the other, so that the newest configuration stays; who waits shares the next one.
    this.#queued ??= this.#reloading = this.#reloading.then(() => {
      this.#queued = null;
      return this.#reloadOnce();
    });
    return this.#queued;
  }

  /** Ends what is in force, once a reload under way has given up. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#reloading;
    await closeParts(partsOnlyIn(this.#judge, null));
  }

  async #reloadOnce(): Promise<void> {
    const { config: started, load, tools } = this.#options;
    if (this.stopping.aborted) return;
    const before = this.#judge;
    try {
      this.#judge = await reloadJudge(load, before, { started, tools, stopping: this.stopping });
    } catch (error) {
      tools.telemetry.configReloaded({ outcome: 'failure', error });
    }
    // It was reached, be it that the one of the start never is.
    if (this.#judge.store !== before.store) this.#reached.resolve([]);
  }
}
