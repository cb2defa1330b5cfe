import { mayHaveKeys } from './describe-provider.ts';
import type { KeySet } from './key-set.ts';
import type { ProviderMetadata } from './provider-metadata.ts';
import type { ProviderOptions } from './provider-options.ts';
import type { OauthReport } from './report.ts';

/** Keeps a provider's metadata and keys fresh in the background. */
export interface Refresher {
  /** Resolves after the first try, failed or not; never rejects. May be called again. */
  start(): Promise<void>;
  /** Fetches both again, at most once per interval. */
  refresh(): Promise<void>;
  stop(): void;
}

export function keepFresh(
  options: ProviderOptions,
  sources: { readonly metadata: ProviderMetadata; readonly keys: KeySet },
  report: Pick<OauthReport, 'keysRefreshed'>,
): Refresher {
  let timer: NodeJS.Timeout | null = null;

  async function refresh(): Promise<void> {
    await sources.metadata.refresh();
    if (mayHaveKeys(sources)) await sources.keys.refetch();
  }

  /** Nobody waits for it, so that even a fault of ours must not get further: it would end the process. */
  async function refreshAlone(): Promise<void> {
    try {
      await refresh();
    } catch {
      report.keysRefreshed({ provider: options.name, outcome: 'failure' });
    }
  }

  return {
    async start() {
      timer ??= setInterval(() => void refreshAlone(), options.jwksRefreshMs).unref();
      await refreshAlone();
    },
    refresh,
    stop() {
      if (timer !== null) clearInterval(timer);
      timer = null;
    },
  };
}
