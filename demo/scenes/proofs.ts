import { fetchDpopToken } from '../../test/support/oidc-dpop.ts';
import { allowed, bearer, type Scenes } from '../scene.ts';
import { applications, resources, scope, type World } from '../world.ts';

const payments = { path: '/payments/7' };
const refused = { status: 401, reason: 'token_proof_invalid' } as const;

/** RFC 9449: whoever copies the token cannot use it without its key. */
export async function* playProofs({ provider, envoy }: World): Scenes {
  const question = { client: applications.billing, resource: resources.jwt, scope };
  const bound = await fetchDpopToken(provider.issuer, question);
  const prove = (path: string) => bound.proof('GET', `${envoy.url}${path}`);
  const { token } = bound;
  const used = await prove(payments.path);
  const dpop = { authorization: `DPoP ${token}` };
  yield {
    title: 'a bound token with its proof',
    ...payments,
    headers: { ...dpop, dpop: used },
    ...allowed,
  };
  yield {
    title: 'the same with a fresh proof',
    ...payments,
    headers: { ...dpop, dpop: await prove(payments.path) },
    ...allowed,
  };
  yield { title: 'the same token as Bearer', ...payments, headers: bearer(token), ...refused };
  yield {
    title: 'the first proof once more',
    ...payments,
    headers: { ...dpop, dpop: used },
    ...refused,
  };
  yield {
    title: 'a proof for another URL',
    ...payments,
    headers: { ...dpop, dpop: await prove('/payments/8') },
    ...refused,
  };
}
