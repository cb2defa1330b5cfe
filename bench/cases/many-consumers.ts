import { startOwnRedis, type OwnRedis } from '../../test/support/redis.ts';
import type { Bench, BenchCase, CaseResult } from '../lib/bench-case.ts';
import { formatWhole } from '../lib/format.ts';
import { importConsumers } from '../lib/import-consumers.ts';
import { callTimes, countTokens } from '../lib/loads.ts';
import { measureCost } from '../lib/measure.ts';
import { startProvider, type Provider } from '../lib/provider.ts';
import { startPostern } from '../lib/servers.ts';
import { adminToken } from '../lib/write-config.ts';

/** Applications that are seen for the first time. */
const lookUps = 5000;

interface Size {
  readonly count: number;
  readonly importSeconds: number;
  /** Commands that Redis answered for each application that was seen for the first time. */
  readonly getsEach: number;
  readonly redisMicrosPerGet: number;
  readonly cpuMicros: number;
  readonly walk: Walk;
  readonly redisMegabytes: number;
}

interface Walk {
  readonly seconds: number;
  readonly seen: number;
  /** Resident memory after the walk less before it. */
  readonly grownMegabytes: number;
}

/** Whether it matters how many Consumers there are. */
export const manyConsumers: BenchCase = {
  name: 'many-consumers',
  async run(bench) {
    const provider = await startProvider();
    try {
      const sizes: Size[] = [];
      const counts = bench.quick ? [5000, 20_000] : [10_000, 100_000, 1_000_000];
      for (const count of counts) sizes.push(await measureSize(bench, provider, count));
      return report(sizes);
    } finally {
      await provider.stop();
    }
  },
};

async function measureSize(bench: Bench, provider: Provider, count: number): Promise<Size> {
  const redis = await startOwnRedis();
  try {
    bench.say(`import of ${formatWhole(count)} Consumers`);
    const importSeconds = importConsumers(count, redis.url, provider.issuer);
    return { count, importSeconds, ...(await measureStore(bench, provider, redis)) };
  } finally {
    await redis.stop();
  }
}

async function measureStore(bench: Bench, provider: Provider, redis: OwnRedis) {
  const postern = await startPostern({
    core: bench.pinning.server,
    issuer: provider.issuer,
    store: { redis: { url: redis.url } },
    admin: 'beside',
  });
  try {
    bench.say('look-ups');
    const before = await readGets(redis);
    const load = countTokens(postern.address, 'good', { count: lookUps });
    const cost = await measureCost(bench.driver, postern, callTimes(load, lookUps, 32));
    const after = await readGets(redis);
    const gets = after.calls - before.calls;
    bench.say('pages');
    const walk = await walkConsumers(postern.admin ?? '', () =>
      postern.process.residentMegabytes(),
    );
    return {
      getsEach: gets / lookUps,
      redisMicrosPerGet: (after.micros - before.micros) / gets,
      cpuMicros: cost.cpuMicros,
      walk,
      redisMegabytes:
        Number(/used_memory:(\d+)/.exec(await redis.client.info('memory'))?.[1]) / 1e6,
    };
  } finally {
    await postern.stop();
  }
}

async function readGets(redis: OwnRedis): Promise<{ calls: number; micros: number }> {
  const line = /cmdstat_get:calls=(\d+),usec=(\d+)/.exec(await redis.client.info('commandstats'));
  return { calls: Number(line?.[1] ?? 0), micros: Number(line?.[2] ?? 0) };
}

/** Reads all Consumers, page by page, and keeps none. */
async function walkConsumers(admin: string, resident: () => number): Promise<Walk> {
  const headers = { authorization: `Bearer ${adminToken}` };
  const startedMs = performance.now();
  const before = resident();
  let most = before;
  let seen = 0;
  let next: string | null = '/consumers?size=1000';
  while (next !== null) {
    const response: Response = await fetch(new URL(next, admin), { headers });
    const page = (await response.json()) as { data: readonly unknown[]; next: string | null };
    seen += page.data.length;
    most = Math.max(most, resident());
    next = page.next;
  }
  const seconds = (performance.now() - startedMs) / 1000;
  return { seconds, seen, grownMegabytes: most - before };
}

function report(sizes: readonly Size[]): CaseResult {
  const [first] = sizes;
  const last = sizes.at(-1);
  if (first === undefined || last === undefined) throw new Error('no sizes');
  const middle = sizes.find(({ count }) => count === 100_000) ?? last;
  const missed = sizes.reduce((sum, { count, walk }) => sum + Math.abs(count - walk.seen), 0);
  return {
    title: 'How many Consumers there are',
    tables: [
      {
        head: [
          'Consumers in Redis',
          'import, s',
          'Consumers/s',
          'Redis, MB',
          'GETs per first sight',
          'Redis µs per GET',
          'CPU µs per first sight',
          'walk of all pages, s',
          'memory grown by it, MB',
        ],
        rows: sizes.map((size) => [
          formatWhole(size.count),
          size.importSeconds.toFixed(1),
          formatWhole(size.count / size.importSeconds),
          formatWhole(size.redisMegabytes),
          size.getsEach.toFixed(2),
          size.redisMicrosPerGet.toFixed(1),
          formatWhole(size.cpuMicros),
          size.walk.seconds.toFixed(1),
          formatWhole(size.walk.grownMegabytes),
        ]),
      },
    ],
    bars: [
      {
        what: `import of ${formatWhole(middle.count)} Consumers`,
        limit: 60,
        measured: middle.importSeconds,
        unit: ' s',
      },
      {
        what: `GETs for an application that is new to a sidecar, of ${formatWhole(last.count)}`,
        // Twice a second a sidecar asks for the revision of the revocations as well.
        limit: 1.05,
        measured: last.getsEach,
        unit: '',
      },
      {
        what: `CPU of its first request, ${formatWhole(last.count)} against ${formatWhole(first.count)} Consumers`,
        limit: 1.25,
        measured: last.cpuMicros / first.cpuMicros,
        unit: ' ×',
      },
      {
        what: `memory grown while paging through ${formatWhole(last.count)} against ${formatWhole(middle.count)}`,
        limit: 1.5,
        measured: last.walk.grownMegabytes / middle.walk.grownMegabytes,
        unit: ' ×',
      },
      { what: 'Consumers missed or doubled by paging', limit: 0, measured: missed, unit: '' },
    ],
    notes: [
      'A first sight is a token and an application that the sidecar has not met: one introspection and one look-up.',
      'The import is from JSON lines by `postern import`, process start included; pages are of 1,000.',
    ],
  };
}
