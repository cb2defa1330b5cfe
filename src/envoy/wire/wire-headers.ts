import type { RequestHeaders } from '../../authz/request.ts';

const none: readonly string[] = [];

/**
 * Headers of one request, of which the names are read at once, since every one of them is looked
 * at, and a value when it is asked for.
 */
export class WireHeaders implements RequestHeaders {
  readonly #bytes: Buffer;
  readonly #names: string[] = [];
  /** Where each value starts and ends. */
  readonly #places: number[] = [];

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  add(name: string, start: number, end: number): void {
    this.#names.push(name);
    this.#places.push(start, end);
  }

  values(name: string): readonly string[] {
    const first = this.#names.indexOf(name);
    if (first < 0) return none;
    const values = [this.#read(first)];
    for (
      let index = this.#names.indexOf(name, first + 1);
      index >= 0;
      index = this.#names.indexOf(name, index + 1)
    ) {
      values.push(this.#read(index));
    }
    return values;
  }

  /** A name that came several times is there several times. */
  names(): readonly string[] {
    return this.#names;
  }

  /** Bytes that are not UTF-8 become U+FFFD, which no credential's grammar admits. */
  #read(index: number): string {
    return this.#bytes.toString('utf8', this.#places[2 * index], this.#places[2 * index + 1]);
  }
}
