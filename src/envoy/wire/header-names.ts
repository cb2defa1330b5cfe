const slots = 1024;
const longest = 64;

/**
 * Text of header names, which are the same few from request to request: a name that was met before
 * costs a comparison and no new string. Bounded; what does not fit is made anew each time.
 */
export class HeaderNames {
  readonly #known: string[] = new Array<string>(slots).fill('');

  /** In lower case. */
  read(bytes: Buffer, start: number, end: number): string {
    const length = end - start;
    if (length === 0) return '';
    if (length > longest) return bytes.toString('utf8', start, end).toLowerCase();
    const slot = hash(bytes, start, end);
    const known = this.#known[slot] ?? '';
    if (isSame(known, bytes, start, length)) return known;
    const name = bytes.toString('utf8', start, end).toLowerCase();
    // As many characters as bytes: what is not ASCII is shorter, or equals no byte.
    if (name.length === length) this.#known[slot] = name;
    return name;
  }
}

function hash(bytes: Buffer, start: number, end: number): number {
  let value = end - start;
  for (let at = start; at < end; at += 1) value = (Math.imul(value, 31) + (bytes[at] ?? 0)) | 0;
  return (value ^ (value >>> 10)) & (slots - 1);
}

/** A name with capitals is not the same as its text in lower case, and is read anew each time. */
function isSame(known: string, bytes: Buffer, start: number, length: number): boolean {
  if (known.length !== length) return false;
  for (let index = 0; index < length; index += 1) {
    if (known.charCodeAt(index) !== bytes[start + index]) return false;
  }
  return true;
}
