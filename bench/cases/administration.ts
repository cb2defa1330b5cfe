import { startOwnRedis } from '../../test/support/redis.ts';
import type { Bench, BenchCase, CaseResult } from '../lib/bench-case.ts';
import { formatMs, formatSpread, formatWhole } from '../lib/format.ts';
import { importConsumers } from '../lib/import-consumers.ts';
import { atRate, repeatToken, saturate, type LoadBase } from '../lib/loads.ts';
import { measureCost, runChecked, type Cost } from '../lib/measure.ts';
import { startProvider, type Provider } from '../lib/provider.ts';
import { startPostern, type Postern, type Target } from '../lib/servers.ts';
import { median, spread } from '../lib/statistics.ts';
import { runWrites, type WriteResult } from '../lib/write-load.ts';

const checksPerSecond = 2000;
const writesPerSecond = 500;
/** Their records are written; the one that is asked for is none of them. */
const consumers = 10_000;

/** One turn: what checks cost in a calm, what writes cost alone, and what both cost together. */
interface Round {
  readonly calm: Cost;
  readonly busy: Cost;
  /** CPU of the checks' server for the writes alone, microseconds a write; 0 where they run apart. */
  readonly writeMicros: number;
  readonly writes: WriteResult;
}

/** What 500 writes a second to the Admin API do to the checks that go on beside them. */
export const administration: BenchCase = {
  name: 'administration',
  async run(bench) {
    const provider = await startProvider();
    const redis = await startOwnRedis();
    try {
      importConsumers(consumers, redis.url, provider.issuer);
      const beside = await measureBeside(bench, provider, redis.url);
      const apart = await measureApart(bench, provider, redis.url);
      return report(beside, apart);
    } finally {
      await redis.stop();
      await provider.stop();
    }
  },
};

/** Checks and Admin API in one process. */
async function measureBeside(
  bench: Bench,
  provider: Provider,
  url: string,
): Promise<readonly Round[]> {
  const postern = await open(bench, provider, url, { admin: 'beside' });
  try {
    return await measureRounds(bench, provider, { checks: postern, admin: postern });
  } finally {
    await postern.stop();
  }
}

/** The Admin API in a process of its own, on the driver's core. */
async function measureApart(
  bench: Bench,
  provider: Provider,
  url: string,
): Promise<readonly Round[]> {
  const checks = await open(bench, provider, url, {});
  try {
    const admin = await open(bench, provider, url, { admin: 'only', core: bench.pinning.driver });
    try {
      return await measureRounds(bench, provider, { checks, admin });
    } finally {
      await admin.stop();
    }
  } finally {
    await checks.stop();
  }
}

function open(
  bench: Bench,
  { issuer }: Provider,
  url: string,
  more: { readonly admin?: 'beside' | 'only'; readonly core?: number | null },
): Promise<Postern> {
  return startPostern({ core: bench.pinning.server, issuer, store: { redis: { url } }, ...more });
}

interface Servers {
  readonly checks: Target;
  readonly admin: Postern;
}

async function measureRounds(
  bench: Bench,
  provider: Provider,
  servers: Servers,
): Promise<readonly Round[]> {
  const token = await provider.signToken(consumers - 1, 3600);
  const base = repeatToken(servers.checks.address, token);
  await runChecked(bench.driver, saturate(base, bench.quick ? 1000 : 4000));
  await writeFor(servers.admin, bench.quick ? 1000 : 3000);
  const rounds: Round[] = [];
  for (let round = 0; round < (bench.quick ? 2 : 7); round += 1) {
    bench.say(
      `${servers.admin === servers.checks ? 'beside' : 'apart'}, round ${String(round + 1)}`,
    );
    rounds.push(await measureRound(bench, servers, base, round));
  }
  return rounds;
}

async function measureRound(
  { driver, quick }: Bench,
  { checks, admin }: Servers,
  base: LoadBase,
  round: number,
): Promise<Round> {
  const ms = quick ? 1000 : 4000;
  const steady = () => measureCost(driver, checks, atRate(base, ms, checksPerSecond, round));
  const calm = await steady();
  const before = checks.process.cpuSeconds();
  const alone = await writeFor(admin, ms);
  const writeMicros = ((checks.process.cpuSeconds() - before) / alone.writes) * 1e6;
  const [busy, writes] = await Promise.all([steady(), writeFor(admin, ms)]);
  return { calm, busy, writeMicros, writes };
}

async function writeFor({ admin }: Postern, ms: number): Promise<WriteResult> {
  if (admin === null) throw new Error('no Admin API');
  const load = { admin, perSecond: writesPerSecond, ms, from: 0, count: consumers - 1 };
  const result = await runWrites(load);
  if (result.failed > 0) throw new Error(`${String(result.failed)} writes failed`);
  return result;
}

/** CPU per check beside writes, less what the writes cost by themselves, against the calm. */
function cpuRatio({ calm, busy, writeMicros, writes }: Round): number {
  const checksSeconds = busy.perSecond;
  const writesShare = (writes.writes / writes.seconds / checksSeconds) * writeMicros;
  return (busy.cpuMicros - writesShare) / calm.cpuMicros;
}

function report(beside: readonly Round[], apart: readonly Round[]): CaseResult {
  const middle = (rounds: readonly Round[], read: (round: Round) => number) =>
    median(rounds.map(read));
  const p99Ratio = ({ calm, busy }: Round) => busy.latency.p99 / calm.latency.p99;
  const row = (name: string, rounds: readonly Round[]) => [
    name,
    formatSpread(spread(rounds.map(cpuRatio))),
    formatSpread(spread(rounds.map(p99Ratio))),
    formatMs(middle(rounds, ({ calm }) => calm.latency.p99)),
    formatMs(middle(rounds, ({ busy }) => busy.latency.p99)),
    formatWhole(middle(rounds, ({ writeMicros }) => writeMicros)),
    formatWhole(middle(rounds, ({ writes }) => writes.writes / writes.seconds)),
    formatMs(middle(rounds, ({ writes }) => writes.latency.p50)),
    formatMs(middle(rounds, ({ writes }) => writes.latency.p99)),
  ];
  const bars = (name: string, rounds: readonly Round[]) => [
    {
      what: `CPU of a check beside ${String(writesPerSecond)} writes a second, ${name}`,
      limit: 1.1,
      measured: middle(rounds, cpuRatio),
      unit: ' × calm',
    },
    {
      what: `p99 of checks beside the writes, ${name}`,
      limit: 2,
      measured: middle(rounds, p99Ratio),
      unit: ' × calm',
    },
  ];
  return {
    title: 'Writes to the Admin API beside checks',
    tables: [
      {
        head: [
          `${formatWhole(checksPerSecond)} checks/s, ${String(writesPerSecond)} writes/s`,
          'CPU of a check',
          'p99 of checks',
          'p99 calm, ms',
          'p99 busy, ms',
          'CPU of a write here, µs',
          'writes/s',
          'write p50, ms',
          'write p99, ms',
        ],
        rows: [row('Admin API in the same process', beside), row('`--only admin` apart', apart)],
      },
    ],
    bars: [...bars('same process', beside), ...bars('apart', apart)],
    notes: [
      'Ratios are of one round against its own calm; CPU of a check is what is left after what the same writes cost the process without any check.',
      'Every write changes the tags of another Consumer and has its audit entry; Redis, the driver and the Admin API that runs apart share the other core.',
    ],
  };
}
