/** What stands at a dotted place of an entry, such as `consumer.username`. */
export function valueAt(entry: unknown, place: string): unknown {
  let value = entry;
  for (const key of place.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}

/** One value for a person to read, on one line. */
export function showValue(value: unknown, name = ''): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' && name.endsWith('_at'))
    return new Date(value * 1000).toISOString();
  if (Array.isArray(value)) return value.map((item) => showValue(item)).join(', ');
  if (typeof value === 'object') return showObject({ ...value });
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function showObject(value: Readonly<Record<string, unknown>>): string {
  if ('requests_per_unit' in value) {
    return `${showValue(value['requests_per_unit'])}/${showValue(value['unit'])}`;
  }
  return Object.entries(value)
    .filter(([, item]) => item !== null)
    .map(([key, item]) => `${key}=${showValue(item, key)}`)
    .join(' ');
}
