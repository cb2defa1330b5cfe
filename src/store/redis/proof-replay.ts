import { unavailable, type Unavailable } from '../../authz/refusal.ts';
import { halt, pass, type Step } from '../../lib/step.ts';
import { untilAborted } from '../../lib/until-aborted.ts';
import type { RedisClient } from './client.ts';
import type { RedisKeys } from './keys.ts';
import { readFromMaster } from './read-from-master.ts';
import { explainRedisError } from './redis-error.ts';
import type { TimedCommand } from './timed-command.ts';

/** Which proofs were used, known to all replicas. */
export interface RedisProofReplay {
  /**
   * Uses up `key`, a hash, for `ttlMs` (at least 1). One whose reply was lost counts as used: the
   * caller comes again with a new proof.
   */
  use(
    key: string,
    ttlMs: number,
    signal: AbortSignal,
  ): Promise<Step<'fresh' | 'used', Unavailable>>;
  /** Whether `key` was used up; changes nothing. */
  look(key: string, signal: AbortSignal): Promise<Step<'fresh' | 'used', Unavailable>>;
}

export interface RedisProofReplayOptions {
  readonly client: RedisClient;
  readonly keys: RedisKeys;
  readonly timedCommand: TimedCommand;
}

/** One `SET … NX` a proof, which Redis does for one caller only and forgets by itself. */
export function createRedisProofReplay(options: RedisProofReplayOptions): RedisProofReplay {
  const { client, keys, timedCommand } = options;

  async function use(key: string, ttlMs: number): Promise<boolean> {
    const write = () => client.set(keys.proof(key), '1', 'PX', Math.ceil(ttlMs), 'NX');
    return (await timedCommand('set', write)) === null;
  }

  async function look(key: string): Promise<boolean> {
    const read = () => readFromMaster(client, () => client.exists(keys.proof(key)));
    return (await timedCommand('exists', read)) > 0;
  }

  async function tell(isUsed: Promise<boolean>): Promise<Step<'fresh' | 'used', Unavailable>> {
    try {
      return pass((await isUsed) ? 'used' : 'fresh');
    } catch (error) {
      return halt(unavailable('store_unavailable', explainRedisError(error)));
    }
  }

  const giveUp = () => halt(unavailable('deadline_exceeded'));
  return {
    use: (key, ttlMs, signal) => untilAborted(tell(use(key, ttlMs)), signal, giveUp),
    look: (key, signal) => untilAborted(tell(look(key)), signal, giveUp),
  };
}
