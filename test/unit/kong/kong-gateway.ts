import { askKong, type Request } from './kong-router.ts';
import type { Loose } from './translate.ts';

/** A request with what its token says; null = there is none, or not one that is good. */
export interface Call extends Request {
  readonly claims: Readonly<Record<string, Loose>> | null;
}

interface Subject {
  /** Null = none. */
  readonly consumer: Loose;
  /** Authenticated, and not the anonymous Consumer. */
  readonly credential: boolean;
  readonly groups: readonly string[] | null;
}

/**
 * What Kong's three plugins make of a request, from their description (docs/kong.md): which Route, which
 * plugins, then authentication, registration, groups. Null where Kong's order of routes tells nothing.
 */
export function askGateway(file: Loose, portal: Loose, call: Call): boolean | null {
  const services = file.services.filter((service: Loose) => service.enabled !== false);
  const routes = services.flatMap((service: Loose) =>
    service.routes.map((route: Loose) => ({ ...route, of: service })),
  );
  const names = askKong(routes, call);
  if (names.length !== 1) return names.length === 0 ? false : null;
  const route = routes.find(({ name }: Loose) => name === names[0]);
  const pick = (name: string) =>
    [route.plugins, route.of.plugins, file.plugins]
      .map((plugins) => (plugins ?? []).find((one: Loose) => one.name === name && one.enabled))
      .find((plugin) => plugin !== undefined)?.config ?? null;
  const subject = authenticate(pick('openid-connect'), file, portal, call);
  if (subject === null) return false;
  const registration = pick('application-registration');
  if (registration !== null && !isRegistered(registration, subject, portal, route.of.name)) {
    return false;
  }
  const acl = pick('acl');
  return acl === null || judgeGroups(acl, subject);
}

/** Null = refused. */
function authenticate(oidc: Loose, file: Loose, portal: Loose, call: Call): Subject | null {
  const nobody = { consumer: null, credential: false, groups: null };
  if (oidc === null) return nobody;
  if (oidc.run_on_preflight === false && call.method === 'OPTIONS') return nobody;
  const consumers = [...file.consumers, ...listApplications(portal)];
  const guest = consumers.find(({ username }: Loose) => username === oidc.anonymous);
  const refused = oidc.anonymous === undefined ? null : { ...nobody, consumer: guest };
  const { claims } = call;
  if (claims === null || !meets(oidc, claims)) return refused;
  const groups = claims[oidc.authenticated_groups_claim?.[0]] ?? null;
  const known = { consumer: null, credential: true, groups };
  if (oidc.consumer_claim === undefined) return known;
  const wanted = claims[oidc.consumer_claim[0]];
  const by = (key: string) =>
    consumers.find((item: Loose) => wanted !== undefined && item[key] === wanted);
  const consumer = by('custom_id') ?? by('username');
  if (consumer !== undefined) return { ...known, consumer };
  return oidc.consumer_optional === true ? known : refused;
}

function meets(oidc: Loose, claims: Loose): boolean {
  const isMet = (required: string[] | undefined, value: string | undefined) =>
    required === undefined ||
    required.some((item) => item.split(' ').every((word) => value?.split(' ').includes(word)));
  return (
    isMet(oidc.scopes_required, claims.scope) &&
    isMet(oidc.audience_required, claims.aud) &&
    !(oidc.claims_forbidden ?? []).some((name: string) => name in claims)
  );
}

/** The hidden Consumers of applications. */
function listApplications(portal: Loose): readonly Loose[] {
  return portal.applications.map(({ id, custom_id }: Loose) => ({ custom_id, application: id }));
}

function isRegistered(config: Loose, subject: Subject, portal: Loose, service: string): boolean {
  const { consumer, credential } = subject;
  if (consumer === null || !credential) return false;
  if (consumer.application === undefined) {
    return config.enable_proxy_with_consumer_credential === true;
  }
  return portal.application_instances.some(
    (instance: Loose) =>
      instance.application.id === consumer.application &&
      instance.service.name === service &&
      instance.status === 0 &&
      instance.suspended !== true,
  );
}

/** The plugin's handler, step by step. */
function judgeGroups(acl: Loose, { consumer, credential, groups: told }: Subject): boolean {
  const denied = acl.deny ?? acl.blacklist;
  const listed: string[] = denied ?? acl.allow ?? acl.whitelist;
  const own: string[] = (consumer?.acls ?? []).map(({ group }: Loose) => group);
  if (consumer === null && told === null) return false;
  const prefers = consumer === null || !credential || acl.always_use_authenticated_groups === true;
  const speaking = prefers && told !== null ? told : own;
  const isHit = listed.some((group) => speaking.includes(group));
  return denied === undefined ? isHit : !isHit;
}
