/** A pair of a query or of a form, as it stands there. */
export interface FormField {
  readonly name: string;
  readonly value: string;
}

/** Splits `a=1&b` at `&` and at the first `=` of each part, which is how Envoy does it. */
export function splitForm(text: string): readonly FormField[] {
  return text.split('&').map((part) => {
    const end = part.indexOf('=');
    return end === -1
      ? { name: part, value: '' }
      : { name: part.slice(0, end), value: part.slice(end + 1) };
  });
}

/** Undoes `application/x-www-form-urlencoded`; null where an escape is broken or is not UTF-8. */
export function decodeForm(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return null;
  }
}
