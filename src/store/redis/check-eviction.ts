import { Cluster, type Redis } from 'ioredis';
import type { Clock } from '../../lib/clock.ts';
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

/** Rejects with {@link EvictionError}, or when Redis cannot be reached. */
export type CheckEviction = () => Promise<void>;

export interface CheckEvictionOptions {
  readonly client: RedisClient;
  readonly keys: RedisKeys;
  readonly clock: Clock;
  /** Told once for as long as it lasts; until it is known, it is taken to be as it was last. */
  readonly onUnknown: (reason: string) => void;
}

/** Until a server that does not tell is asked again. */
const askAgainMs = 30_000;

/** What is known: a policy by which it may evict; null = it keeps what it has. */
type Answer = { readonly policy: string | null } | { readonly unknown: string };

/**
 * Asks a server by `INFO memory`, each time it is called. Where that is not answered (a user without
 * the permission, a renamed command, a service or a proxy that has none), only now and then.
 */
export function createCheckEviction(options: CheckEvictionOptions): CheckEviction {
  const { client, keys, clock, onUnknown } = options;
  let policy: string | null = null;
  let unknownSince: number | null = null;

  return async function checkEviction() {
    if (unknownSince === null || clock.now() - unknownSince >= askAgainMs) {
      take(await ask(client, keys));
    }
    if (policy !== null) throw new EvictionError(policy);
  };

  function take(answer: Answer): void {
    if ('policy' in answer) {
      policy = answer.policy;
      unknownSince = null;
      return;
    }
    if (unknownSince === null) {
      onUnknown(`whether Redis may evict keys is not known: ${answer.unknown}`);
    }
    unknownSince = clock.now();
  }
}

async function ask(client: RedisClient, keys: RedisKeys): Promise<Answer> {
  try {
    const server = client instanceof Cluster ? await findNode(client, keys) : client;
    if (server === null) return { unknown: 'no connection to the node that holds the keys' };
    return readPolicy(await server.info('memory'));
  } catch (error) {
    const reason = explainRedisError(error);
    if (!reason.startsWith('Redis answered ')) throw error;
    return { unknown: reason.replace('answered NOPERM', 'answered NOPERM, its user lacks +info') };
  }
}

/** The connection to the node of a Cluster that holds our keys; others may do as they like. */
async function findNode(client: Cluster, keys: RedisKeys): Promise<Redis | null> {
  const place = await findMaster(client, keys);
  const node = client
    .nodes('master')
    .find(({ options }) => options.host === place?.host && options.port === place?.port);
  return node ?? null;
}

function readPolicy(info: string): Answer {
  const limit = /^maxmemory:(\d+)/m.exec(info)?.[1];
  const policy = /^maxmemory_policy:([\w-]+)/m.exec(info)?.[1];
  if (limit === undefined || policy === undefined) return { unknown: 'INFO does not tell' };
  return { policy: limit === '0' || policy === 'noeviction' ? null : policy };
}
