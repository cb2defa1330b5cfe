import { Cluster } from 'ioredis';
import type { RedisClient } from './client.ts';
import { NotMasterError } from './redis-error.ts';

/**
 * What a read gives, if the server is the master. One that was demoted goes on answering, with what was
 * true when it last heard of a write. Rejects with {@link NotMasterError} there.
 */
export async function readFromMaster<T>(client: RedisClient, read: () => Promise<T>): Promise<T> {
  // A node of a Cluster that lost the slot says so by itself.
  if (client instanceof Cluster) return read();
  // In this order on one connection: who is the master afterwards was it when it read.
  const [value] = await Promise.all([read(), assertMaster(client)]);
  return value;
}

async function assertMaster(client: Exclude<RedisClient, Cluster>): Promise<void> {
  let role;
  try {
    [role] = (await client.role()) as readonly unknown[];
  } catch (error) {
    if (isWithheld(error)) return;
    throw error;
  }
  if (String(role) !== 'master') throw new NotMasterError();
}

/** Whether this server answers ROLE to nobody, or not to this user. */
function isWithheld(error: unknown): boolean {
  return (
    error instanceof Error && error.name === 'ReplyError' && /^(NOPERM|ERR) /.test(error.message)
  );
}
