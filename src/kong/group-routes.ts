import { fingerprint } from './json.ts';
import type { GuardedRoute, GuardedService, Guards } from './resolve-guards.ts';
import type { OidcParts } from './translate-oidc.ts';

/** Routes of one Service with the same ways in and the same registration: one Service here. */
export interface RouteGroup {
  readonly oidc: OidcParts;
  readonly guards: Guards;
  readonly routes: GuardedRoute[];
}

/** The routes that say what the Service says come first and keep its name. */
export function groupRoutes(
  guarded: GuardedService,
  anyOidc: OidcParts | null,
  hasOpen: boolean,
): readonly RouteGroup[] {
  const groups = new Map<string, RouteGroup>();
  const { oidc, acl } = guarded;
  const keyOf = (parts: OidcParts, guards: Guards) =>
    fingerprint([parts.provider, parts.service, parts.sessionKey, listGenerated(guards)]);
  const base = { oidc, acl };
  if (oidc !== null) groups.set(keyOf(oidc, base), { oidc, guards: base, routes: [] });
  for (const route of guarded.routes) {
    if (route.oidc === null) continue;
    const key = keyOf(route.oidc, route);
    // A list that a Route does not replace is that of the Service, whatever the group.
    const guards = { oidc: route.oidc, acl: listGenerated(route) === null ? acl : null };
    const group = groups.get(key) ?? { oidc: route.oidc, guards, routes: [] };
    group.routes.push(route);
    groups.set(key, group);
  }
  const used = [...groups.values()].filter(({ routes }) => routes.length > 0);
  if (used.length > 0) return used;
  return hasOpen && anyOidc !== null ? [openGroup(anyOidc)] : [...groups.values()];
}

/** Groups of Konnect's making that stand for a registration here; null = none do. */
export function listGenerated({ acl }: Guards): readonly string[] | null {
  return acl?.kind === 'registration' ? acl.groups.toSorted() : null;
}

function openGroup(anyOidc: OidcParts): RouteGroup {
  // Nobody passes by the Service itself: every route of Envoy names an open Route of it.
  const closed = { ...anyOidc, service: { auth_methods: ['bearer'] }, sessionKey: null };
  const nobody: Guards = { oidc: closed, acl: null };
  return { oidc: { ...closed, needsAddress: false }, guards: nobody, routes: [] };
}
