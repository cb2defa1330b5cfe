import { setTimeout as delay } from 'node:timers/promises';

const patienceMs = 30_000;

/** Waits for something that tells nobody when it happens; rejects when it never does. */
export async function until(condition: () => unknown): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`waited in vain for ${String(condition)}`);
    await delay(5);
  }
}
