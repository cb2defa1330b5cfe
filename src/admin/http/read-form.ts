/** More fields than any body has. */
export const maxFields = 1000;

type Fields = Record<string, unknown>;

/** Whether a form has more fields than it may; asked before any of them is read. */
export function isOverlong(text: string): boolean {
  return text.split('&', maxFields + 1).length > maxFields;
}

/**
 * A form as curl sends it to Kong: `tags[]=a`, `consumer.id=…`; null = it is none. Takes time in
 * proportion to the text, whatever the text is: nothing is copied to add to it.
 */
export function readForm(text: string): object | null {
  const fields = createFields();
  for (const pair of text.split('&')) {
    if (pair !== '' && !putPair(fields, pair)) return null;
  }
  return fields;
}

/** Without a prototype no name means anything of its own. */
function createFields(): Fields {
  return Object.create(null) as Fields;
}

function putPair(fields: Fields, pair: string): boolean {
  const end = pair.indexOf('=');
  const name = decode(end < 0 ? pair : pair.slice(0, end));
  const value = decode(end < 0 ? '' : pair.slice(end + 1));
  return name !== null && value !== null && putField(fields, name, value);
}

/** Null where it is no UTF-8 or not percent-encoded: names must arrive as sent. */
function decode(piece: string): string | null {
  try {
    return decodeURIComponent(piece.replaceAll('+', ' '));
  } catch {
    return null;
  }
}

/** `name`, `name[]`, `name[1]` or `name.inner`. */
const fieldName = /^(?!__proto__)([\w@-]{1,64})(?:(\[\d{0,4}\])|\.(?!__proto__)([\w-]{1,64}))?$/;

function putField(fields: Fields, name: string, value: string): boolean {
  const [, field, list, inner] = fieldName.exec(name) ?? [];
  if (field === undefined) return false;
  if (inner !== undefined) return putInner(fields, field, inner, value);
  if (list !== undefined || field === 'tags') return putItem(fields, field, value);
  if (field in fields) return false;
  fields[field] = converted.get(field)?.(value) ?? value;
  return true;
}

function putItem(fields: Fields, field: string, value: string): boolean {
  const items = (fields[field] ??= []);
  return Array.isArray(items) && items.push(value) > 0;
}

function putInner(fields: Fields, field: string, inner: string, value: string): boolean {
  const record = (fields[field] ??= createFields());
  if (typeof record !== 'object' || Array.isArray(record) || inner in (record as Fields)) {
    return false;
  }
  (record as Fields)[inner] = value;
  return true;
}

type Convert = (value: string) => unknown;

/** Fields of which a form says more than a string. */
const converted: ReadonlyMap<string, Convert> = new Map<string, Convert>([
  ['status', (value) => (/^\d$/.test(value) ? Number(value) : value)],
  ['suspended', (value) => (value === 'true' ? true : value === 'false' ? false : value)],
]);
