import type { KongModel, KongPlugin, KongRoute, KongService } from './kong-model.ts';
import type { Ledger } from './ledger.ts';
import { pickPlugin } from './pick-plugin.ts';
import type { EnvVaults } from './references.ts';
import { translateAcl, type AclParts } from './translate-acl.ts';
import { translateOidc, type OidcContext, type OidcParts } from './translate-oidc.ts';
import { translateRegistration, type RegistrationParts } from './translate-registration.ts';

/** The three plugins as they hold at one place. */
export interface Guards {
  readonly oidc: OidcParts | null;
  readonly acl: AclParts | null;
}

export interface GuardedRoute extends Guards {
  readonly route: KongRoute;
}

export interface GuardedService extends Guards {
  readonly service: KongService;
  readonly registration: RegistrationParts | null;
  readonly routes: readonly GuardedRoute[];
}

/** Which plugins hold where. A plugin that holds at several places is translated once. */
export function resolveGuards(model: KongModel, context: OidcContext): readonly GuardedService[] {
  const { ledger, vaults } = context;
  const oidc = once((plugin) => translateOidc(plugin, context));
  const acl = once((plugin) => translateAcl(plugin, ledger, vaults));
  const guardsOf = (scopes: readonly (readonly KongPlugin[])[]): Guards => {
    const picked = pickPlugin('openid-connect', scopes, ledger);
    const list = pickPlugin('acl', scopes, ledger);
    return { oidc: picked && oidc(picked), acl: list && acl(list) };
  };
  for (const plugin of [...model.globalPlugins, ...routePlugins(model)]) {
    if (plugin.name !== 'application-registration' || plugin.entity.enabled === false) continue;
    ledger.stop(plugin.name, plugin.path, 'this plugin belongs to a Service');
  }
  return listServices(model, ledger).map((service) => {
    const wide = [service.plugins, model.globalPlugins];
    const guarded = {
      ...guardsOf(wide),
      service,
      registration: readRegistration(service, ledger, vaults),
      routes: service.routes.map((route) => ({ route, ...guardsOf([route.plugins, ...wide]) })),
    };
    checkAuthenticated(guarded, ledger);
    checkRegistrations(guarded, ledger);
    return guarded;
  });
}

function once<T>(translate: (plugin: KongPlugin) => T): (plugin: KongPlugin) => T {
  const known = new Map<KongPlugin, T>();
  return (plugin) => {
    const found = known.get(plugin) ?? translate(plugin);
    known.set(plugin, found);
    return found;
  };
}

function listServices(model: KongModel, ledger: Ledger): readonly KongService[] {
  return model.services.filter(({ name, entity, path }) => {
    if (entity.enabled !== false) return true;
    ledger.ignore('service', path, `enabled: false: ${name} and its routes are left out`);
    return false;
  });
}

function routePlugins({ services }: KongModel): readonly KongPlugin[] {
  return services.flatMap(({ routes }) => routes.flatMap(({ plugins }) => plugins));
}

function readRegistration(
  service: KongService,
  ledger: Ledger,
  vaults: EnvVaults,
): RegistrationParts | null {
  const plugin = pickPlugin('application-registration', [service.plugins], ledger);
  return plugin && translateRegistration(plugin, ledger, vaults);
}

/** In Kong a list or a registration without authentication refuses everybody; here nobody would ask. */
function checkAuthenticated({ registration, routes }: GuardedService, ledger: Ledger): void {
  for (const { route, oidc, acl } of routes) {
    if (oidc !== null || (acl === null && registration === null)) continue;
    const name = acl === null ? 'application-registration' : 'acl';
    const why = `no openid-connect plugin holds on the route ${route.name}, which this one would guard`;
    ledger.stop(`${name}.without-authentication`, route.path, why);
  }
}

/** Kong asks for both; here a Service has one registration, which either could fill. */
function checkRegistrations({ registration, routes }: GuardedService, ledger: Ledger): void {
  if (registration === null) return;
  for (const { route, acl } of routes) {
    if (acl?.kind !== 'registration') continue;
    const why = 'beside application-registration: here both would be one registration';
    ledger.stop('acl.konnect-app-registration', route.path, why);
  }
}
