import { compact, type Json } from './json.ts';
import type { PluginOptions } from './plugin-options.ts';
import { readPlaces } from './translate-places.ts';

const ownArguments = new Set([
  ...['grant_type', 'client_id', 'client_secret', 'scope', 'username', 'password'],
  ...['client_assertion', 'client_assertion_type'],
]);

/** How pairs are exchanged: one section, of the method that is on. */
export function translateGrants(
  options: PluginOptions,
  methods: readonly string[],
  provider: Json,
  hides: boolean,
): Json {
  const scopes = options.texts('scopes');
  const args = readArguments(options);
  const grant = {
    scopes: scopes.length === 0 ? ['openid'] : [...new Set(scopes)],
    audience: provider['audience_required'] ?? args.get('audience'),
    resource: args.get('resource'),
    args: writeArguments(args),
  };
  const isOn = (method: string) => methods.includes(method);
  const section = (method: string, more: Json): Json => {
    const key = `${method}_param_type`;
    if (!isOn(method)) {
      options.raw(key);
      return {};
    }
    return {
      [method]: compact({ ...grant, param_type: readPlaces(options, key, hides), ...more }),
    };
  };
  return {
    ...section('client_credentials', {}),
    ...section('password', { consumer_claims: provider['consumer_claims'] }),
  };
}

function readArguments(options: PluginOptions): ReadonlyMap<string, string> {
  const args = options.pairs('token_post_args_names', 'token_post_args_values');
  for (const [name] of args) {
    if (!ownArguments.has(name)) continue;
    options.refuse('token_post_args_names', 'the call has one of these arguments itself');
  }
  return new Map(args.filter(([name]) => !ownArguments.has(name)));
}

function writeArguments(args: ReadonlyMap<string, string>): Json | null {
  const others = [...args].filter(([name]) => name !== 'audience' && name !== 'resource');
  return others.length === 0 ? null : Object.fromEntries(others);
}
