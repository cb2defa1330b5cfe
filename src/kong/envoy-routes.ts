import { fingerprint, type Json } from './json.ts';
import type { KongRoute, KongService } from './kong-model.ts';
import type { FormatVersion, RouteEntity } from './kong-schema.ts';
import type { EnvoyEntry } from './envoy-entry.ts';
import type { Ledger } from './ledger.ts';
import { readUpstream, writeAction } from './envoy-action.ts';
import { writeMatch } from './envoy-match.ts';
import { isHostPattern, matchDomain } from './host-pattern.ts';
import { mayMatchBoth } from './may-match-both.ts';
import { comparePriority, routePriority } from './router-priority.ts';
import type { RoutePolicy } from './translate-services.ts';

export interface EnvoySources {
  readonly services: readonly KongService[];
  readonly policies: ReadonlyMap<KongRoute, RoutePolicy>;
  readonly format: FormatVersion;
  /** Of the Kong that routes: its order of routes changed with 3.0. */
  readonly router: FormatVersion;
}

const perRoute = 'type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthzPerRoute';

/** A `RouteConfiguration` that takes requests to the routes to which Kong's router takes them. */
export function writeEnvoyRoutes(sources: EnvoySources, ledger: Ledger): Json {
  const entries = sources.services.flatMap((service) =>
    service.routes.flatMap((route) => listEntries(service, route, sources, ledger)),
  );
  const ordered = orderEntries(entries, ledger);
  return { name: 'kong', virtual_hosts: writeVirtualHosts(ordered) };
}

function listEntries(
  service: KongService,
  route: KongRoute,
  { policies, format, router }: EnvoySources,
  ledger: Ledger,
): readonly EnvoyEntry[] {
  const policy = policies.get(route);
  checkExpressible(route, ledger);
  checkRewrite(service, route, ledger);
  if (policy === undefined) return [];
  const { entity } = route;
  const hosts = [...new Set((entity.hosts ?? []).map((host) => host.toLowerCase()))];
  const paths = [...new Set(entity.paths ?? [])];
  return (paths.length === 0 ? [null] : paths).flatMap((path) => {
    const match = writeMatch(route, path, format, ledger);
    if (match === null) return [];
    const action = { route: writeAction(service, route, path, format) };
    const written = writeEntry(route, match, action, policy);
    const priority = routePriority({ entity, path }, format, router);
    return [{ route, path, hosts, priority, written }];
  });
}

function writeEntry(
  { entity }: KongRoute,
  match: Json,
  action: Json,
  { service, route }: RoutePolicy,
): readonly Json[] {
  const check_settings = { context_extensions: { service, route } };
  const typed = { 'envoy.filters.http.ext_authz': { '@type': perRoute, check_settings } };
  const entry = { name: route, match, ...action, typed_per_filter_config: typed };
  const protocols = entity.protocols ?? [];
  if (protocols.length === 0 || protocols.some((item) => ['http', 'grpc'].includes(item))) {
    return [entry];
  }
  // Kong takes such a request to this route as well, and tells it to come back by TLS.
  const headers = (match['headers'] ?? []) as readonly Json[];
  // Not `:scheme`, which callers write themselves.
  const byTls = { name: 'x-forwarded-proto', string_match: { exact: 'https' } };
  const unasked = { 'envoy.filters.http.ext_authz': { '@type': perRoute, disabled: true } };
  const answer = { name: `${route}-tls-only`, match, ...answerPlain(entity) };
  return [
    { ...entry, match: { ...match, headers: [...headers, byTls] } },
    { ...answer, typed_per_filter_config: unasked },
  ];
}

const redirects: ReadonlyMap<number, string> = new Map([
  [301, 'MOVED_PERMANENTLY'],
  [302, 'FOUND'],
  [307, 'TEMPORARY_REDIRECT'],
  [308, 'PERMANENT_REDIRECT'],
]);

/** What a caller without TLS is told; nothing goes to the Service. */
function answerPlain({ https_redirect_status_code: status }: RouteEntity): Json {
  const response_code = redirects.get(status ?? 426);
  return response_code === undefined
    ? { direct_response: { status: 426 } }
    : { redirect: { https_redirect: true, response_code } };
}

const streamProtocols = ['tcp', 'tls', 'udp', 'tls_passthrough', 'ws', 'wss'];

const inexpressible = [
  ['expression', 'an expression of Kong’s router'],
  ['snis', 'server names belong to its filter chains'],
  ['sources', 'addresses belong to its filter chains'],
  ['destinations', 'addresses belong to its filter chains'],
] as const;

/** Conditions that a route of Envoy does not have. */
function checkExpressible({ entity, path }: KongRoute, ledger: Ledger): void {
  const stop = (key: string, why: string) => {
    ledger.stop(`route.${key}`, [...path, key], `Envoy cannot match this: ${why}`);
  };
  for (const [key, why] of inexpressible) {
    if ((entity[key]?.length ?? 0) > 0) stop(key, why);
  }
  if ((entity.protocols ?? []).some((protocol) => streamProtocols.includes(protocol))) {
    stop('protocols', 'a stream is no request');
  }
  for (const host of entity.hosts ?? []) {
    if (!isHostPattern(host.toLowerCase())) stop('hosts', 'expected a host without a port');
  }
}

/** `v1` joins the Service's path and the rest without a slash between them. */
function checkRewrite(service: KongService, { entity, path }: KongRoute, ledger: Ledger): void {
  if (entity.path_handling !== 'v1' || (readUpstream(service)?.path ?? '/') === '/') return;
  const why = 'with a path of the Service it gives upstreams other paths; here v0 is written';
  ledger.refuse('route.path_handling', [...path, 'path_handling'], why);
}

function orderEntries(entries: readonly EnvoyEntry[], ledger: Ledger): readonly EnvoyEntry[] {
  const age = ({ route }: EnvoyEntry) => route.entity.created_at ?? 0;
  const ordered = entries.toSorted(
    (a, b) => comparePriority(a.priority, b.priority) || age(a) - age(b),
  );
  for (const equals of Map.groupBy(ordered, ({ priority }) => priority.join()).values()) {
    for (const [index, entry] of equals.entries()) refuseTie(entry, equals.slice(0, index), ledger);
  }
  return ordered;
}

function refuseTie(entry: EnvoyEntry, before: readonly EnvoyEntry[], ledger: Ledger): void {
  const { route } = entry;
  const other = before.find(
    (one) => one.route !== route && !isOlder(one.route, route) && mayMatchBoth(one, entry),
  );
  if (other === undefined) return;
  const why = `Kong’s order does not tell it from ${other.route.name}, which may match the same requests; here the first of the file wins`;
  ledger.refuse('route.order', route.path, why);
}

function isOlder({ entity: a }: KongRoute, { entity: b }: KongRoute): boolean {
  const [first, second] = [a.created_at ?? null, b.created_at ?? null];
  return first !== null && second !== null && first < second;
}

function writeVirtualHosts(entries: readonly EnvoyEntry[]): readonly Json[] {
  const named = new Set(entries.flatMap(({ hosts }) => hosts));
  const domains = [...named, ...(entries.some(({ hosts }) => hosts.length === 0) ? ['*'] : [])];
  const byContent = new Map<string, { domains: string[]; routes: readonly Json[] }>();
  for (const domain of domains) {
    const routes = entries.flatMap((entry) => placeEntry(entry, domain));
    const key = fingerprint(routes);
    const found = byContent.get(key) ?? { domains: [], routes };
    found.domains.push(domain);
    byContent.set(key, found);
  }
  return [...byContent.values()].map(({ domains, routes }) => ({
    name: domains[0] === '*' ? 'any-host' : domains[0],
    domains,
    routes,
  }));
}

/** What of an entry belongs into the virtual host of a domain. */
function placeEntry({ hosts, written }: EnvoyEntry, domain: string): readonly Json[] {
  const patterns = hosts.length === 0 ? [null] : hosts;
  const matched = patterns.map((host) => ({ host, extent: matchDomain(host, domain) }));
  if (matched.some(({ extent }) => extent === 'all')) return written;
  return matched
    .filter(({ extent }) => extent === 'some')
    .flatMap(({ host }) => written.map((route) => addHost(route, (host ?? '').slice(0, -1))));
}

function addHost(route: Json, prefix: string): Json {
  const match = route['match'] as Json;
  const headers = (match['headers'] ?? []) as readonly Json[];
  const authority = { name: ':authority', string_match: { prefix, ignore_case: true } };
  return { ...route, match: { ...match, headers: [...headers, authority] } };
}
