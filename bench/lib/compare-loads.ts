import type { Bench, Table } from './bench-case.ts';
import { formatMs, formatShare, formatSpread, formatWhole } from './format.ts';
import { atRate, saturate, type LoadBase } from './loads.ts';
import { measureCost, type Cost } from './measure.ts';
import type { Target } from './servers.ts';
import { median, spread } from './statistics.ts';

const perSecond = 2000;

/** One row of a comparison: requests of one kind to one server, and what each round of them cost. */
export interface Subject {
  readonly name: string;
  readonly target: Target;
  readonly load: LoadBase;
  readonly saturated: Cost[];
  readonly steady: Cost[];
}

export function describeSubject(name: string, target: Target, load: LoadBase): Subject {
  return { name, target, load, saturated: [], steady: [] };
}

/** Sends every load long enough for the compiler to have seen all of it. */
export async function warmUp(bench: Bench, subjects: readonly Subject[]): Promise<void> {
  bench.say('warm-up');
  for (let turn = 0; turn < 2; turn += 1) {
    for (const { target, load } of subjects) {
      await measureCost(bench.driver, target, saturate(load, roundMs(bench) * 1.5));
    }
  }
}

/** Measures the subjects in turns, at saturation and at a fixed rate; the order turns each round. */
export async function compareLoads(bench: Bench, subjects: readonly Subject[]): Promise<void> {
  const rounds = bench.quick ? 3 : 9;
  const ms = roundMs(bench);
  for (let round = 0; round < rounds; round += 1) {
    bench.say(`round ${String(round + 1)} of ${String(rounds)}`);
    const order = round % 2 === 0 ? subjects : subjects.toReversed();
    for (const { target, load, saturated } of order) {
      saturated.push(await measureCost(bench.driver, target, saturate(load, ms)));
    }
    for (const { target, load, steady } of order) {
      steady.push(await measureCost(bench.driver, target, atRate(load, ms, perSecond, round)));
    }
  }
}

function roundMs({ quick }: Bench): number {
  return quick ? 1000 : 3000;
}

/** Two tables, at saturation and at the rate; `unit` names the floor of the ratios. */
export function tabulateCosts(
  subjects: readonly Subject[],
  floor: Subject,
  unit: string,
): readonly Table[] {
  return [
    tabulate(`at saturation`, subjects, floor, unit, ({ saturated }) => saturated),
    tabulate(`at ${formatWhole(perSecond)}/s`, subjects, floor, unit, ({ steady }) => steady),
  ];
}

function tabulate(
  when: string,
  subjects: readonly Subject[],
  floor: Subject,
  unit: string,
  select: (subject: Subject) => readonly Cost[],
): Table {
  const rows = subjects.map((subject) => {
    const costs = select(subject);
    const middle = (read: (cost: Cost) => number) => median(costs.map(read));
    return [
      subject.name,
      formatSpread(spread(ratios(costs, select(floor)))),
      formatWhole(middle((cost) => cost.cpuMicros)),
      formatWhole(middle((cost) => cost.perSecond)),
      formatMs(middle((cost) => cost.latency.p50)),
      formatMs(middle((cost) => cost.latency.p99)),
      formatMs(middle((cost) => cost.latency.p999)),
      formatShare(middle((cost) => cost.waited)),
    ];
  });
  const columns = ['CPU µs', 'requests/s', 'p50 ms', 'p99 ms', 'p99.9 ms', 'waited'];
  return { head: [when, `CPU ${unit}`, ...columns], rows };
}

/** Median over the rounds of what a request costs at saturation, as a multiple of the floor's. */
export function saturatedRatio({ saturated }: Subject, floor: Subject): number {
  return median(ratios(saturated, floor.saturated));
}

/** The same at the rate. */
export function steadyRatio({ steady }: Subject, floor: Subject): number {
  return median(ratios(steady, floor.steady));
}

/** Median over the rounds of the 99th percentile of the latency at the rate, as a multiple of the floor's. */
export function tailRatio({ steady }: Subject, floor: Subject): number {
  return median(
    steady.map(
      ({ latency }, round) => latency.p99 / (floor.steady[round]?.latency.p99 ?? Number.NaN),
    ),
  );
}

function ratios(costs: readonly Cost[], floor: readonly Cost[]): readonly number[] {
  return costs.map((cost, round) => cost.cpuMicros / (floor[round]?.cpuMicros ?? Number.NaN));
}

/** How such tables came about. */
export const comparisonNotes: readonly string[] = [
  'Each ratio is of one round; the table has the median of the rounds and, in brackets, the least and the most.',
  '`waited`: share of the time for which the server wanted its core and something else had it; where it is large, latencies are the machine’s.',
  'Every answer was decoded or compared with a decoded one; the log is on, at its defaults.',
];
