import { setTimeout as wait } from 'node:timers/promises';

/** Waits, unless `signal` aborts; keeps no process alive. Never rejects. */
export async function pauseUntil(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal, ref: false }).catch(() => undefined);
}
