import { backoffMs, type RedisClient } from './client.ts';
import { pause } from './pause.ts';

/**
 * Connects, and begins anew whenever the client has given up: a failover during an attempt to
 * connect can end its own attempts. Gives the function that disconnects for good.
 */
export function keepConnected(client: RedisClient): () => void {
  const stopping = new AbortController();
  let failures = 0;
  const connect = (): void => {
    client.connect().catch(() => undefined);
  };
  client.on('ready', () => {
    failures = 0;
  });
  client.on('end', () => {
    failures += 1;
    void pause(backoffMs(failures), stopping.signal).then(() => {
      if (!stopping.signal.aborted && client.status === 'end') connect();
    });
  });
  connect();
  return () => {
    stopping.abort();
    client.disconnect();
  };
}
