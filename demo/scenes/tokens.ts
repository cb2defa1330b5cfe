import { setTimeout as wait } from 'node:timers/promises';
import { allowed, bearer, type Scenes } from '../scene.ts';
import { applications, askToken, resources, type World } from '../world.ts';

const orders = { path: '/orders/42' };
const forged = { 'x-consumer-id': 'root', 'x-consumer-groups': 'admin', x_consumer_id: 'root' };

/** Tokens that the application fetched itself, whichever of OAuth's flows it used. */
export async function* playTokens(world: World): Scenes {
  const tokens = await fetchTokens(world);
  const jwt = bearer(tokens.jwt);
  const opaque = bearer(tokens.opaque);
  yield { title: 'a JWT of an approved application', ...orders, headers: jwt, ...allowed };
  yield { title: 'an opaque token of the same', ...orders, headers: opaque, ...allowed };
  yield { title: 'the opaque token again', ...orders, headers: opaque, ...allowed };
  yield { title: 'no token', ...orders, headers: {}, ...refused.missing };
  yield { title: 'where tokens come from (RFC 9728)', ...metadata };
  yield { title: 'an expired token', ...orders, headers: bearer(tokens.expired), ...refused.time };
  yield {
    title: 'a token of another issuer',
    ...orders,
    headers: bearer(tokens.foreign),
    ...refused.issuer,
  };
  yield {
    title: 'an unknown application',
    ...orders,
    headers: bearer(tokens.unknown),
    ...refused.consumer,
  };
  yield {
    title: 'an application not yet approved',
    ...orders,
    headers: bearer(tokens.waiting),
    ...refused.registration,
  };
  yield {
    title: 'a route for another group',
    path: '/orders/admin',
    headers: jwt,
    ...refused.group,
  };
  yield { title: 'forged identity headers', ...orders, headers: { ...jwt, ...forged }, ...allowed };
  yield { title: 'an open route', path: '/orders/health', headers: forged, ...open };
  yield { title: 'a route without a policy', path: '/elsewhere', headers: jwt, ...refused.policy };
}

async function fetchTokens(world: World) {
  const { billing, warehouse, stranger } = applications;
  const ask = askToken(world.provider.issuer);
  const [expired, jwt, opaque, foreign, unknown, waiting] = await Promise.all([
    ask(billing, resources.shortLived),
    ask(billing, resources.jwt),
    ask(billing, resources.opaque),
    askToken(world.otherProvider.issuer)(billing, resources.jwt),
    ask(stranger, resources.jwt),
    ask(warehouse, resources.jwt),
  ]);
  // The short-lived token lives for one second.
  await wait(1500);
  return { expired, jwt, opaque, foreign, unknown, waiting };
}

const open = { status: 200, reason: 'route_open' } as const;
const metadata = {
  path: '/.well-known/oauth-protected-resource/orders',
  headers: {},
  status: 200,
  reason: 'resource_metadata',
} as const;
const refused = {
  missing: { status: 401, reason: 'credential_missing' },
  time: { status: 401, reason: 'token_expired' },
  issuer: { status: 401, reason: 'token_issuer_mismatch' },
  consumer: { status: 403, reason: 'consumer_unknown' },
  registration: { status: 403, reason: 'registration_requested' },
  group: { status: 403, reason: 'group_not_allowed' },
  policy: { status: 403, reason: 'policy_unknown' },
} as const;
