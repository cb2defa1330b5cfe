import { compact, type Json } from './json.ts';
import type { KongPlugin } from './kong-model.ts';
import type { Ledger } from './ledger.ts';
import { PluginOptions } from './plugin-options.ts';
import type { EnvVaults } from './references.ts';

export interface RegistrationParts {
  readonly registration: Json;
  /** Consumers that are no applications pass as well. */
  readonly admitsConsumers: boolean;
}

/** By these Kong itself gave out tokens, up to Kong 1.5. */
const ownTokens: ReadonlySet<string> = new Set([
  ...['enable_authorization_code', 'enable_client_credentials', 'enable_implicit_grant'],
  ...['enable_password_grant', 'mandatory_scope'],
]);

export function translateRegistration(
  plugin: KongPlugin,
  ledger: Ledger,
  vaults: EnvVaults,
): RegistrationParts {
  const options = new PluginOptions(plugin, ledger, vaults);
  const registration = compact({
    display_name: options.text('display_name'),
    auto_approve: options.flag('auto_approve'),
    show_issuer: options.flag('show_issuer'),
  });
  if (options.text('description') !== null) options.ignore('description', 'a text of the portal');
  const admitsConsumers = options.flag('enable_proxy_with_consumer_credential') ?? false;
  if (admitsConsumers) {
    const why = 'the Consumers of the file get an approved registration';
    options.translated('enable_proxy_with_consumer_credential', why);
  }
  for (const [key, value] of options.takeRest()) {
    if (value === false && ownTokens.has(key)) options.ignore(key, 'has no effect with this value');
    else options.refuse(key, 'this option has no counterpart');
  }
  ledger.translate(plugin.name, plugin.path, 'registration of the Service');
  return { registration: { required: true, ...registration }, admitsConsumers };
}
