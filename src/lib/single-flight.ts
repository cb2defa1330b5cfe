/**
 * Runs at most one piece of work per key at a time; whoever asks meanwhile shares its result.
 * The work must not depend on one caller's deadline, since it is everybody's.
 */
export class SingleFlight<T> {
  readonly #running = new Map<string, Promise<T>>();

  run(key: string, work: () => Promise<T>): Promise<T> {
    const running = this.#running.get(key);
    if (running !== undefined) return running;
    const started = work().finally(() => {
      this.#running.delete(key);
    });
    this.#running.set(key, started);
    return started;
  }

  /** Number of keys with work under way. */
  get size(): number {
    return this.#running.size;
  }
}
