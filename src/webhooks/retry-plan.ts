const firstWaitMs = 10_000;
const factor = 3;
export const longestWaitMs = 24 * 3_600_000;

/**
 * Milliseconds to wait after so many failures: 10 s, 30 s, 90 s, … and up to a day, each longer or
 * shorter by up to a quarter, so that what failed together does not come back together. Ten attempts
 * take about 27 hours. `random`: from 0 to 1.
 */
export function waitAfter(failures: number, random: () => number): number {
  const plain = Math.min(longestWaitMs, firstWaitMs * factor ** (failures - 1));
  return Math.round(plain * (0.75 + random() / 2));
}

/** Milliseconds that an answer asks to wait, at most a day (RFC 9110 section 10.2.3); null = none. */
export function readRetryAfter(text: string | null, now: number): number | null {
  if (text === null) return null;
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(ms) || ms < 0 ? null : Math.min(ms, longestWaitMs);
}
