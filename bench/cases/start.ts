import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createCheckClient, type CheckClient } from '../../test/support/check-client.ts';
import type { Bench, BenchCase, CaseResult } from '../lib/bench-case.ts';
import { writeConsumersYaml } from '../lib/consumers.ts';
import { formatMs, formatShare } from '../lib/format.ts';
import { atRate, repeatToken, saturate, type LoadBase } from '../lib/loads.ts';
import { measureCost, runChecked, type Cost } from '../lib/measure.ts';
import { startProvider, type Provider } from '../lib/provider.ts';
import { startPostern, type Postern } from '../lib/servers.ts';
import { median } from '../lib/statistics.ts';

const consumers = 10_000;
const perSecond = 1000;
const windowMs = 6000;

/** From start to ready with a large file of Consumers, and what a reload of it does to requests. */
export const start: BenchCase = {
  name: 'start',
  async run(bench) {
    const provider = await startProvider();
    try {
      const seconds = await timeStarts(bench, provider);
      const postern = await open(bench, provider);
      try {
        return report(seconds, await watchReloads(bench, provider, postern));
      } finally {
        await postern.stop();
      }
    } finally {
      await provider.stop();
    }
  },
};

function open(bench: Bench, provider: Provider): Promise<Postern> {
  return startPostern({
    core: bench.pinning.server,
    issuer: provider.issuer,
    store: { file: { path: 'consumers.yaml' } },
    consumers: writeConsumersYaml(consumers),
  });
}

async function timeStarts(bench: Bench, provider: Provider): Promise<readonly number[]> {
  const seconds: number[] = [];
  for (let round = 0; round < (bench.quick ? 1 : 5); round += 1) {
    bench.say(`start ${String(round + 1)}`);
    const postern = await open(bench, provider);
    seconds.push(postern.startSeconds);
    await postern.stop();
  }
  return seconds;
}

interface Window {
  readonly calm: Cost;
  readonly reload: Cost;
  /** From the change of the file to the first answer from it. */
  readonly takenOverMs: number;
}

async function watchReloads(
  bench: Bench,
  provider: Provider,
  postern: Postern,
): Promise<readonly Window[]> {
  const token = await provider.signToken(7, 3600);
  const base = repeatToken(postern.address, token);
  const client = createCheckClient(postern.address);
  try {
    await runChecked(bench.driver, saturate(base, bench.quick ? 1000 : 4000));
    const windows: Window[] = [];
    for (let round = 0; round < (bench.quick ? 1 : 9); round += 1) {
      bench.say(`reload ${String(round + 1)}`);
      windows.push(await watchReload(bench, { base, client, token, postern, round }));
    }
    return windows;
  } finally {
    client.close();
  }
}

interface Reload {
  readonly base: LoadBase;
  readonly client: CheckClient;
  readonly token: string;
  readonly postern: Postern;
  readonly round: number;
}

async function watchReload(
  { driver }: Bench,
  { base, client, token, postern, round }: Reload,
): Promise<Window> {
  const steady = () => measureCost(driver, postern, atRate(base, windowMs, perSecond, round));
  const calm = await steady();
  const mark = `-${String(round)}`;
  const text = writeConsumersYaml(consumers, { mark });
  const during = steady();
  await wait(windowMs / 6);
  const changedMs = performance.now();
  replaceFile(join(postern.folder, 'consumers.yaml'), text);
  await untilUsername(client, token, mark);
  const takenOverMs = performance.now() - changedMs;
  return { calm, reload: await during, takenOverMs };
}

/** In one step, as people's tools do it. */
function replaceFile(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

/** Asks until an answer comes from the changed file. */
async function untilUsername(client: CheckClient, token: string, mark: string): Promise<void> {
  const until = performance.now() + 30_000;
  while (performance.now() < until) {
    const { headers } = await client.check({
      headers: { authorization: `Bearer ${token}` },
      contextExtensions: { service: 'orders' },
    });
    const changed = headers.some(
      ([name, value]) => name === 'x-consumer-username' && value.endsWith(mark),
    );
    if (changed) return;
    await wait(20);
  }
  throw new Error('the changed file was not taken over');
}

function report(seconds: readonly number[], windows: readonly Window[]): CaseResult {
  const middle = (read: (window: Window) => number) => median(windows.map(read));
  const row = (name: string, select: (window: Window) => Cost) => [
    name,
    ...(['p50', 'p99', 'p999', 'max'] as const).map((key) =>
      formatMs(middle((window) => select(window).latency[key])),
    ),
    formatShare(middle((window) => select(window).waited)),
  ];
  return {
    title: '10,000 Consumers in a YAML file: start and reload',
    tables: [
      {
        head: [`latency at ${String(perSecond)}/s, ms`, 'p50', 'p99', 'p99.9', 'longest', 'waited'],
        rows: [
          row('without a reload', ({ calm }) => calm),
          row('with a reload', ({ reload }) => reload),
        ],
      },
    ],
    bars: [
      { what: 'from start to ready', limit: 4, measured: median(seconds), unit: ' s' },
      {
        what: 'longest request with a reload, beyond the longest without',
        limit: 20,
        measured: middle(({ calm, reload }) => reload.latency.max - calm.latency.max),
        unit: ' ms',
      },
    ],
    notes: [
      `Medians of ${String(seconds.length)} starts and ${String(windows.length)} pairs of windows of ${String(windowMs / 1000)} s; starts ${seconds.map((value) => value.toFixed(2)).join(', ')} s.`,
      `The changed file answered after ${windows.map(({ takenOverMs }) => (takenOverMs / 1000).toFixed(2)).join(', ')} s.`,
      `Longest request of each pair, without and with: ${windows.map(({ calm, reload }) => `${formatMs(calm.latency.max)} / ${formatMs(reload.latency.max)}`).join(', ')} ms.`,
    ],
  };
}
