import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Milliseconds between two looks; what is shorter may be seen as up to that much shorter. */
const resolutionMs = 5;

/** The part of Node's histogram that is used; nanoseconds between two looks. */
export interface DelayHistogram {
  readonly count: number;
  readonly max: number;
  percentile(percentile: number): number;
  reset(): void;
}

/** By quantile, as Prometheus names it: seconds for which the event loop was late. */
export type EventLoopDelays = readonly (readonly [quantile: string, seconds: number])[];

export interface EventLoopSources {
  readonly histogram: DelayHistogram;
  /** Tells once for how many seconds the event loop was late from now on to the next look. */
  readonly timeNextLook: (tell: (seconds: number) => void) => void;
}

/**
 * Gives what was measured since the time before. Node counts the whole time between two looks, so
 * that an idle process would seem to be late by the resolution; here that is taken off. And it
 * leaves out the time from a reset to the next look, in which the rest of a scrape falls.
 */
export function measureEventLoop(
  { histogram, timeNextLook }: EventLoopSources = startSources(),
): () => EventLoopDelays {
  let leftOut = 0;
  return () => {
    // Without a look since the last reset, the histogram's figures are of no time at all.
    const nothing = histogram.count === 0;
    const late = (nanoseconds: number) =>
      nothing ? 0 : Math.max(0, nanoseconds / 1e9 - resolutionMs / 1e3);
    const delays: EventLoopDelays = [
      ['0.5', late(histogram.percentile(50))],
      ['0.99', late(histogram.percentile(99))],
      ['1', Math.max(leftOut, late(histogram.max))],
    ];
    leftOut = 0;
    histogram.reset();
    timeNextLook((seconds) => {
      leftOut = Math.max(leftOut, seconds);
    });
    return delays;
  };
}

function startSources(): EventLoopSources {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  histogram.enable();
  return { histogram, timeNextLook };
}

function timeNextLook(tell: (seconds: number) => void): void {
  const fromMs = performance.now();
  setTimeout(() => {
    tell((performance.now() - fromMs - resolutionMs) / 1e3);
  }, resolutionMs).unref();
}
