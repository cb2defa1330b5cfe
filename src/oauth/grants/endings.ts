const sliceMs = 1000;

/**
 * Which keys end when, by slices of a second: what is over can be dropped without a look at all that
 * is not.
 */
export class Endings {
  readonly #slices = new Map<number, string[]>();

  /** `until`: epoch milliseconds. */
  add(key: string, until: number): void {
    const slice = Math.ceil(until / sliceMs);
    const keys = this.#slices.get(slice);
    if (keys === undefined) this.#slices.set(slice, [key]);
    else keys.push(key);
  }

  /** Keys whose end has come, each time that one was added; they are not known here any more. */
  take(now: number): readonly string[] {
    const over: string[] = [];
    for (const [slice, keys] of this.#slices) {
      if (slice * sliceMs > now) continue;
      for (const key of keys) over.push(key);
      this.#slices.delete(slice);
    }
    return over;
  }
}
