import type { Config } from '../config/config.ts';
import { fingerprintProvider } from '../oauth/fingerprint.ts';
import { createProvider, type Provider } from '../oauth/provider.ts';
import { muteable } from '../telemetry/wrap-telemetry.ts';
import type { Tools } from './tools.ts';

export interface OpenProvider {
  readonly provider: Provider;
  /** Ends what it tells of itself, once another one has its name. */
  readonly mute: () => void;
}

/**
 * The identity providers of a configuration. One whose configuration did not change stays, with its
 * keys and its cache; a changed one forgets every token, and keeps keys that still are its own.
 */
export function openProviders(
  config: Config,
  before: ReadonlyMap<string, OpenProvider>,
  tools: Tools,
): ReadonlyMap<string, OpenProvider> {
  return new Map(
    config.identityProviders.map((options) => {
      const old = before.get(options.name);
      const unchanged = old?.provider.fingerprint === fingerprintProvider(options);
      if (unchanged) return [options.name, old] as const;
      const { telemetry, mute } = muteable(tools.telemetry);
      const deps = { clock: tools.clock, report: telemetry };
      const provider = createProvider(options, deps, old?.provider.bequeath() ?? null);
      return [options.name, { provider, mute }] as const;
    }),
  );
}
