import type { Bench, BenchCase, CaseResult, Table } from '../lib/bench-case.ts';
import { writeConsumersYaml } from '../lib/consumers.ts';
import { formatMs, formatShare, formatSpread, formatWhole } from '../lib/format.ts';
import { atRate, repeatToken, saturate, type LoadBase } from '../lib/loads.ts';
import { measureCost, type Cost } from '../lib/measure.ts';
import { opaqueToken, startProvider, type Provider } from '../lib/provider.ts';
import { startBare, startPostern, type Target } from '../lib/servers.ts';
import { median, spread } from '../lib/statistics.ts';

const perSecond = 2000;
const unauthenticated = 16;

/** One row of the comparison: requests of one kind to one server. */
interface Subject {
  readonly name: string;
  readonly target: Target;
  readonly load: LoadBase;
  readonly saturated: Cost[];
  readonly steady: Cost[];
}

/** What an allow costs when the token is known, against a server that judges nothing. */
export const cachedAllow: BenchCase = {
  name: 'cached-allow',
  async run(bench) {
    const provider = await startProvider();
    const bare = await startBare(bench.pinning.server);
    const postern = await startPostern({
      core: bench.pinning.server,
      issuer: provider.issuer,
      store: { file: { path: 'consumers.yaml' } },
      consumers: writeConsumersYaml(100),
    });
    try {
      return await compare(bench, await listSubjects(bare, postern, provider), provider);
    } finally {
      await postern.stop();
      await bare.stop();
      await provider.stop();
    }
  },
};

async function listSubjects(
  bare: Target,
  postern: Target,
  provider: Provider,
): Promise<readonly Subject[]> {
  const jwt = await provider.signToken(7, 3600);
  const opaque = opaqueToken('good', 7);
  const subject = (name: string, target: Target, load: LoadBase): Subject => ({
    ...{ name, target, load },
    saturated: [],
    steady: [],
  });
  return [
    subject('bare grpc-js', bare, repeatToken(bare.address, jwt)),
    subject('JWT cached', postern, repeatToken(postern.address, jwt)),
    subject('opaque cached', postern, repeatToken(postern.address, opaque)),
    subject('no credential', postern, repeatToken(postern.address, null, [unauthenticated])),
  ];
}

async function compare(
  bench: Bench,
  subjects: readonly Subject[],
  provider: Provider,
): Promise<CaseResult> {
  const rounds = bench.quick ? 3 : 9;
  const ms = bench.quick ? 1000 : 3000;
  bench.say('warm-up');
  for (let turn = 0; turn < 2; turn += 1) {
    for (const { target, load } of subjects) {
      await measureCost(bench.driver, target, saturate(load, ms * 1.5));
    }
  }
  const callsBefore = provider.calls();
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
  return report(subjects, provider.calls() - callsBefore);
}

function report(subjects: readonly Subject[], calls: number): CaseResult {
  const [bare, jwt, opaque] = subjects;
  if (bare === undefined || jwt === undefined || opaque === undefined) throw new Error('no rows');
  return {
    title: 'A known token: CPU per request against a bare grpc-js server',
    tables: [
      tabulate('at saturation', subjects, (subject) => subject.saturated),
      tabulate(`at ${formatWhole(perSecond)}/s`, subjects, (subject) => subject.steady),
      {
        head: ['resident memory after all rounds', 'MB'],
        rows: [bare, jwt].map(({ name, target }) => [
          name === jwt.name ? 'Postern' : name,
          formatWhole(target.process.residentMegabytes()),
        ]),
      },
    ],
    bars: [
      ...[jwt, opaque].map((subject) => ({
        what: `${subject.name}: CPU per request at saturation`,
        limit: 2,
        measured: median(ratios(subject.saturated, bare.saturated)),
        unit: ' × bare',
      })),
      { what: 'provider calls for known tokens', limit: 0, measured: calls, unit: '' },
    ],
    notes: [
      'Each ratio is of one round; the table has the median of the rounds and, in brackets, the least and the most.',
      '`waited`: share of the time for which the server wanted its core and something else had it; where it is large, latencies are the machine’s.',
      'Every answer was decoded or compared with a decoded one; the log is on, at its defaults.',
    ],
  };
}

function tabulate(
  when: string,
  subjects: readonly Subject[],
  select: (subject: Subject) => readonly Cost[],
): Table {
  const [bare] = subjects;
  const rows = subjects.map((subject) => {
    const costs = select(subject);
    const middle = (read: (cost: Cost) => number) => median(costs.map(read));
    return [
      subject.name,
      formatSpread(spread(ratios(costs, bare === undefined ? [] : select(bare)))),
      formatWhole(middle((cost) => cost.cpuMicros)),
      formatWhole(middle((cost) => cost.perSecond)),
      formatMs(middle((cost) => cost.latency.p50)),
      formatMs(middle((cost) => cost.latency.p99)),
      formatMs(middle((cost) => cost.latency.p999)),
      formatShare(middle((cost) => cost.waited)),
    ];
  });
  const head = [
    when,
    'CPU × bare',
    'CPU µs',
    'requests/s',
    'p50 ms',
    'p99 ms',
    'p99.9 ms',
    'waited',
  ];
  return { head, rows };
}

function ratios(costs: readonly Cost[], floor: readonly Cost[]): readonly number[] {
  return costs.map((cost, round) => cost.cpuMicros / (floor[round]?.cpuMicros ?? Number.NaN));
}
