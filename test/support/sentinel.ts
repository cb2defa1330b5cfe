import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startOwnRedis, type OwnRedis } from './redis.ts';

/** A Sentinel that promotes the replica of its master soon after the master is gone. */
export interface TestSentinel {
  readonly port: number;
  /** Waits until it knows a replica that it could promote. */
  knowsReplica(): Promise<void>;
  stop(): Promise<void>;
}

/** Name of the master group. */
export const masterName = 'main';

/** It asks its master about replicas every 10 s. */
const limitMs = 60_000;

export async function startSentinel(masterPort: number): Promise<TestSentinel> {
  const directory = await mkdtemp(join(tmpdir(), 'postern-sentinel-'));
  const file = join(directory, 'sentinel.conf');
  const settings = [
    `sentinel monitor ${masterName} 127.0.0.1 ${String(masterPort)} 1`,
    `sentinel down-after-milliseconds ${masterName} 500`,
    `sentinel failover-timeout ${masterName} 2000`,
  ];
  await writeFile(file, `${settings.join('\n')}\n`);
  const sentinel = await startOwnRedis({
    command: (port) => [file, '--sentinel', '--port', String(port)],
  });
  return {
    port: sentinel.port,
    async knowsReplica() {
      const limit = AbortSignal.timeout(limitMs);
      while (!(await countsReplica(sentinel))) {
        if (limit.aborted) throw new Error('the Sentinel hears of no replica');
        await delay(20);
      }
    },
    async stop() {
      await sentinel.stop();
      await rm(directory, { recursive: true });
    },
  };
}

async function countsReplica({ client }: OwnRedis): Promise<boolean> {
  const reply = (await client.call('SENTINEL', 'MASTER', masterName)) as string[];
  return Number(reply[reply.indexOf('num-slaves') + 1]) > 0;
}
