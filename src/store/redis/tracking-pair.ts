import { Cluster, type Redis } from 'ioredis';
import { createChannelConnection, type RedisClient } from './client.ts';
import type { RedisConnectionOptions } from './connection-options.ts';
import { findMaster } from './find-master.ts';
import type { RedisKeys } from './keys.ts';
import { NotMasterError } from './redis-error.ts';

/** Where Redis tells of changed keys to clients that do not speak RESP3. */
const invalidateChannel = '__redis__:invalidate';

export interface TrackingPairOptions {
  readonly connection: RedisConnectionOptions;
  /** The connection that look-ups use: the pair must be at the same server. */
  readonly client: RedisClient;
  readonly keys: RedisKeys;
  /** Changed keys; `null` = all of them (FLUSHALL, FLUSHDB). */
  readonly onInvalidate: (keys: readonly string[] | null) => void;
}

/** Two connections to one server: one asks for invalidations, the other hears them. */
export interface TrackingPair {
  /** Resolves with what ended one of the two. */
  readonly lost: Promise<string>;
  /**
   * Proves that everything changed so far has been heard. Rejects when a reply is late or shows
   * that this server is no longer the one that holds the data.
   */
  heartbeat(): Promise<void>;
  close(): void;
}

/** Rejects when the server cannot be reached or refuses a command. */
export async function openTrackingPair(options: TrackingPairOptions): Promise<TrackingPair> {
  const node = await findMaster(options.client, options.keys);
  const subscriber = createChannelConnection(options.connection, node);
  const tracker = createChannelConnection(options.connection, node);
  const close = () => {
    subscriber.disconnect();
    tracker.disconnect();
  };
  const lost = Promise.race([
    whenClosed(subscriber, 'the subscriber connection closed'),
    whenClosed(tracker, 'the tracking connection closed'),
  ]);
  try {
    await Promise.all([subscriber.connect(), tracker.connect()]);
    await assertSameServer([subscriber, tracker], options.client);
    await subscribe(subscriber, tracker, options);
    // A replica tells of changes, too, as far as it hears of them.
    await checkPair(subscriber, tracker, options);
  } catch (error) {
    close();
    throw error;
  }
  return { lost, close, heartbeat: () => checkPair(subscriber, tracker, options) };
}

async function subscribe(
  subscriber: Redis,
  tracker: Redis,
  { keys, onInvalidate }: TrackingPairOptions,
): Promise<void> {
  const id = await subscriber.client('ID');
  // `message` would join the keys of one push with commas; the buffer event gives them one by one.
  subscriber.on('messageBuffer', (_channel: Buffer, changed: readonly Buffer[] | null) => {
    onInvalidate(changed?.map((key) => key.toString()) ?? null);
  });
  await subscriber.subscribe(invalidateChannel);
  await tracker.client(
    ...(['TRACKING', 'ON', 'REDIRECT', id, 'BCAST'] as const),
    ...(['PREFIX', keys.consumerPrefix, 'PREFIX', keys.revocationPrefix] as const),
  );
}

/** PING for the stream of invalidations; ROLE because a demoted master still answers. */
async function checkPair(
  subscriber: Redis,
  tracker: Redis,
  { client, keys }: TrackingPairOptions,
): Promise<void> {
  const [, role] = await Promise.all([
    subscriber.ping(),
    tracker.role() as Promise<readonly unknown[]>,
    // A node that has given the slot away answers MOVED.
    client instanceof Cluster ? tracker.exists(keys.members) : 0,
  ]);
  if (String(role[0]) !== 'master') throw new NotMasterError();
}

/**
 * During a failover the connections may have found different servers, and the number of a client
 * means another client there.
 */
async function assertSameServer(pair: readonly Redis[], client: RedisClient): Promise<void> {
  // A Cluster is asked by slot, and the pair was sent to the node of that slot.
  const connections = client instanceof Cluster ? pair : [...pair, client];
  const ids = await Promise.all(connections.map(readRunId));
  if (new Set(ids).size !== 1) throw new Error('the connections reached different servers');
}

async function readRunId(connection: Redis): Promise<string> {
  const id = /^run_id:(\w+)/m.exec(await connection.info('server'))?.[1];
  if (id === undefined) throw new Error('the server does not say who it is');
  return id;
}

function whenClosed(connection: Redis, reason: string): Promise<string> {
  return new Promise((resolve) => {
    connection.once('end', () => {
      resolve(reason);
    });
    connection.once('close', () => {
      resolve(reason);
    });
  });
}
