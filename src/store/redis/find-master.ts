import { Cluster } from 'ioredis';
import type { RedisClient } from './client.ts';
import type { HostPort } from './connection-options.ts';
import type { RedisKeys } from './keys.ts';

/** The Cluster node that all our keys lie on; null where there is no Cluster. */
export async function findMaster(client: RedisClient, keys: RedisKeys): Promise<HostPort | null> {
  if (!(client instanceof Cluster)) return null;
  const slot = await client.cluster('KEYSLOT', keys.members);
  const address = client.slots[slot]?.[0];
  const parts = address === undefined ? null : /^(.*):(\d+)$/.exec(address);
  if (parts === null) throw new Error('no node of the Cluster holds the slot');
  return { host: parts[1] ?? '', port: Number(parts[2]) };
}
