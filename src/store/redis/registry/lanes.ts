/**
 * Work in lanes: of one name one after the other, of different names at once. It saves rounds that
 * would be lost anyway; what other processes write is found out by the script.
 */
export class Lanes {
  readonly #last = new Map<string, Promise<unknown>>();

  run<T>(name: string, work: () => Promise<T>): Promise<T> {
    const done = (this.#last.get(name) ?? Promise.resolve()).then(work, work);
    this.#last.set(name, done);
    const leave = () => {
      if (this.#last.get(name) === done) this.#last.delete(name);
    };
    done.then(leave, leave);
    return done;
  }
}
