import type { Redis } from 'ioredis';
import { createRedisKeys, type RedisKeys } from '../../../../../src/store/redis/keys.ts';
import { DossierReader } from '../../../../../src/store/redis/registry/dossier-reader.ts';
import { footprintOf } from '../../../../../src/store/redis/registry/footprint.ts';
import { valueOf } from './harness.ts';

const beside = /:(audit|lists|operation:\w+)$/;

/** Everything that the store holds, by key: a text, the members of a set, the entries of a stream. */
export async function dumpStore(client: Redis, prefix: string): Promise<Map<string, unknown>> {
  const found = new Map<string, unknown>();
  for await (const names of client.scanStream({ match: `{${prefix}}:*`, count: 1000 })) {
    for (const name of names as string[]) found.set(name, await readKey(client, name));
  }
  return found;
}

async function readKey(client: Redis, name: string): Promise<unknown> {
  const type = await client.type(name);
  if (type === 'string') return client.get(name);
  if (type === 'stream') return client.xrange(name, '-', '+');
  return new Set(
    type === 'zset' ? await client.zrange(name, '0', '-1') : await client.smembers(name),
  );
}

/** Everything that these Consumers should take up. */
async function deriveStore(
  client: Redis,
  keys: RedisKeys,
  ids: readonly string[],
): Promise<Map<string, unknown>> {
  const derived = new Map<string, unknown>();
  const reader = new DossierReader(client, keys);
  for (const { dossier } of await valueOf(reader.findAll(ids))) {
    const { values, members } = footprintOf(dossier, keys);
    for (const [key, { text }] of values) derived.set(key, text);
    for (const { key, member } of members.values()) {
      const set = (derived.get(key) as Set<string> | undefined) ?? new Set<string>();
      derived.set(key, set.add(member));
    }
  }
  return derived;
}

/** What is there, and what the Consumers that are there should have: equal in a sound store. */
export async function compareStore(
  client: Redis,
  prefix: string,
): Promise<{ there: Map<string, unknown>; derived: Map<string, unknown> }> {
  const keys = createRedisKeys(prefix);
  const dump = await dumpStore(client, prefix);
  const there = new Map([...dump].filter(([name]) => !beside.test(name)));
  const start = keys.consumer('id', '');
  const ids = [...there.keys()]
    .filter((key) => key.startsWith(start))
    .map((key) => key.slice(start.length));
  return { there, derived: await deriveStore(client, keys, ids) };
}
