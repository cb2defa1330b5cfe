import { compact, type Json } from './json.ts';
import type { PluginOptions } from './plugin-options.ts';

/** What a Route may ask of a token in place of its Service. */
export function translateRules(options: PluginOptions): Json {
  const domains = options.texts('domains');
  return compact({
    audience_required: options.texts('audience_required'),
    scopes_required: options.texts('scopes_required'),
    groups_required: options.texts('groups_required'),
    roles_required: options.texts('roles_required'),
    claims_required: domains.length === 0 ? null : [{ claim: 'hd', values: domains }],
    claims_forbidden: options.texts('claims_forbidden'),
  });
}

const keys = [
  ...['audience_required', 'scopes_required', 'groups_required', 'roles_required'],
  ...['claims_required', 'claims_forbidden'],
];

/** What a Route has to write so that its rules hold and not those of its Service. */
export function overrideRules(own: Json, service: Json): Json {
  const differing = keys.filter(
    (key) => JSON.stringify(own[key] ?? []) !== JSON.stringify(service[key] ?? []),
  );
  return Object.fromEntries(differing.map((key) => [key, own[key] ?? []]));
}
