import { expect } from '@jest/globals';
import type { FakeProvider } from '../../support/fake-provider.ts';
import { describeProvider, type Json } from '../../support/world-config.ts';
import {
  eventually,
  startWorld,
  type Outcome,
  type World,
  type WorldOptions,
} from '../../support/world.ts';

export interface FleetOptions {
  readonly idp: FakeProvider;
  /** The `store.redis` section of each sidecar but for its `key_prefix`; the first has the Admin API. */
  readonly stores: readonly Json[];
}

export interface AdminAnswer {
  readonly status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- what comes off the wire is untyped
  readonly body: any;
}

/** Several Posterns on one store, each behind an Envoy of its own; the first has the Admin API. */
export interface Fleet {
  readonly worlds: readonly World[];
  /** Where the Admin API is, `http://host:port`. */
  readonly adminUrl: string;
  /** Asks the Admin API, whatever it answers. */
  ask(method: string, path: string, body?: unknown): Promise<AdminAnswer>;
  /** The same where only success will do; gives the body. */
  change(method: string, path: string, body?: unknown): Promise<AdminAnswer['body']>;
  /** What one sidecar does with a request of this client. */
  callAt(sidecar: number, clientId: string, path?: string): Promise<Outcome>;
  /** Why each sidecar decides as it does, in their order. */
  reasons(clientId: string, path?: string): Promise<readonly unknown[]>;
  /** Waits until all decide so, and looks once more whether they keep to it. */
  everywhere(reason: string, clientId: string, path?: string): Promise<void>;
  stop(): Promise<void>;
}

const adminToken = 'token-of-an-admin';

/** So long that nothing but what Redis tells can end what is cached. */
export const patient = { max_staleness: '10m', cache: { negative_ttl: '10m' } };

const services = [
  { name: 'orders', identity_providers: ['idp'], registration: {} },
  { name: 'self-service', identity_providers: ['idp'], registration: { auto_approve: true } },
  { name: 'vip', identity_providers: ['idp'], acl: { allow: ['gold'] } },
  { name: 'known', identity_providers: ['idp'] },
];

export async function startFleet({ idp, stores }: FleetOptions): Promise<Fleet> {
  const worlds = await startAll(
    stores.map((store, index) => ({
      identityProviders: [describeProvider('idp', idp.issuer)],
      services,
      config: {
        store: { redis: { key_prefix: 'fleet', ...store } },
        listen: listen(index === 0),
      },
    })),
  );
  const adminUrl = await findAdmin(worlds);
  const tokens = new Map<string, Promise<string>>();
  const tokenOf = (clientId: string): Promise<string> => {
    const token = tokens.get(clientId) ?? idp.sign(idp.claims({ client_id: clientId }));
    // The same again each time: what is remembered of it must not outlive a change either.
    tokens.set(clientId, token);
    return token;
  };
  const callAt = async (sidecar: number, clientId: string, path = '/orders/') => {
    const headers = { authorization: `Bearer ${await tokenOf(clientId)}` };
    return worlds[sidecar]!.call({ path, headers });
  };
  const reasons = (clientId: string, path?: string) =>
    Promise.all(
      worlds.map(async (_, index) => (await callAt(index, clientId, path)).line['reason']),
    );
  const ask = (method: string, path: string, body?: unknown) =>
    askAdmin(`${adminUrl}${path}`, method, body);
  return {
    worlds,
    adminUrl,
    ask,
    async change(method, path, body) {
      const answer = await ask(method, path, body);
      if (answer.status < 300) return answer.body;
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    },
    callAt,
    reasons,
    async everywhere(reason, clientId, path) {
      const look = () => reasons(clientId, path);
      await eventually(look, (seen) => seen.every((one) => one === reason));
      expect(await look()).toEqual(worlds.map(() => reason));
    },
    async stop() {
      await Promise.all(worlds.map((world) => world.stop()));
    },
  };
}

/** All of them, or none that would be left running. */
async function startAll(options: readonly WorldOptions[]): Promise<readonly World[]> {
  const started = await Promise.allSettled(options.map(startWorld));
  const worlds = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failed = started.find((one) => one.status === 'rejected');
  if (failed === undefined) return worlds;
  await Promise.all(worlds.map((world) => world.stop()));
  throw failed.reason;
}

function listen(hasAdmin: boolean): Json {
  const address = '127.0.0.1:0';
  const admin = { address, tokens: [adminToken] };
  return { grpc: { address }, ops: { address }, ...(hasAdmin && { admin }) };
}

async function findAdmin([first]: readonly World[]): Promise<string> {
  const line = await first!.postern.untilLine(({ msg }) => msg === 'listening');
  return `http://${String(line['admin'])}`;
}

async function askAdmin(url: string, method: string, body?: unknown): Promise<AdminAnswer> {
  const response = await fetch(url, {
    method,
    headers: {
      'kong-admin-token': adminToken,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? null : JSON.parse(text) };
}
