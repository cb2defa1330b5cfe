import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findFreePort } from './ports.ts';
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

export async function startSentinel(masterPort: number): Promise<TestSentinel> {
  const directory = await mkdtemp(join(tmpdir(), 'postern-sentinel-'));
  const port = await findFreePort();
  const file = join(directory, 'sentinel.conf');
  const settings = [
    `port ${String(port)}`,
    `sentinel monitor ${masterName} 127.0.0.1 ${String(masterPort)} 1`,
    `sentinel down-after-milliseconds ${masterName} 500`,
    `sentinel failover-timeout ${masterName} 2000`,
  ];
  await writeFile(file, `${settings.join('\n')}\n`);
  const sentinel = await startOwnRedis({ port, command: [file, '--sentinel'] });
  return {
    port,
    async knowsReplica() {
      while (!(await countsReplica(sentinel))) await delay(20);
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
