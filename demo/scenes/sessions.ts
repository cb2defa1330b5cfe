import { allowed, bearer, type Scenes } from '../scene.ts';
import { applications, askToken, resources, type World } from '../world.ts';

const shop = { path: '/shop/cart' };

/** The first success with a token sets a cookie; what it stands for is judged again each time. */
export async function* playSessions(world: World): Scenes {
  const token = await askToken(world.provider.issuer)(applications.billing, resources.jwt);
  const first = yield {
    title: 'a token, for the first time',
    ...shop,
    headers: bearer(token),
    ...allowed,
  };
  const session = { cookie: `theme=dark; ${readPair(first.answer.setCookie)}` };
  yield { title: 'the cookie alone', ...shop, headers: session, ...allowed };
  yield {
    title: 'a cookie that was tampered with',
    ...shop,
    headers: { cookie: tamper(session.cookie) },
    status: 401,
    reason: 'session_invalid',
  };
  const registration = await world.admin.findRegistration('billing', 'shop');
  await world.admin.decide(registration, 'revoked');
  yield {
    title: 'the cookie, its registration revoked',
    ...shop,
    headers: session,
    status: 403,
    reason: 'registration_revoked',
    afterChange: true,
  };
  await world.admin.decide(registration, 'approved');
  yield {
    title: 'the cookie, approved again',
    ...shop,
    headers: session,
    ...allowed,
    afterChange: true,
  };
  yield {
    title: 'logging out',
    method: 'POST',
    path: '/shop/logout',
    headers: session,
    status: 204,
    reason: 'logout',
  };
}

/** A session of its own, for whoever wants to go on with `curl`: the cookie, as it is sent. */
export async function openSession({ envoy, provider }: World): Promise<string> {
  const token = await askToken(provider.issuer)(applications.billing, resources.jwt);
  const { headers } = await fetch(`${envoy.url}${shop.path}`, { headers: bearer(token) });
  return readPair(headers.getSetCookie());
}

/** `name=value` of a `set-cookie`. */
function readPair([cookie = '']: readonly string[]): string {
  return cookie.split(';', 1)[0] ?? '';
}

function tamper(cookie: string): string {
  return cookie.endsWith('A') ? `${cookie.slice(0, -1)}Q` : `${cookie.slice(0, -1)}A`;
}
