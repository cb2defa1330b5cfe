/** Gives out names that a configuration takes, each once. */
export class Names {
  readonly #taken = new Set<string>();

  /** `wanted` itself where it is a name and free. */
  take(wanted: string): string {
    const base = wanted
      .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
      .replace(/^-+(?=.)/, '')
      .slice(0, 60);
    const name = this.#find(base === '' ? 'unnamed' : base);
    this.#taken.add(name);
    return name;
  }

  #find(base: string): string {
    if (!this.#taken.has(base)) return base;
    for (let count = 2; ; count += 1) {
      const name = `${base.slice(0, 56)}-${String(count)}`;
      if (!this.#taken.has(name)) return name;
    }
  }
}
