/** Plain data that is written to a file. */
export type Json = Readonly<Record<string, unknown>>;

/** Leaves out what is null or an empty list. */
export function compact(value: Json): Json {
  return Object.fromEntries(
    Object.entries(value).filter(
      ([, item]) => item !== null && item !== undefined && !(Array.isArray(item) && !item.length),
    ),
  );
}

/** The same text for the same data. */
export function fingerprint(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
