import { Cluster, type Redis } from 'ioredis';
import type { RedisClient } from './client.ts';
import { findMaster } from './find-master.ts';
import type { RedisKeys } from './keys.ts';
import { explainRedisError } from './redis-error.ts';

/** Redis throws away what it should keep: a refused token or application would be let in again. */
export class EvictionError extends Error {
  constructor(policy: string) {
    super(`Redis may evict keys: its maxmemory-policy is ${policy}, and must be noeviction`);
  }
}

/** Rejects with {@link EvictionError}, or when Redis cannot be asked. */
export type CheckEviction = () => Promise<void>;

/**
 * `onUnknown` is told once where the user of Redis may not ask (INFO); then it is taken to be well.
 */
export function createCheckEviction(
  client: RedisClient,
  keys: RedisKeys,
  onUnknown: (reason: string) => void,
): CheckEviction {
  let told = false;

  return async function checkEviction() {
    const server = client instanceof Cluster ? await findNode(client, keys) : client;
    const policy = findPolicy(await askMemory(server));
    if (policy !== null) throw new EvictionError(policy);
  };

  async function askMemory(server: Redis): Promise<string> {
    try {
      return await server.info('memory');
    } catch (error) {
      const reason = explainRedisError(error);
      if (reason !== 'Redis answered NOPERM') throw error;
      if (!told) onUnknown('whether Redis may evict keys is not known: its user lacks +info');
      told = true;
      return '';
    }
  }
}

/** The connection to the node of a Cluster that holds our keys; others may do as they like. */
async function findNode(client: Cluster, keys: RedisKeys): Promise<Redis> {
  const place = await findMaster(client, keys);
  const node = client
    .nodes('master')
    .find(({ options }) => options.host === place?.host && options.port === place?.port);
  if (node === undefined) throw new Error('no connection to the node that holds the slot');
  return node;
}

/** By which it may evict; null = it does not, or does not say. */
function findPolicy(info: string): string | null {
  const limit = Number(/^maxmemory:(\d+)/m.exec(info)?.[1] ?? '0');
  const policy = /^maxmemory_policy:([\w-]+)/m.exec(info)?.[1] ?? 'noeviction';
  return limit > 0 && policy !== 'noeviction' ? policy : null;
}
