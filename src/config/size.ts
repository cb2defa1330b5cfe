const units = [
  ['MiB', 1024 * 1024],
  ['KiB', 1024],
  ['B', 1],
] as const;

/** Bytes of `512B`, `64KiB` or `4MiB`; null for anything else. */
export function parseSize(text: string): number | null {
  const [, digits = '', unit] = /^(\d{1,9})(B|KiB|MiB)$/.exec(text) ?? [];
  const factor = units.find(([name]) => name === unit)?.[1];
  return factor === undefined ? null : Number(digits) * factor;
}

/** The shortest way to write a number of bytes. */
export function formatSize(bytes: number): string {
  const [unit, factor] = units.find(([, size]) => bytes % size === 0) ?? ['B', 1];
  return `${String(bytes / factor)}${unit}`;
}
