import type { Ledger } from './ledger.ts';
import { compact, fingerprint, type Json } from './json.ts';
import type { KongRoute } from './kong-model.ts';
import { Names } from './names.ts';
import { groupRoutes, listGenerated, type RouteGroup } from './group-routes.ts';
import { settlePreflight } from './settle-preflight.ts';
import type { GuardedRoute, GuardedService, Guards } from './resolve-guards.ts';
import type { OidcParts } from './translate-oidc.ts';
import { overrideRules } from './translate-rules.ts';
import { nameProvider } from './name-provider.ts';

/** `context_extensions` of a route of Envoy. */
export interface RoutePolicy {
  readonly service: string;
  readonly route: string;
}

export interface TranslatedServices {
  readonly identityProviders: readonly Json[];
  readonly services: readonly Json[];
  readonly sessionKeys: readonly string[];
  readonly policies: ReadonlyMap<KongRoute, RoutePolicy>;
  /** Names here of the Services that want a registration, by the name in Kong. */
  readonly registered: ReadonlyMap<GuardedService, readonly string[]>;
  /** Groups of Konnect's making, with the Services here whose registration they stand for. */
  readonly generated: ReadonlyMap<string, readonly string[]>;
}

/**
 * A Route here may replace lists and requirements of its Service, not how callers authenticate. So
 * the routes of a Service whose `openid-connect` differs in that become a Service of their own.
 */
export function translateServices(
  guarded: readonly GuardedService[],
  ledger: Ledger,
): TranslatedServices {
  const writer = new ServiceWriter(guarded, ledger);
  for (const service of guarded) writer.write(service);
  return writer.result();
}

class ServiceWriter {
  readonly #ledger: Ledger;
  readonly #names = new Names();
  readonly #providerNames = new Names();
  readonly #providers = new Map<string, Json & { name: string }>();
  readonly #services: Json[] = [];
  readonly #keys = new Set<string>();
  readonly #policies = new Map<KongRoute, RoutePolicy>();
  readonly #registered = new Map<GuardedService, string[]>();
  readonly #generated = new Map<string, string[]>();
  /** Open routes need a Service, and that a provider, which nobody is asked for. */
  readonly #anyOidc: OidcParts | null;

  constructor(guarded: readonly GuardedService[], ledger: Ledger) {
    this.#ledger = ledger;
    const all = guarded.flatMap(({ oidc, routes }) => [oidc, ...routes.map((route) => route.oidc)]);
    this.#anyOidc = all.find((oidc) => oidc !== null) ?? null;
  }

  result(): TranslatedServices {
    return {
      identityProviders: [...this.#providers.values()],
      services: nameCookies(this.#services),
      sessionKeys: [...this.#keys],
      policies: this.#policies,
      registered: this.#registered,
      generated: this.#generated,
    };
  }

  write(guarded: GuardedService): void {
    const open = guarded.routes.filter(({ oidc }) => oidc === null);
    const groups = groupRoutes(guarded, this.#anyOidc, open.length > 0);
    for (const [index, group] of groups.entries()) {
      this.#writeGroup(guarded, group, index === 0 ? open : [], index);
    }
  }

  #writeGroup(
    guarded: GuardedService,
    { oidc, guards, routes }: RouteGroup,
    open: readonly GuardedRoute[],
    index: number,
  ): void {
    const own = guarded.service.name;
    const name = this.#names.take(index === 0 ? own : `${own}.${routes[0]?.route.name ?? ''}`);
    if (name !== own) this.#ledger.translate('service', guarded.service.path, `as ${name}`);
    const registration = readRegistration(guarded, routes);
    if (registration !== null) this.#noteRegistered(guarded, routes, name);
    if (oidc.sessionKey !== null) this.#keys.add(oidc.sessionKey);
    this.#checkGroups(oidc, [guards, ...routes]);
    const names = new Names();
    const place = ({ route }: GuardedRoute) => {
      const policy = { service: name, route: names.take(route.name) };
      this.#policies.set(route, policy);
      return policy.route;
    };
    for (const { route } of open) tellOpen(route, this.#ledger);
    this.#services.push(
      compact({
        name,
        public_url: oidc.needsAddress ? this.#findAddress(oidc, routes) : null,
        identity_providers: [this.#provider(oidc)],
        ...settlePreflight(oidc, registration !== null, [guards, ...routes], this.#ledger),
        ...guards.oidc?.rules,
        registration,
        acl: listOf(guards),
        routes: [
          ...routes.map((route) => describeRoute(place(route), route, guards)),
          ...open.map((route) => ({ name: place(route), auth: 'none' })),
        ],
      }),
    );
  }

  #noteRegistered(guarded: GuardedService, routes: readonly GuardedRoute[], name: string): void {
    this.#registered.set(guarded, [...(this.#registered.get(guarded) ?? []), name]);
    for (const group of new Set(routes.flatMap((route) => listGenerated(route) ?? []))) {
      this.#generated.set(group, [...(this.#generated.get(group) ?? []), name]);
    }
  }

  #provider({ provider }: OidcParts): string {
    const key = fingerprint(provider);
    const known = this.#providers.get(key);
    if (known !== undefined) return known.name;
    const name = this.#providerNames.take(nameProvider(provider['issuer']));
    this.#providers.set(key, { name, ...provider });
    return name;
  }

  /** One claim serves requirements and ACL here; in Kong the ACL may know of none. */
  #checkGroups({ hidesGroups, path, service }: OidcParts, guards: readonly Guards[]): void {
    const prefers = guards.some(
      ({ acl }) => acl?.kind === 'acl' && acl.acl['always_use_authenticated_groups'] === true,
    );
    if (!hidesGroups || (!prefers && service['consumer_optional'] !== true)) return;
    const why = 'the ACL would see these groups too, which in Kong it does not';
    this.#ledger.refuse('openid-connect.groups_required', path, why);
  }

  #findAddress({ path }: OidcParts, routes: readonly GuardedRoute[]): string | null {
    const hosts = new Set(routes.flatMap(({ route }) => route.entity.hosts ?? []));
    const [host, ...others] = hosts;
    if (host !== undefined && others.length === 0 && !host.includes('*')) return `https://${host}`;
    const why = 'proofs name an address: the routes need one host in common';
    this.#ledger.stop('openid-connect.proof_of_possession_dpop', path, why);
    return null;
  }
}

function readRegistration(
  { registration }: GuardedService,
  routes: readonly GuardedRoute[],
): Json | null {
  if (registration !== null) return registration.registration;
  return routes.some((route) => listGenerated(route) !== null) ? { required: true } : null;
}

function tellOpen({ name, path }: KongRoute, ledger: Ledger): void {
  ledger.translate('route.open', path, `no openid-connect holds on ${name}: everybody passes`);
}

function listOf({ acl }: Guards): Json | null {
  return acl?.kind === 'acl' ? acl.acl : null;
}

function describeRoute(name: string, route: GuardedRoute, service: Guards): Json {
  const own = listOf(route);
  const wide = listOf(service);
  const isSame = fingerprint(own) === fingerprint(wide);
  return {
    name,
    ...overrideRules(route.oidc?.rules ?? {}, service.oidc?.rules ?? {}),
    ...(own === null || isSame ? {} : { acl: own }),
  };
}

/** Two Services with one cookie would end each other's sessions. */
function nameCookies(services: readonly Json[]): readonly Json[] {
  const withSession = services.filter((service) => service['session'] !== undefined);
  if (withSession.length < 2) return services;
  return services.map((service) => {
    const session = service['session'] as Json | undefined;
    if (session === undefined) return service;
    const { cookie_name: base = 'postern_session' } = session as { readonly cookie_name?: string };
    return {
      ...service,
      session: { ...session, cookie_name: `${base}_${String(service['name'])}` },
    };
  });
}
