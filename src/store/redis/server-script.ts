import { hash } from 'node:crypto';
import type { RedisClient } from './client.ts';
import { explainRedisError } from './redis-error.ts';

/** Runs a script with its `KEYS` and `ARGV`; gives its reply. Rejects when Redis cannot do it. */
export type ServerScript = (
  client: RedisClient,
  keys: readonly string[],
  values: readonly string[],
) => Promise<unknown>;

/** A Lua script, sent by its hash, and in full to a server that does not have it. */
export function createServerScript(text: string): ServerScript {
  const sha = hash('sha1', text);
  return async function run(client, keys, values) {
    const rest = [...keys, ...values];
    try {
      return await client.evalsha(sha, keys.length, ...rest);
    } catch (error) {
      if (explainRedisError(error) !== 'Redis answered NOSCRIPT') throw error;
      return client.eval(text, keys.length, ...rest);
    }
  };
}
