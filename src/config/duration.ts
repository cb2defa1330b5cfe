const units = [
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const;

/** Timers hold 31 bits of milliseconds, which is a little more than this. */
export const longestDurationMs = 24 * 24 * 3_600_000;

/** Milliseconds of `250ms`, `5s`, `10m` or `24h`; null for anything else, and for what is longer. */
export function parseDuration(text: string, longestMs = longestDurationMs): number | null {
  const [, digits = '', unit] = /^(\d{1,10})(ms|s|m|h)$/.exec(text) ?? [];
  const factor = units.find(([name]) => name === unit)?.[1];
  if (factor === undefined) return null;
  const ms = Number(digits) * factor;
  return ms <= longestMs ? ms : null;
}

/** The shortest way to write a whole number of milliseconds. */
export function formatDuration(ms: number): string {
  const [unit, factor] = units.find(([, size]) => ms > 0 && ms % size === 0) ?? ['s', 1000];
  return `${String(ms / factor)}${unit}`;
}
