import type { ConsumerAttribute, ConsumerRecord, ResolveConsumer } from '../../authz/consumer.ts';
import { unavailable, type Unavailable } from '../../authz/refusal.ts';
import { halt, pass, type Step } from '../../lib/step.ts';
import { untilAborted } from '../../lib/until-aborted.ts';
import type { ConsumerCache } from './consumer-cache.ts';
import type { RedisKeys } from './keys.ts';
import type { StoredValue } from './record-codec.ts';
import { explainRedisError } from './redis-error.ts';

/** How a look-up was answered: from memory, or by asking the server. */
export type LookupResult = 'hit' | 'negative_hit' | 'miss';

export interface ResolveConsumerOptions {
  readonly keys: RedisKeys;
  readonly cache: ConsumerCache<StoredValue>;
  readonly onResult: (result: LookupResult) => void;
}

type Found = Step<ConsumerRecord | null, Unavailable>;

const nobody: Found = pass(null);

/**
 * Finds Consumers in Redis: one GET by `custom_id`, none while the cache may be believed; by
 * `username` and `id` a pointer comes first.
 */
export function createResolveConsumer(options: ResolveConsumerOptions): ResolveConsumer {
  const { keys, cache, onResult } = options;

  return function resolveConsumer(by, value, signal) {
    // Half a surrogate pair has no UTF-8: it would be asked for as another name.
    if (value === '' || !value.isWellFormed()) return nobody;

    const asked = by === 'id' ? value.toLowerCase() : value;
    const known = peek(by, asked);
    if (known !== undefined) {
      onResult(known.ok && known.value === null ? 'negative_hit' : 'hit');
      return known;
    }
    onResult('miss');
    return untilAborted(fetch(by, asked), signal, () => halt(unavailable('deadline_exceeded')));
  };

  /** Answers from memory, following a pointer as far as memory goes. */
  function peek(by: ConsumerAttribute, asked: string): Found | undefined {
    const first = cache.peek(keys.consumer(by, asked));
    if (first?.kind !== 'pointer') return first === undefined ? undefined : judge(first, by, asked);
    const record = cache.peek(keys.record(first.ref));
    return record !== undefined && leadsTo(record, by, asked)
      ? judge(record, by, asked)
      : undefined;
  }

  async function fetch(by: ConsumerAttribute, asked: string): Promise<Found> {
    try {
      const key = keys.consumer(by, asked);
      const found = await follow(key, by, asked);
      if (found !== 'moved') return judge(found, by, asked);
      // Between the two reads the Consumer got another custom_id; once more, from the server.
      cache.invalidate([key]);
      const again = await follow(key, by, asked);
      return again === 'moved' ? corrupt('a pointer that leads nowhere') : judge(again, by, asked);
    } catch (error) {
      return halt(unavailable('store_unavailable', explainRedisError(error)));
    }
  }

  async function follow(
    key: string,
    by: ConsumerAttribute,
    asked: string,
  ): Promise<StoredValue | null | 'moved'> {
    const first = cache.peek(key) ?? (await cache.load(key));
    if (first?.kind !== 'pointer') return first;
    const record = await cache.load(keys.record(first.ref));
    return leadsTo(record, by, asked) ? record : 'moved';
  }
}

/** Whether a pointer has led to its Consumer, or to what cannot be read there. */
function leadsTo(value: StoredValue | null, by: ConsumerAttribute, asked: string): boolean {
  if (value === null) return false;
  return value.kind !== 'record' || field(value.record, by) === asked;
}

/** A value as an answer, if it is the Consumer that was asked for. */
function judge(value: StoredValue | null, by: ConsumerAttribute, asked: string): Found {
  if (value === null) return nobody;
  if (value.kind === 'corrupt') return corrupt(value.problem);
  if (value.kind === 'pointer') return corrupt('a pointer that leads to a pointer');
  return field(value.record, by) === asked
    ? pass(value.record)
    : corrupt('a record under the wrong key');
}

function field(record: ConsumerRecord, by: ConsumerAttribute): string | null {
  switch (by) {
    case 'custom_id':
      return record.customId;
    case 'username':
      return record.username;
    case 'id':
      return record.id;
  }
}

function corrupt(problem: string): Found {
  return halt(unavailable('store_unavailable', `Consumer record cannot be read: ${problem}`));
}
