import { Agent, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { numberText } from './credentials.ts';
import { readLatency } from './statistics.ts';
import type { Latency } from '../drive/load.ts';
import { adminToken } from './write-config.ts';

export interface WriteLoad {
  /** `http://host:port` of an Admin API. */
  readonly admin: string;
  readonly perSecond: number;
  readonly ms: number;
  /** Numbers of the Consumers that are written; each write takes the next one. */
  readonly from: number;
  readonly count: number;
}

export interface WriteResult {
  readonly writes: number;
  readonly failed: number;
  readonly seconds: number;
  readonly latency: Latency;
}

/**
 * Writes through the Admin API at a rate, whatever the answers do: tags of one Consumer after the
 * other, so that each is a change with its audit entry. Latency counts from when a write was due.
 */
export async function runWrites({
  admin,
  perSecond,
  ms,
  from,
  count,
}: WriteLoad): Promise<WriteResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  const times: number[] = [];
  let failed = 0;
  const write = async (index: number, dueMs: number): Promise<void> => {
    const username = `application-${numberText(from + (index % count))}`;
    const status = await patch(agent, `${admin}/consumers/${username}`, {
      tags: ['bench', `turn-${String(index)}`],
    }).catch(() => 0);
    times.push(performance.now() - dueMs);
    if (status !== 200) failed += 1;
  };
  const startedMs = performance.now();
  const total = Math.round((ms / 1000) * perSecond);
  const under: Promise<void>[] = [];
  for (let index = 0; index < total; index += 1) {
    const dueMs = startedMs + (index * 1000) / perSecond;
    const early = dueMs - performance.now();
    if (early > 1) await wait(early);
    under.push(write(index, dueMs));
  }
  await Promise.all(under);
  const seconds = (performance.now() - startedMs) / 1000;
  agent.destroy();
  return { writes: total, failed, seconds, latency: readLatency(times) };
}

function patch(agent: Agent, url: string, body: object): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${adminToken}`,
      'content-type': 'application/json',
    };
    const sent = request(url, { method: 'PATCH', agent, headers }, (response) => {
      response.resume();
      response.on('end', () => {
        resolve(response.statusCode ?? 0);
      });
    });
    sent.on('error', reject);
    sent.end(JSON.stringify(body));
  });
}
