import { allowed, type Scenes } from '../scene.ts';
import { applications } from '../world.ts';

const orders = { path: '/orders/42' };

/** Applications that cannot fetch tokens send their client id and secret. */
export async function* playPairs(): Scenes {
  const { billing, warehouse } = applications;
  const wrong = { ...billing, secret: 'not-the-secret' };
  yield {
    title: 'id and secret of an application',
    ...orders,
    headers: basic(billing),
    ...allowed,
  };
  yield { title: 'the same again', ...orders, headers: basic(billing), ...allowed };
  yield {
    title: 'a wrong secret',
    ...orders,
    headers: basic(wrong),
    status: 401,
    reason: 'client_rejected',
  };
  yield {
    title: 'an application not yet approved',
    ...orders,
    headers: basic(warehouse),
    status: 403,
    reason: 'registration_requested',
  };
}

function basic({ id, secret }: { readonly id: string; readonly secret: string }) {
  return { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` };
}
