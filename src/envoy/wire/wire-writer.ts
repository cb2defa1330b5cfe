import { wireType } from './wire-reader.ts';

const firstSize = 16 * 1024;
/** Up to this length a loop is faster than a call into the runtime. */
const shortText = 24;

/**
 * Writes one message from its end to its beginning, so that the length of what is nested is known
 * when it has to be said. Call for the last field first.
 */
export class WireWriter {
  #bytes = Buffer.allocUnsafeSlow(firstSize);
  /** Where the last thing that was written begins. */
  #at = firstSize;

  /** Forgets what was written, also what a fault has left behind. */
  start(): void {
    this.#at = this.#bytes.length;
  }

  /** A copy of what was written. */
  finish(): Buffer {
    return Buffer.from(this.#bytes.subarray(this.#at));
  }

  /** How much there is; for {@link nested}. */
  get length(): number {
    return this.#bytes.length - this.#at;
  }

  /** Makes a field of all that was written since there were `before` bytes. */
  nested(field: number, before: number): void {
    this.#varint(this.length - before);
    this.#varint(field * 8 + wireType.bytes);
  }

  text(field: number, value: string): void {
    const before = this.length;
    this.#text(value);
    this.nested(field, before);
  }

  /** Enums and booleans too. Not negative, at most 2^31 - 1. */
  uint(field: number, value: number): void {
    this.#varint(value);
    this.#varint(field * 8 + wireType.varint);
  }

  double(field: number, value: number): void {
    this.#reserve(8);
    this.#at -= 8;
    this.#bytes.writeDoubleLE(value, this.#at);
    this.#varint(field * 8 + wireType.fixed64);
  }

  #text(value: string): void {
    if (value.length <= shortText && this.#shortText(value)) return;
    const length = Buffer.byteLength(value);
    this.#reserve(length);
    this.#at -= length;
    this.#bytes.write(value, this.#at, length, 'utf8');
  }

  /** False where the text is not ASCII; then nothing was written. */
  #shortText(value: string): boolean {
    this.#reserve(value.length);
    const start = this.#at - value.length;
    for (let index = 0; index < value.length; index += 1) {
      const code = value.charCodeAt(index);
      if (code > 0x7f) return false;
      this.#bytes[start + index] = code;
    }
    this.#at = start;
    return true;
  }

  #varint(value: number): void {
    this.#reserve(5);
    this.#at -= value < 0x80 ? 1 : varintLength(value);
    let rest = value;
    let at = this.#at;
    for (; rest >= 0x80; rest = Math.floor(rest / 128)) {
      this.#bytes[at] = (rest % 128) + 128;
      at += 1;
    }
    this.#bytes[at] = rest;
  }

  #reserve(length: number): void {
    if (length <= this.#at) return;
    const used = this.length;
    const larger = Buffer.allocUnsafeSlow(2 * (this.#bytes.length + length));
    this.#bytes.copy(larger, larger.length - used, this.#at);
    this.#bytes = larger;
    this.#at = larger.length - used;
  }
}

function varintLength(value: number): number {
  let length = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 128)) length += 1;
  return length;
}
