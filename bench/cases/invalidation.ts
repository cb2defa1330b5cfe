import { setTimeout as wait } from 'node:timers/promises';
import { envoyConfig } from '../../test/support/envoy-config.ts';
import { startEnvoy, type RunningEnvoy } from '../../test/support/envoy.ts';
import { startOwnRedis } from '../../test/support/redis.ts';
import { startUpstream } from '../../test/support/upstream.ts';
import type { Bench, BenchCase, CaseResult } from '../lib/bench-case.ts';
import { formatMs, formatWhole } from '../lib/format.ts';
import { importConsumers } from '../lib/import-consumers.ts';
import { startProvider } from '../lib/provider.ts';
import { startPostern, type Postern } from '../lib/servers.ts';
import { readLatency } from '../lib/statistics.ts';
import { adminToken } from '../lib/write-config.ts';

const sidecars = 3;
/** Others in the store beside the one that is changed. */
const consumers = 1000;
/** A change that is not seen by then is not seen. */
const patienceMs = 10_000;

/** What becomes of one change; milliseconds since it was sent. */
interface Change {
  readonly answered: number;
  /** The first changed decision, of each sidecar. */
  readonly seen: readonly number[];
}

/** How long a change of the Admin API takes until the last of three sidecars decides by it. */
export const invalidation: BenchCase = {
  name: 'invalidation',
  async run(bench) {
    const cleanUps: (() => Promise<unknown>)[] = [];
    const keep = <T extends { stop(): Promise<unknown> }>(thing: T): T => {
      cleanUps.unshift(() => thing.stop());
      return thing;
    };
    try {
      const provider = keep(await startProvider());
      const redis = keep(await startOwnRedis());
      const upstream = keep(await startUpstream());
      importConsumers(consumers, redis.url, provider.issuer);
      const posterns: Postern[] = [];
      const envoys: RunningEnvoy[] = [];
      for (let count = 0; count < sidecars; count += 1) {
        const settings = { core: null, issuer: provider.issuer, store: storeOf(redis.url) };
        const admin = count === 0 ? ({ admin: 'beside' } as const) : {};
        const postern = keep(await startPostern({ ...settings, ...admin }));
        const authz = { port: Number(postern.address.split(':').at(-1)) };
        const config = envoyConfig({ authz, upstreamPort: upstream.port });
        envoys.push(keep(await startEnvoy({ config })));
        posterns.push(postern);
      }
      const token = await provider.signToken(7, 3600);
      return report(await changeOften(bench, posterns[0]?.admin ?? '', envoys, token));
    } finally {
      for (const cleanUp of cleanUps) await cleanUp();
    }
  },
};

/** So patient that nothing but an invalidation can end what is cached. */
function storeOf(url: string): object {
  return { redis: { url, max_staleness: '10m' } };
}

async function changeOften(
  bench: Bench,
  admin: string,
  envoys: readonly RunningEnvoy[],
  token: string,
): Promise<readonly Change[]> {
  const registration = await findRegistration(admin, 'app-00000007');
  const changes: Change[] = [];
  const rounds = bench.quick ? 10 : 150;
  bench.say(`${String(2 * rounds)} changes`);
  for (let round = 0; round < rounds; round += 1) {
    for (const [status, wanted] of [
      ['revoked', 403],
      ['approved', 200],
    ] as const) {
      const sentAt = performance.now();
      const since = () => performance.now() - sentAt;
      const seen = envoys.map((envoy) => untilStatus(envoy, token, wanted, since));
      await ask(`${admin}${registration}`, { method: 'PATCH', body: JSON.stringify({ status }) });
      const answered = since();
      changes.push({ answered, seen: await Promise.all(seen) });
    }
  }
  return changes;
}

/** Asks every other millisecond; gives when it was first answered so. */
async function untilStatus(
  { port }: RunningEnvoy,
  token: string,
  wanted: number,
  since: () => number,
): Promise<number> {
  const headers = { authorization: `Bearer ${token}` };
  while (since() < patienceMs) {
    const response = await fetch(`http://127.0.0.1:${String(port)}/`, { headers });
    await response.arrayBuffer();
    if (response.status === wanted) return since();
    await wait(1);
  }
  return Number.POSITIVE_INFINITY;
}

async function findRegistration(admin: string, customId: string): Promise<string> {
  const found = await ask(`${admin}/consumers?custom_id=${customId}`, {});
  const [consumer] = found.data as readonly { readonly username: string }[];
  const listed = await ask(`${admin}/registrations?consumer=${consumer?.username ?? ''}`, {});
  const [registration] = listed.data as readonly { readonly id: string }[];
  if (registration === undefined) throw new Error(`${customId} is not registered`);
  return `/registrations/${registration.id}`;
}

async function ask(url: string, init: RequestInit): Promise<{ readonly data?: unknown }> {
  const headers = { 'kong-admin-token': adminToken, 'content-type': 'application/json' };
  const response = await fetch(url, { ...init, headers });
  if (!response.ok) throw new Error(`${url}: ${String(response.status)}`);
  return (await response.json()) as { readonly data?: unknown };
}

function report(changes: readonly Change[]): CaseResult {
  const after = (pick: (...times: number[]) => number) =>
    readLatency(changes.map(({ answered, seen }) => Math.max(0, pick(...seen) - answered)));
  const slowest = after(Math.max);
  const rows = [
    ['the Admin API answers', readLatency(changes.map(({ answered }) => answered))] as const,
    ['after that, the first sidecar decides by it', after(Math.min)] as const,
    ['after that, all sidecars do', slowest] as const,
  ];
  const bar = (what: string, limit: number, measured: number) => ({
    what,
    limit,
    measured,
    unit: ' ms',
  });
  return {
    title: 'A change of the Admin API, until three sidecars decide by it',
    tables: [
      {
        head: ['ms', 'median', 'p99', 'longest'],
        rows: rows.map(([name, { p50, p99, max }]) => [name, ...[p50, p99, max].map(formatMs)]),
      },
    ],
    bars: [
      bar('from the answer to the slowest sidecar, median', 50, slowest.p50),
      bar('from the answer to the slowest sidecar, longest', 1000, slowest.max),
    ],
    notes: [
      `${formatWhole(changes.length)} changes, a registration revoked and approved by turns; ${String(sidecars)} sidecars, each behind an Envoy that is asked every other millisecond; one of them has the Admin API; a Redis with ${formatWhole(consumers)} Consumers.`,
      'Cached tokens and Consumers; `max_staleness` of ten minutes, so that only an invalidation can end what is cached.',
    ],
  };
}
