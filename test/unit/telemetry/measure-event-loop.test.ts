import { describe, expect, it } from '@jest/globals';
import {
  measureEventLoop,
  type DelayHistogram,
  type EventLoopSources,
} from '../../../src/telemetry/measure-event-loop.ts';
import { MetricsRegistry } from '../../../src/telemetry/metrics-registry.ts';

const oneMs = 1e6;

/** As Node's: `looks` are the times between two looks, in ms; emptied by a reset. */
function holdLooks(looks: number[]): DelayHistogram {
  const sorted = () => looks.toSorted((one, other) => one - other);
  return {
    get count() {
      return looks.length;
    },
    get max() {
      return (sorted().at(-1) ?? 0) * oneMs;
    },
    percentile: (part) => (sorted()[Math.ceil((part / 100) * looks.length) - 1] ?? 2 ** 40) * oneMs,
    reset: () => {
      looks.length = 0;
    },
  };
}

/** Nothing happens between a reading and the next look. */
function sourcesOf(looks: number[]): EventLoopSources {
  return { histogram: holdLooks(looks), timeNextLook: () => undefined };
}

describe('the delay of the event loop', () => {
  it('is what lies beyond the time between two looks', () => {
    const read = measureEventLoop(sourcesOf([...Array.from({ length: 98 }, () => 6), 12, 45]));

    const seconds = new Map(read());

    expect(seconds.get('0.5')).toBeCloseTo(0.001);
    expect(seconds.get('0.99')).toBeCloseTo(0.007);
    expect(seconds.get('1')).toBeCloseTo(0.04);
  });

  it('is never less than nothing', () => {
    const read = measureEventLoop(sourcesOf([4.9]));

    expect(new Map(read()).get('1')).toBe(0);
  });

  it('begins anew after each reading, with nothing where nothing was measured', () => {
    const looks = [45];
    const read = measureEventLoop(sourcesOf(looks));
    read();

    expect(read()).toEqual([
      ['0.5', 0],
      ['0.99', 0],
      ['1', 0],
    ]);
    looks.push(7);
    expect(new Map(read()).get('1')).toBeCloseTo(0.002);
  });

  it('counts what follows a reading, which the histogram leaves out', () => {
    const told: ((seconds: number) => void)[] = [];
    const read = measureEventLoop({
      histogram: holdLooks([5]),
      timeNextLook: (tell) => told.push(tell),
    });
    read();
    told[0]?.(0.03);

    expect(new Map(read()).get('1')).toBe(0.03);
    expect(new Map(read()).get('1')).toBe(0);
  });

  it('is read at each scrape', async () => {
    const registry = new MetricsRegistry();
    registry.collectRuntime(measureEventLoop(sourcesOf([5, 45])));
    const name = 'postern_event_loop_delay_seconds';

    const first = await registry.scrape();
    const second = await registry.scrape();

    expect(first.body).toContain(`${name}{quantile="0.5"} 0\n`);
    expect(first.body).toContain(`${name}{quantile="1"} 0.04\n`);
    expect(second.body).toContain(`${name}{quantile="1"} 0\n`);
  });
});
