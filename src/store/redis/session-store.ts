import { unavailable, type Unavailable } from '../../authz/refusal.ts';
import { halt, pass, type Step } from '../../lib/step.ts';
import type { RedisClient } from './client.ts';
import type { RedisKeys } from './keys.ts';
import { readFromMaster } from './read-from-master.ts';
import { explainRedisError } from './redis-error.ts';
import type { TimedCommand } from './timed-command.ts';

/** Texts of sessions in Redis, each under a key of its own that Redis drops in time. */
export interface RedisSessionStore {
  /** Null = not there, or no longer. */
  read(id: string): Promise<Step<string | null, Unavailable>>;
  /** `ttlMs`: whole milliseconds, at least 1. */
  write(id: string, text: string, ttlMs: number): Promise<Step<null, Unavailable>>;
  /** As `write`, but false and nothing done where it is not there any more. */
  replace(id: string, text: string, ttlMs: number): Promise<Step<boolean, Unavailable>>;
  /** How many of them were there. */
  remove(ids: readonly string[]): Promise<Step<number, Unavailable>>;
}

export interface RedisSessionStoreOptions {
  readonly client: RedisClient;
  readonly keys: RedisKeys;
  readonly timedCommand: TimedCommand;
}

/** Each call is one command, hence atomic. Nothing is cached. */
export function createRedisSessionStore(options: RedisSessionStoreOptions): RedisSessionStore {
  const { client, keys, timedCommand } = options;
  return {
    read(id) {
      // Elsewhere the session may have ended.
      const read = () => readFromMaster(client, () => client.get(keys.session(id)));
      return attempt(() => timedCommand('get', read));
    },
    write: (id, text, ttlMs) =>
      attempt(async () => {
        await timedCommand('set', () => client.set(keys.session(id), text, 'PX', ttlMs));
        return null;
      }),
    replace: (id, text, ttlMs) =>
      attempt(async () => {
        const send = () => client.set(keys.session(id), text, 'PX', ttlMs, 'XX');
        return (await timedCommand('set', send)) !== null;
      }),
    remove: (ids) =>
      attempt(() => timedCommand('del', () => client.del(ids.map((id) => keys.session(id))))),
  };
}

async function attempt<T>(work: () => Promise<T>): Promise<Step<T, Unavailable>> {
  try {
    return pass(await work());
  } catch (error) {
    return halt(unavailable('store_unavailable', explainRedisError(error)));
  }
}
