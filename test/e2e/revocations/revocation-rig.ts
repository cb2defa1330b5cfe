import { FakeProvider } from '../../support/fake-provider.ts';
import type { HttpCall } from '../../support/http-caller.ts';
import { startOwnRedis, type OwnRedis } from '../../support/redis.ts';
import { describeProvider, type Json } from '../../support/world-config.ts';
import { eventually, startWorld, type Outcome, type World } from '../../support/world.ts';

const adminToken = 'token-of-an-administrator';
const sessionKey = 'a session key of the tests, long enough';

export interface AdminAnswer {
  readonly status: number;
  readonly text: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- what comes off the wire is untyped
  readonly body: any;
}

/** Three sidecars on one Redis, each behind an Envoy of its own; the first has the Admin API. */
export interface RevocationRig {
  readonly idp: FakeProvider;
  readonly redis: OwnRedis;
  readonly worlds: readonly World[];
  ask(method: string, path: string, body?: unknown, key?: string): Promise<AdminAnswer>;
  /** Revokes, and gives the revocation. */
  revoke(body: unknown): Promise<AdminAnswer['body']>;
  /** What every sidecar does with a request, in their order. */
  bring(call: HttpCall): Promise<readonly Outcome[]>;
  /** Waits until all decide so, and looks once more whether they keep to it. */
  everywhere(reason: string, call: HttpCall): Promise<readonly Outcome[]>;
  /** Another sidecar on the same Redis. */
  startReplica(): Promise<World>;
  stop(): Promise<void>;
}

const services = [
  { name: 'jwt', auth_methods: ['bearer'] },
  { name: 'opaque', auth_methods: ['introspection'] },
  { name: 'pairs', auth_methods: ['client_credentials'] },
  { name: 'sessions', auth_methods: ['bearer', 'session'] },
  { name: 'stored', auth_methods: ['bearer', 'session'], session: { storage: 'redis' } },
  { name: 'guests', auth_methods: ['bearer'], anonymous: 'guest' },
].map((service) => ({ identity_providers: ['idp'], ...service }));

/** Clocks are one here, so that no leeway is needed. */
export async function startRevocations(more: Json = {}): Promise<RevocationRig> {
  const [idp, redis] = await Promise.all([FakeProvider.start(), startOwnRedis()]);
  // Known to the sidecars from the start; what names no key is signed by the newest.
  await idp.addKey('ES256', 'elliptic');
  await idp.addKey();
  const start = (hasAdmin: boolean) =>
    startWorld({
      identityProviders: [describeProvider('idp', idp.issuer, { leeway: '0s' })],
      services,
      config: describeRest(redis, hasAdmin, more),
    });
  const worlds = [await start(true), ...(await Promise.all([start(false), start(false)]))];
  const line = await worlds[0]!.postern.untilLine(({ msg }) => msg === 'listening');
  const adminUrl = `http://${String(line['admin'])}`;
  const bring = (call: HttpCall) => Promise.all(worlds.map((world) => world.call(call)));
  const ask: RevocationRig['ask'] = (method, path, body, key) =>
    askAdmin(`${adminUrl}${path}`, method, body, key);
  return {
    idp,
    redis,
    worlds,
    ask,
    bring,
    async revoke(body) {
      const answer = await ask('POST', '/revocations', body);
      if (answer.status === 201 || answer.status === 200) return answer.body;
      throw new Error(`${answer.status} ${answer.text}`);
    },
    async everywhere(reason, call) {
      const isSo = (seen: readonly Outcome[]) => seen.every((one) => one.line['reason'] === reason);
      await eventually(() => bring(call), isSo);
      const again = await bring(call);
      if (!isSo(again)) throw new Error(JSON.stringify(again.map((one) => one.line)));
      return again;
    },
    startReplica: () => start(false),
    async stop() {
      await Promise.all(worlds.map((world) => world.stop()));
      await Promise.all([idp.close(), redis.stop()]);
    },
  };
}

function describeRest(redis: OwnRedis, hasAdmin: boolean, more: Json): Json {
  const address = '127.0.0.1:0';
  return {
    // So long that nothing but news of Redis can end what is cached.
    store: { redis: { url: redis.url, key_prefix: 'revocations', max_staleness: '10m' } },
    session: { keys: [sessionKey] },
    listen: {
      grpc: { address },
      ops: { address },
      ...(hasAdmin && { admin: { address, tokens: [adminToken] } }),
    },
    ...more,
  };
}

async function askAdmin(
  url: string,
  method: string,
  body?: unknown,
  key?: string,
): Promise<AdminAnswer> {
  const response = await fetch(url, {
    method,
    headers: {
      'kong-admin-token': adminToken,
      ...(key !== undefined && { 'idempotency-key': key }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, text, body: text === '' ? null : JSON.parse(text) };
}

export function bearer(path: string, token: string): HttpCall {
  return { path, headers: { authorization: `Bearer ${token}` } };
}

export function pair(path: string, id: string, secret: string): HttpCall {
  return { path, headers: { authorization: `Basic ${btoa(`${id}:${secret}`)}` } };
}

export function cookie(path: string, text: string): HttpCall {
  return { path, headers: { cookie: text } };
}

/** `name=value` of the session cookie that an answer sets. */
export function cookieOf({ headers }: Outcome): string {
  return /^[^;]+/.exec(String(headers['set-cookie']))?.[0] ?? '';
}
