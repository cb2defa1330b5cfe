import { setTimeout as wait } from 'node:timers/promises';
import { fetchToken, type OidcClient } from '../test/support/oidc-provider.ts';
import { applications, resources, type World } from './world.ts';

/** One request of the demo, and what has to become of it. */
export interface Scene {
  readonly title: string;
  readonly path: string;
  /** The access token, or null for none. */
  readonly token: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status: number;
  readonly reason: string;
}

/** The requests, in the order of the table; tokens are fetched as the applications would. */
export async function writeScenario(world: World): Promise<readonly Scene[]> {
  const ask = (client: OidcClient, resource: string, issuer = world.provider.issuer) =>
    fetchToken(issuer, { client, resource, scope: 'orders.read' });
  const { billing, warehouse, stranger } = applications;
  const [expired, jwt, opaque, foreign, unknown, waiting] = await Promise.all([
    ask(billing, resources.shortLived),
    ask(billing, resources.jwt),
    ask(billing, resources.opaque),
    ask(billing, resources.jwt, world.otherProvider.issuer),
    ask(stranger, resources.jwt),
    ask(warehouse, resources.jwt),
  ]);
  // The short-lived token lives for one second.
  await wait(1500);

  const orders = { path: '/orders/42' };
  const allowed = { ...orders, status: 200, reason: 'allowed' };
  const forged = { 'x-consumer-id': 'root', 'x-consumer-groups': 'admin', x_consumer_id: 'root' };
  return [
    { title: 'a JWT of an approved application', ...allowed, token: jwt },
    { title: 'an opaque token of the same', ...allowed, token: opaque },
    { title: 'the opaque token again', ...allowed, token: opaque },
    { title: 'no token', ...orders, token: null, status: 401, reason: 'credential_missing' },
    { title: 'an expired token', ...orders, token: expired, status: 401, reason: 'token_expired' },
    { title: 'a token of another issuer', ...orders, token: foreign, ...refused.issuer },
    { title: 'an unknown application', ...orders, token: unknown, ...refused.consumer },
    {
      title: 'an application not yet approved',
      ...orders,
      token: waiting,
      ...refused.registration,
    },
    { title: 'a route for another group', path: '/orders/admin', token: jwt, ...refused.group },
    { title: 'forged identity headers', ...allowed, token: jwt, headers: forged },
    { title: 'an open route', path: '/orders/health', token: null, headers: forged, ...open },
    { title: 'a route without a policy', path: '/elsewhere', token: jwt, ...refused.policy },
  ];
}

const open = { status: 200, reason: 'route_open' } as const;
const refused = {
  issuer: { status: 401, reason: 'token_issuer_mismatch' },
  consumer: { status: 403, reason: 'consumer_unknown' },
  registration: { status: 403, reason: 'registration_requested' },
  group: { status: 403, reason: 'group_not_allowed' },
  policy: { status: 403, reason: 'policy_unknown' },
} as const;
