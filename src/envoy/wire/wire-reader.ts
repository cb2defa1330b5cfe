/** Why bytes are no message; one value, since nobody is told which byte it was. */
export class MalformedMessage extends Error {
  constructor() {
    super('the bytes are no message of this kind');
  }
}

/** Of the encoding (protobuf.dev, "Encoding"); groups are not taken. */
export const wireType = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

const longestVarint = 10;

/** The tag of a field that has a length: its number, then its wire type. */
export function sized(field: number): number {
  return field * 8 + wireType.bytes;
}

/** Fields that a message has, as bits at their numbers, by the wire type that is theirs. */
export interface KnownFields {
  readonly sized: number;
  readonly varint: number;
}

export function knowFields(sized: readonly number[], varint: readonly number[] = []): KnownFields {
  const bits = (fields: readonly number[]) =>
    fields.reduce((mask, field) => mask | (1 << field), 0);
  return { sized: bits(sized), varint: bits(varint) };
}

/**
 * Walks the protobuf encoding of one message, in place. Each method throws {@link MalformedMessage}
 * rather than look behind the end of what it was given.
 */
export class WireReader {
  readonly bytes: Buffer;
  /** Where the next thing begins. */
  at = 0;
  /** Behind the last byte of the message that is being read. */
  end: number;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    this.end = bytes.length;
  }

  /** Field number and wire type as they stand in one: `number * 8 + type`. */
  tag(): number {
    const first = this.bytes[this.at];
    // Fields up to 15 take one byte, and all that are read have such a number.
    if (first !== undefined && first < 0x80 && this.at < this.end) {
      this.at += 1;
      if (first < 8) throw new MalformedMessage();
      return first;
    }
    const tag = this.varint32();
    if (tag < 8) throw new MalformedMessage();
    return tag;
  }

  /** Goes into what follows, a field of the type `bytes`; gives the end to go back to. */
  enter(): number {
    const length = this.varint32();
    const outer = this.end;
    const end = this.at + length;
    if (end > outer) throw new MalformedMessage();
    this.end = end;
    return outer;
  }

  /** Back from where {@link enter} went; what was entered has to be used up to its end. */
  leave(outer: number): void {
    if (this.at !== this.end) throw new MalformedMessage();
    this.end = outer;
  }

  /** Takes a field of the type `bytes`; gives where it began, and stands behind it. */
  take(): number {
    const length = this.varint32();
    const start = this.at;
    if (start + length > this.end) throw new MalformedMessage();
    this.at = start + length;
    return start;
  }

  text(): string {
    const start = this.take();
    return this.bytes.toString('utf8', start, this.at);
  }

  slice(): Uint8Array {
    const start = this.take();
    return this.bytes.subarray(start, this.at);
  }

  /**
   * Steps over a field that nobody reads. One that the message is known to have, in another wire
   * type than its own, makes it a form of the message that we do not know.
   */
  skip(tag: number, known: KnownFields): void {
    const field = tag >>> 3;
    const type = tag & 7;
    if (field < 32) {
      if (((known.sized >>> field) & 1) === 1 && type !== wireType.bytes)
        throw new MalformedMessage();
      if (((known.varint >>> field) & 1) === 1 && type !== wireType.varint)
        throw new MalformedMessage();
    }
    switch (type) {
      case wireType.varint:
        this.#skipVarint();
        return;
      case wireType.bytes:
        this.take();
        return;
      case wireType.fixed64:
        this.#leap(8);
        return;
      case wireType.fixed32:
        this.#leap(4);
        return;
      default:
        throw new MalformedMessage();
    }
  }

  /** Lengths and tags; what does not fit 32 bits is neither. */
  varint32(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      if (this.at >= this.end) throw new MalformedMessage();
      const byte = this.bytes[this.at] ?? 0;
      this.at += 1;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) {
        if (value > 0xffff_ffff) throw new MalformedMessage();
        return value;
      }
    }
    throw new MalformedMessage();
  }

  #skipVarint(): void {
    for (let count = 0; count < longestVarint; count += 1) {
      if (this.at >= this.end) throw new MalformedMessage();
      const byte = this.bytes[this.at] ?? 0;
      this.at += 1;
      if (byte < 0x80) return;
    }
    throw new MalformedMessage();
  }

  #leap(length: number): void {
    if (this.at + length > this.end) throw new MalformedMessage();
    this.at += length;
  }
}
