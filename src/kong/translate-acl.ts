import { compact, fingerprint, type Json } from './json.ts';
import type { KongPlugin } from './kong-model.ts';
import type { Ledger } from './ledger.ts';
import { PluginOptions } from './plugin-options.ts';
import type { EnvVaults } from './references.ts';

/** The ACL of a place; or, of Konnect's making, the group that stands for approved registrations. */
export type AclParts =
  | { readonly kind: 'acl'; readonly acl: Json }
  | { readonly kind: 'registration'; readonly groups: readonly string[] };

const managedTags = ['konnect-managed-plugin', 'konnect-app-registration'];

export function translateAcl(
  plugin: KongPlugin,
  ledger: Ledger,
  vaults: EnvVaults,
): AclParts | null {
  const options = new PluginOptions(plugin, ledger, vaults);
  const allow = readGroups(options, 'allow', 'whitelist');
  const deny = readGroups(options, 'deny', 'blacklist');
  const hides = options.flag('hide_groups_header');
  const prefers = options.flag('always_use_authenticated_groups');
  refuseRest(options);
  if ((allow.length === 0) === (deny.length === 0)) {
    ledger.stop('acl', plugin.path, 'expected exactly one of: allow, deny');
    return null;
  }
  const tags = plugin.entity.tags ?? [];
  if (allow.length > 0 && managedTags.every((tag) => tags.includes(tag))) {
    const why = 'registration of the Service; who is registered is not in the file';
    ledger.translate('acl', plugin.path, why);
    return { kind: 'registration', groups: allow };
  }
  ledger.translate('acl', plugin.path, allow.length > 0 ? 'acl.allow' : 'acl.deny');
  const acl = compact({
    allow,
    deny,
    hide_groups_header: hides === true ? true : null,
    always_use_authenticated_groups: prefers === true ? true : null,
  });
  return { kind: 'acl', acl };
}

/** Under its name or the one that Kong 2.x still knew. */
function readGroups(options: PluginOptions, key: string, old: string): readonly string[] {
  const [groups, oldGroups] = [options.texts(key), options.texts(old)];
  if (groups.length > 0 && oldGroups.length > 0 && fingerprint(groups) !== fingerprint(oldGroups)) {
    options.stop(key, `${key} and ${old} differ`);
  }
  return [...new Set(groups.length > 0 ? groups : oldGroups)];
}

function refuseRest(options: PluginOptions): void {
  for (const [key, value] of options.takeRest()) {
    if (key !== 'include_consumer_groups') {
      options.refuse(key, 'this option has no counterpart');
    } else if (value === false) options.ignore(key, 'has no effect with this value');
    else options.refuse(key, 'Consumer Groups are no groups of an ACL here: write them as acls');
  }
}
