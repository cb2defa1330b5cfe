import type { Parts } from './judge.ts';

/** Requests under way still use what a reload dropped. */
const lingerMs = 30_000;

/** Closes stores and providers; what fails to close is closed as far as it goes. Never rejects. */
export async function closeParts({ store, providers }: Parts): Promise<void> {
  await Promise.allSettled([
    store?.store.stop(),
    ...providers.map(({ provider }) => provider.close()),
  ]);
}

/**
 * Closes what a reload dropped, once the requests that use it are over, or when everything stops.
 * Until then it keeps quiet: its metrics belong to what replaced it.
 */
export function closePartsLater(parts: Parts, stopping: AbortSignal): void {
  parts.store?.mute();
  for (const { mute } of parts.providers) mute();
  const close = (): void => {
    clearTimeout(timer);
    stopping.removeEventListener('abort', close);
    void closeParts(parts);
  };
  const timer = setTimeout(close, lingerMs).unref();
  // Their connections would keep the process.
  stopping.addEventListener('abort', close);
}
