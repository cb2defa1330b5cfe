/** Runs tasks side by side, so many at a time; the first that rejects ends the pool. */
export class TaskPool {
  readonly #limit: number;
  #running = 0;
  #failure: { readonly error: unknown } | null = null;
  #waiting: (() => void)[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Starts a task as soon as there is room. Rejects with what an earlier task rejected with. */
  async add(task: () => Promise<void>): Promise<void> {
    while (this.#running >= this.#limit) await this.#change();
    this.#throwFailure();
    this.#running += 1;
    void this.#run(task);
  }

  /** Waits until all tasks have ended. Rejects with what one of them rejected with. */
  async drain(): Promise<void> {
    while (this.#running > 0) await this.#change();
    this.#throwFailure();
  }

  async #run(task: () => Promise<void>): Promise<void> {
    try {
      await task();
    } catch (error) {
      this.#failure ??= { error };
    }
    this.#running -= 1;
    for (const wake of this.#waiting.splice(0)) wake();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #throwFailure(): void {
    if (this.#failure !== null) throw this.#failure.error;
  }
}
