import type { KongPlugin } from './kong-model.ts';
import type { Ledger } from './ledger.ts';

/** Plugins of one place, the narrowest scope first. */
export type Scopes = readonly (readonly KongPlugin[])[];

/**
 * The plugin that counts: that of the narrowest scope, whole; nothing is merged. A disabled one counts
 * as absent, which is told, since the wider one speaks then.
 */
export function pickPlugin(name: string, scopes: Scopes, ledger: Ledger): KongPlugin | null {
  for (const scope of scopes) {
    const found = scope.filter((plugin) => plugin.name === name);
    const enabled = found.filter(({ entity }) => entity.enabled !== false);
    for (const plugin of found) {
      if (enabled.includes(plugin)) continue;
      ledger.ignore(name, plugin.path, 'enabled: false, taken as if it were not there');
    }
    const [first, second] = enabled;
    if (second !== undefined) {
      ledger.stop(name, second.path, 'a second plugin of this name in the same scope');
    }
    if (first !== undefined) return first;
  }
  return null;
}
