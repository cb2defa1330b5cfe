import type { Clock } from '../../lib/clock.ts';
import type { RedisClient } from './client.ts';
import { decodeStoredValue, type StoredValue } from './record-codec.ts';
import { isTimeout } from './redis-error.ts';
import type { RedisStoreReport } from './redis-report.ts';
import { PartSharer } from './share-parts.ts';
import { withinTime } from './within-time.ts';

/** Reads and decodes one key; `null` = nothing there. Rejects when the server cannot tell. */
export type LoadValue = (key: string) => Promise<StoredValue | null>;

export function createLoadValue(
  client: RedisClient,
  timeoutMs: number,
  clock: Clock,
  report: RedisStoreReport,
): LoadValue {
  const parts = new PartSharer();

  return async function loadValue(key) {
    const sentAt = clock.now();
    const tell = (outcome: 'ok' | 'timeout' | 'error') =>
      report.command?.({ command: 'get', outcome, ms: clock.now() - sentAt });
    try {
      const text = await withinTime(client.get(key), timeoutMs);
      tell('ok');
      if (text === null) return null;
      const value = decodeStoredValue(text);
      return value.kind === 'record' ? { ...value, record: parts.share(value.record) } : value;
    } catch (error) {
      tell(isTimeout(error) ? 'timeout' : 'error');
      throw error;
    }
  };
}
