import { setTimeout as delay } from 'node:timers/promises';

/** Waits, unless `signal` aborts; keeps no process alive. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal, ref: false }).catch(() => undefined);
}
