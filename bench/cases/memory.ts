import { findFreePort } from '../../test/support/ports.ts';
import { startOwnRedis } from '../../test/support/redis.ts';
import type { Bench, BenchCase, CaseResult } from '../lib/bench-case.ts';
import { collectGarbage } from '../lib/collect-garbage.ts';
import { formatWhole } from '../lib/format.ts';
import { importConsumers } from '../lib/import-consumers.ts';
import { callTimes, countTokens, repeatToken, saturate } from '../lib/loads.ts';
import { makeUpTokens } from '../lib/made-up-tokens.ts';
import { runChecked } from '../lib/measure.ts';
import { startProvider, type Provider } from '../lib/provider.ts';
import { startPostern, type Postern } from '../lib/servers.ts';

/** Below the cap of calls to the provider, so that none of a good token's is turned away. */
const inFlight = 48;

interface Parts {
  readonly bench: Bench;
  readonly provider: Provider;
  readonly postern: Postern;
  readonly inspector: number;
  /** Tokens, and Consumers in Redis. */
  readonly count: number;
}

/** What is kept of tokens and Consumers that were seen, and that made-up tokens leave no trace. */
export const memory: BenchCase = {
  name: 'memory',
  async run(bench) {
    const count = bench.quick ? 5000 : 100_000;
    const provider = await startProvider();
    const redis = await startOwnRedis();
    try {
      bench.say(`import of ${formatWhole(count)} Consumers`);
      const importSeconds = importConsumers(count, redis.url, provider.issuer);
      const inspector = await findFreePort();
      const postern = await startPostern({
        core: bench.pinning.server,
        issuer: provider.issuer,
        store: { redis: { url: redis.url } },
        flags: [`--inspect=127.0.0.1:${String(inspector)}`],
      });
      try {
        const parts = { bench, provider, postern, inspector, count };
        return report(count, importSeconds, await fill(parts), await flood(parts));
      } finally {
        await postern.stop();
      }
    } finally {
      await redis.stop();
      await provider.stop();
    }
  },
};

/** Resident memory in MB, as it is and after garbage was collected, and what of it is V8's heap. */
interface Resident {
  readonly asIs: number;
  readonly collected: number;
  readonly heap: number;
}

async function readResident({ postern, inspector }: Parts): Promise<Resident> {
  const asIs = postern.process.residentMegabytes();
  const heap = (await collectGarbage(inspector)) / 1e6;
  return { asIs, collected: postern.process.residentMegabytes(), heap };
}

interface Filled {
  readonly before: Resident;
  readonly after: Resident;
  readonly seconds: number;
  /** Calls to the provider when every token came a second time. */
  readonly callsAgain: number;
}

async function fill(parts: Parts): Promise<Filled> {
  const { bench, provider, postern, count } = parts;
  const { driver } = bench;
  const good = (tokens: number) => countTokens(postern.address, 'good', { count: tokens });
  bench.say('warm-up');
  const jwt = await provider.signToken(7, 3600);
  const ms = bench.quick ? 1000 : 6000;
  await runChecked(driver, callTimes(good(100), 1000, inFlight));
  await runChecked(driver, saturate(repeatToken(postern.address, jwt), ms));
  await runChecked(driver, saturate(good(100), ms));
  const before = await readResident(parts);

  bench.say(`${formatWhole(count)} tokens of as many Consumers`);
  const { seconds } = await runChecked(driver, callTimes(good(count), count, inFlight, 600_000));
  const after = await readResident(parts);
  return { before, after, seconds, callsAgain: await countCallsAgain(parts) };
}

async function countCallsAgain({ bench, provider, postern, count }: Parts): Promise<number> {
  const before = provider.calls();
  const again = countTokens(postern.address, 'good', { count });
  await runChecked(bench.driver, callTimes(again, count, inFlight));
  return provider.calls() - before;
}

interface Flooded {
  readonly before: Resident;
  readonly after: Resident;
  readonly sent: readonly {
    readonly name: string;
    readonly calls: number;
    readonly seconds: number;
  }[];
  readonly callsAgain: number;
}

async function flood(parts: Parts): Promise<Flooded> {
  const { bench, provider, postern } = parts;
  const before = await readResident(parts);
  const sent = [];
  for (const { name, load } of await makeUpTokens(
    postern.address,
    provider,
    bench.quick ? 0.01 : 1,
  )) {
    bench.say(`made-up tokens: ${name}`);
    const { calls, seconds } = await runChecked(bench.driver, load);
    sent.push({ name, calls, seconds });
  }
  const after = await readResident(parts);
  return { before, after, sent, callsAgain: await countCallsAgain(parts) };
}

function report(
  count: number,
  importSeconds: number,
  filled: Filled,
  flooded: Flooded,
): CaseResult {
  const row = (name: string, { asIs, collected, heap }: Resident) => [
    name,
    formatWhole(asIs),
    formatWhole(collected),
    formatWhole(heap),
  ];
  const made = flooded.sent.reduce((sum, { calls }) => sum + calls, 0);
  return {
    title: 'What is remembered of tokens and Consumers',
    tables: [
      {
        head: ['resident, MB', 'as it is', 'garbage collected', 'of it V8 heap'],
        rows: [
          row('after warm-up', filled.before),
          row(`with ${formatWhole(count)} tokens and Consumers`, filled.after),
          row('all of them asked again', flooded.before),
          row(`after ${formatWhole(made)} made-up tokens`, flooded.after),
        ],
      },
      {
        head: ['made-up tokens, each sent once', 'sent', 'per second'],
        rows: flooded.sent.map(({ name, calls, seconds }) => [
          name,
          formatWhole(calls),
          formatWhole(calls / seconds),
        ]),
      },
    ],
    bars: listBars(count, filled, flooded, made),
    notes: [
      `${formatWhole(count)} opaque tokens were introspected in ${filled.seconds.toFixed(0)} s, each for a Consumer of its own in Redis.`,
      `\`postern import\` of these Consumers from JSON lines took ${importSeconds.toFixed(1)} s.`,
      'The bars compare memory after a collection, which the inspector triggers: what V8 has not cleaned up yet is no cache.',
    ],
  };
}

function listBars(count: number, filled: Filled, flooded: Flooded, made: number) {
  return [
    {
      what: `added by ${formatWhole(count)} tokens and ${formatWhole(count)} Consumers`,
      limit: 200,
      measured: filled.after.collected - filled.before.collected,
      unit: ' MB',
    },
    {
      what: `added by ${formatWhole(made)} made-up tokens`,
      limit: 50,
      measured: flooded.after.collected - flooded.before.collected,
      unit: ' MB',
    },
    {
      what: 'provider calls when the good tokens come again: before, after made-up ones',
      limit: 0,
      measured: Math.max(filled.callsAgain, flooded.callsAgain),
      unit: '',
    },
  ];
}
