/** Time as the code may see it; tests bring their own. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** About the same, with fractions, and never set back while the process runs; default `now`. */
  steady?(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  steady: () => performance.timeOrigin + performance.now(),
};

/** For the order of what happens in this process. */
export function steadyNow(clock: Clock): number {
  return clock.steady?.() ?? clock.now();
}
