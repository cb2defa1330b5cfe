import {
  fetchDpopToken,
  fetchToken,
  startOidcProvider,
  type OidcProvider,
} from '../../support/oidc-provider.ts';
import { startOwnRedis, type OwnRedis } from '../../support/redis.ts';
import { describeProvider, type Json, type ServiceSettings } from '../../support/world-config.ts';
import { startWorld, type Outcome, type World, type WorldOptions } from '../../support/world.ts';

export type Storage = 'cookie' | 'redis';

export const gold = { id: 'gold-app', secret: 'secret-of-gold' };
export const silver = { id: 'silver-app', secret: 'secret-of-silver' };
const postern = { id: 'postern', secret: 's3cret-of-postern' };

export const sessionKey = 'a session key of the tests, long enough';

/** What one request brings along. */
export interface Brought {
  readonly token?: string;
  /** `name=value`, or several. */
  readonly cookie?: string;
  readonly basic?: { readonly id: string; readonly secret: string };
  readonly method?: string;
  /** Behind `/<service>/`. */
  readonly path?: string;
}

/** A certified provider, and a world whose Services keep sessions. */
export interface SessionRig {
  readonly oidc: OidcProvider;
  readonly world: World;
  /** Null where sessions are their cookies. */
  readonly redis: OwnRedis | null;
  bring(service: string, brought: Brought): Promise<Outcome>;
  fetch(client?: typeof gold, resource?: string): Promise<string>;
  /** Opens a session with a new token and gives its cookie. */
  open(service: string, resource?: string): Promise<string>;
  /** Another Postern behind another Envoy, with the same configuration. */
  startReplica(): Promise<World>;
  stop(): Promise<void>;
}

export interface SessionRigOptions {
  readonly storage: Storage;
  readonly services: readonly ServiceSettings[];
  readonly consumers: readonly Json[];
  readonly session?: Json;
}

/** Resources: `urn:jwt`, `urn:opaque`, and `urn:brief` whose tokens live for six seconds. */
export async function startSessions(options: SessionRigOptions): Promise<SessionRig> {
  const oidc = await startOidcProvider({
    clients: [gold, silver, postern],
    resources: {
      'urn:jwt': { audience: 'api://orders', scope: 'orders.read', format: 'jwt' },
      'urn:opaque': { audience: 'api://orders', scope: 'orders.read', format: 'opaque' },
      'urn:brief': { audience: 'api://orders', scope: 'orders.read', format: 'jwt', ttl: 6 },
    },
  });
  const redis = options.storage === 'redis' ? await startOwnRedis() : null;
  const settings = describeWorld(oidc, redis, options);
  const world = await startWorld(settings);
  const fetch = (client = gold, resource = 'urn:jwt') =>
    fetchToken(oidc.issuer, { client, resource, scope: 'orders.read' });
  return {
    oidc,
    world,
    redis,
    bring: (service, brought) => bringTo(world, service, brought),
    fetch,
    async open(service, resource) {
      const token = await fetch(gold, resource);
      return cookieOf(await bringTo(world, service, { token }));
    },
    startReplica: () => startWorld(settings),
    async stop() {
      await world.stop();
      await oidc.close();
      await redis?.stop();
    },
  };
}

function describeWorld(
  oidc: OidcProvider,
  redis: OwnRedis | null,
  { storage, services, consumers, session }: SessionRigOptions,
): WorldOptions {
  return {
    identityProviders: [describeProvider('oidc', oidc.issuer)],
    services,
    consumers,
    ...(redis === null ? {} : { redis, redisSettings: { max_staleness: '10m' } }),
    config: { session: { keys: [sessionKey], storage, ...session } },
  };
}

/** A Service with sessions at the provider of {@link startSessions}. */
export function describeService(name: string, more: Json = {}): ServiceSettings {
  const auth_methods = ['bearer', 'introspection', 'session'];
  return { name, identity_providers: ['oidc'], auth_methods, ...more };
}

export function bringTo(world: World, service: string, brought: Brought): Promise<Outcome> {
  const { token, cookie, basic, method = 'GET', path = '' } = brought;
  const pair = basic === undefined ? '' : `${basic.id}:${basic.secret}`;
  return world.call({
    method,
    path: `/${service}/${path}`,
    headers: [
      ...(token === undefined ? [] : [['authorization', `Bearer ${token}`] as const]),
      ...(basic === undefined ? [] : [['authorization', `Basic ${btoa(pair)}`] as const]),
      ...(cookie === undefined ? [] : [['cookie', cookie] as const]),
    ],
  });
}

/** `name=value` of the one session cookie that an answer sets. */
export function cookieOf({ status, setCookies, body }: Outcome): string {
  const [line, ...more] = setCookies.filter((text) => text.includes('_session='));
  if (line === undefined || more.length > 0) {
    throw new Error(`not one session cookie: ${status} ${setCookies.join(' | ')} ${body}`);
  }
  return line.split(';')[0] ?? '';
}

/** A token that is bound to a key, with its proof for one request. */
export async function fetchProvenToken(oidc: OidcProvider, url: string) {
  const question = { client: gold, resource: 'urn:jwt', scope: 'orders.read' };
  const bound = await fetchDpopToken(oidc.issuer, question);
  return {
    authorization: `DPoP ${bound.token}`,
    dpop: await bound.proof('GET', url),
  };
}

/** The whole `set-cookie` that takes a session cookie away. */
export const clearing =
  '__Host-postern_session=; Path=/; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Secure; HttpOnly; SameSite=Lax';

/** With another character at that place. */
export function flip(cookie: string, at: number): string {
  const other = cookie[at] === 'A' ? 'B' : 'A';
  return cookie.slice(0, at) + other + cookie.slice(at + 1);
}
