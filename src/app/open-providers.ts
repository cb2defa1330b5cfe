import type { Config } from '../config/config.ts';
import { fingerprintProvider } from '../oauth/fingerprint.ts';
import { createProvider, type Provider } from '../oauth/provider.ts';
import type { Tools } from './tools.ts';

/**
 * The identity providers of a configuration. One whose configuration did not change stays, with its
 * keys and its cache; a changed one forgets every token, and keeps keys that still are its own.
 */
export function openProviders(
  config: Config,
  before: ReadonlyMap<string, Provider>,
  { telemetry, clock }: Tools,
): ReadonlyMap<string, Provider> {
  return new Map(
    config.identityProviders.map((options) => {
      const old = before.get(options.name);
      const unchanged = old?.fingerprint === fingerprintProvider(options);
      if (unchanged) return [options.name, old] as const;
      const deps = { clock, report: telemetry };
      return [options.name, createProvider(options, deps, old?.bequeath() ?? null)] as const;
    }),
  );
}
