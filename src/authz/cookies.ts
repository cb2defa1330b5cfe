import type { AuthzRequest } from './request.ts';

/** A cookie as it stands in the header, with the blanks around it. */
interface CookiePiece {
  readonly name: string;
  readonly text: string;
}

// What cannot be written back as it came: control characters, lost bytes, blanks that a parser eats.
// eslint-disable-next-line no-control-regex
const altered = /[\u0000-\u001f\u007f\ufffd]|^\s|\s$/;

/**
 * Values of the cookies of that name, in order (RFC 6265 section 4.2.1): names are case-sensitive,
 * values are not decoded, and quotes around a value are not part of it.
 */
export function readCookies(request: AuthzRequest, name: string): readonly string[] {
  const found: string[] = [];
  for (const header of request.headers.values('cookie')) {
    if (!header.includes(name)) continue;
    for (const piece of splitCookies(header)) {
      if (piece.name === name) found.push(readValue(piece.text));
    }
  }
  return found;
}

/**
 * The `cookie` header without the cookies of these names; null where none of them is there, empty
 * where nothing is left. The others stay byte for byte, but for those that no header may hold (control
 * characters, bytes that are not UTF-8). Several headers become one, as Envoy joins them.
 */
export function omitCookies(request: AuthzRequest, names: ReadonlySet<string>): string | null {
  if (names.size === 0) return null;
  const headers = request.headers.values('cookie');
  if (!headers.some((header) => mayHold(header, names))) return null;
  const pieces = headers.flatMap(splitCookies);
  if (!pieces.some(({ name }) => names.has(name))) return null;
  return pieces
    .filter(({ name }) => !names.has(name))
    .map(({ text }) => trim(text))
    .filter((text) => text !== '' && text.isWellFormed() && !altered.test(text))
    .join('; ');
}

/** Whether it is worth splitting. */
function mayHold(header: string, names: ReadonlySet<string>): boolean {
  for (const name of names) if (header.includes(name)) return true;
  return false;
}

function splitCookies(header: string): CookiePiece[] {
  return header.split(';').map((text) => {
    const end = text.indexOf('=');
    return { name: end === -1 ? '' : trim(text.slice(0, end)), text };
  });
}

function readValue(text: string): string {
  const value = trim(text.slice(text.indexOf('=') + 1));
  return value.length > 1 && value.startsWith('"') && value.endsWith('"')
    ? value.slice(1, -1)
    : value;
}

/** Without the blanks of RFC 6265 at its ends, in one pass. */
function trim(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text[start])) start += 1;
  while (end > start && isBlank(text[end - 1])) end -= 1;
  return text.slice(start, end);
}

function isBlank(char: string | undefined): boolean {
  return char === ' ' || char === '\t';
}
