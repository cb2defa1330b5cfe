import type { RedisClient } from './client.ts';
import { decodeStoredValue, type StoredValue } from './record-codec.ts';
import { readFromMaster } from './read-from-master.ts';
import { PartSharer } from './share-parts.ts';
import type { TimedCommand } from './timed-command.ts';

/** Reads and decodes one key; `null` = nothing there. Rejects when the server cannot tell. */
export type LoadValue = (key: string) => Promise<StoredValue | null>;

export function createLoadValue(client: RedisClient, timedCommand: TimedCommand): LoadValue {
  const parts = new PartSharer();

  return async function loadValue(key) {
    const text = await timedCommand('get', () => readFromMaster(client, () => client.get(key)));
    if (text === null) return null;
    const value = decodeStoredValue(text);
    return value.kind === 'record' ? { ...value, record: parts.share(value.record) } : value;
  };
}
