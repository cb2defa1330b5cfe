import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import type { AllowReason, DenyReason, Outage } from '../../src/authz/reasons.ts';
import { createSigningKey, forgeToken } from '../support/fake-provider.ts';
import type { HttpCall } from '../support/http-caller.ts';
import { createKeyProof } from '../support/oidc-dpop.ts';
import { revokeIn, tokenDraft } from '../support/revoke.ts';
import { eventually } from '../support/world.ts';
import { maxInFlight, provenUrl, type Stage } from './reason-world.ts';

/** What the client gets, by contract. */
export interface ExpectedAnswer {
  readonly status: number;
  readonly message: string;
  readonly challenges: readonly string[];
  /** What this refusal brings along and others do not. */
  readonly headers?: Readonly<Record<string, unknown>>;
}

export interface ReasonRow {
  readonly decision: 'allow' | 'deny' | 'unavailable';
  readonly answer: ExpectedAnswer | null;
  readonly service: string | null;
  readonly store?: 'redis';
  readonly call: (stage: Stage) => HttpCall | Promise<HttpCall>;
}

function bearer(path: string, token: string): HttpCall {
  return { path, headers: { authorization: `Bearer ${token}` } };
}

/** A call with a good token that has these claims. */
function withClaims(path: string, claims: Readonly<Record<string, unknown>> = {}) {
  return async ({ idp }: Stage) => bearer(path, await idp.sign(idp.claims(claims)));
}

function denied(
  service: string,
  status: number,
  message: string,
  challenge: string | null,
  call: ReasonRow['call'],
): ReasonRow {
  const challenges = challenge === null ? [] : [challenge];
  return { decision: 'deny', service, answer: { status, message, challenges }, call };
}

function withHeaders(headers: ExpectedAnswer['headers'], row: ReasonRow): ReasonRow {
  if (row.answer === null) throw new Error('no answer to have headers');
  return { ...row, answer: { ...row.answer, ...(headers === undefined ? {} : { headers }) } };
}

function badRequest(call: ReasonRow['call']): ReasonRow {
  const challenge = 'Bearer realm="plain", error="invalid_request"';
  return denied('plain', 400, 'Bad Request', challenge, call);
}

function badToken(service: string, call: ReasonRow['call']): ReasonRow {
  const challenge = `Bearer realm="${service}", error="invalid_token"`;
  return denied(service, 401, 'Unauthorized', challenge, call);
}

function cannotConsume(service: string, clientId: string): ReasonRow {
  const call = withClaims(`/${service}/`, { client_id: clientId });
  return denied(service, 403, 'You cannot consume this service', null, call);
}

function forbidden(claims: Readonly<Record<string, unknown>>): ReasonRow {
  return denied('plain', 403, 'Forbidden', null, withClaims('/plain/', claims));
}

function outage(service: string | null, call: ReasonRow['call']): ReasonRow {
  const answer = { status: 503, message: 'Service Unavailable', challenges: [] };
  return { decision: 'unavailable', service, answer, call };
}

function seconds(fromNow: number): number {
  return Math.floor(Date.now() / 1000) + fromNow;
}

/** A token that passed, and was revoked then. */
async function revokedToken({ world, idp, redis }: Stage): Promise<HttpCall> {
  // Signed in the same second, other rows' tokens would be the same text.
  const token = await idp.sign(idp.claims({ jti: randomUUID() }));
  const call = bearer('/plain/', token);
  await eventually(
    () => world.send(call),
    ({ status }) => status === 200,
  );
  await revokeIn(redis!, tokenDraft(token));
  await eventually(
    () => world.send(call),
    ({ status }) => status === 401,
  );
  return call;
}

/** Every way in which a Check can end, with a request that ends so. */
export const reasonRows: Readonly<Record<AllowReason | DenyReason | Outage, ReasonRow>> = {
  allowed: { decision: 'allow', service: 'plain', answer: null, call: withClaims('/plain/') },
  route_open: {
    decision: 'allow',
    service: 'plain',
    answer: null,
    call: () => ({ path: '/plain/open' }),
  },
  preflight: {
    decision: 'allow',
    service: 'preflight',
    answer: null,
    call: () => ({ method: 'OPTIONS', path: '/preflight/' }),
  },
  credential_missing: denied('plain', 401, 'Unauthorized', 'Bearer realm="plain"', () => ({
    path: '/plain/',
  })),
  credential_malformed: badRequest(() => bearer('/plain/', 'two words')),
  credential_ambiguous: badRequest(() => ({
    path: '/plain/',
    headers: [
      ['authorization', 'Bearer one'],
      ['authorization', 'Bearer two'],
    ],
  })),
  token_malformed: badToken('plain', () => bearer('/plain/', forgeToken({ alg: 'RS256' }, 'text'))),
  token_signature_invalid: badToken('plain', async ({ idp }) => {
    const stranger = await createSigningKey('RS256', idp.keys.at(-1)!.kid);
    return bearer('/plain/', await idp.sign(idp.claims(), {}, stranger));
  }),
  token_expired: badToken('plain', (stage) => withClaims('/plain/', { exp: seconds(-60) })(stage)),
  token_not_yet_valid: badToken('plain', (stage) =>
    withClaims('/plain/', { nbf: seconds(60) })(stage),
  ),
  token_issuer_mismatch: badToken('plain', withClaims('/plain/', { iss: 'https://elsewhere' })),
  token_audience_mismatch: badToken('audience', withClaims('/audience/', { aud: 'api://stock' })),
  token_revoked: { ...badToken('plain', revokedToken), store: 'redis' },
  token_inactive: badToken('plain', () => bearer('/plain/', 'made-up')),
  token_proof_invalid: denied(
    'plain',
    401,
    'Unauthorized',
    'DPoP error="invalid_dpop_proof", algs="ES256 RS256 PS256 EdDSA"',
    withClaims('/plain/', { cnf: { jkt: 'thumbprint' } }),
  ),
  proof_nonce_required: withHeaders(
    { 'dpop-nonce': expect.stringMatching(/^[\w-]{20,}$/) },
    denied(
      'proven',
      401,
      'Unauthorized',
      'DPoP error="use_dpop_nonce", algs="ES256 RS256 PS256 EdDSA"',
      async ({ idp }) => {
        const { thumbprint, prove } = await createKeyProof();
        const token = await idp.sign(idp.claims({ cnf: { jkt: thumbprint } }));
        const proof = await prove({ token, method: 'GET', url: provenUrl });
        const headers = { authorization: `DPoP ${token}`, dpop: proof };
        return { path: '/proven/', headers };
      },
    ),
  ),
  client_rejected: denied('pairs', 401, 'Unauthorized', 'Basic realm="pairs"', ({ idp }) => {
    idp.token.clients.set('client-1', 'the-secret');
    return { path: '/pairs/', headers: { authorization: `Basic ${btoa('client-1:another')}` } };
  }),
  session_invalid: withHeaders(
    { 'set-cookie': expect.stringMatching(/^__Host-postern_session=; .*Max-Age=0/) },
    badToken('sessions', () => ({
      path: '/sessions/',
      headers: { cookie: '__Host-postern_session=made-up' },
    })),
  ),
  scope_insufficient: denied(
    'scoped',
    403,
    'Forbidden',
    'Bearer realm="scoped", error="insufficient_scope", scope="orders.read orders.write"',
    withClaims('/scoped/', { scope: 'orders.read' }),
  ),
  claim_refused: denied(
    'claims',
    403,
    'Forbidden',
    null,
    withClaims('/claims/', { tenant: 'another' }),
  ),
  consumer_claim_missing: forbidden({ client_id: undefined }),
  consumer_unknown: forbidden({ client_id: 'stranger' }),
  registration_missing: cannotConsume('registered', 'client-1'),
  registration_requested: cannotConsume('registered', 'requested'),
  registration_rejected: cannotConsume('registered', 'rejected'),
  registration_revoked: cannotConsume('registered', 'revoked'),
  registration_suspended: cannotConsume('registered', 'suspended'),
  group_not_allowed: cannotConsume('plain', 'blocked'),
  group_denied: cannotConsume('denying', 'blocked'),
  subject_anonymous: denied('guests', 401, 'Unauthorized', 'Bearer realm="guests"', () => ({
    path: '/guests/',
  })),
  policy_unknown: {
    ...denied('', 403, 'Forbidden', null, () => ({ path: '/' })),
    service: null,
  },
  idp_unavailable: outage('down', () => bearer('/down/', 'opaque')),
  store_unavailable: {
    ...outage('plain', async (stage) => {
      await stage.redis?.client.set('{world}:consumer:custom_id:corrupt', '{"id":1}');
      return withClaims('/plain/', { client_id: 'corrupt' })(stage);
    }),
    store: 'redis',
  },
  overloaded: outage(null, async ({ world, slow }) => {
    const before = slow.calls('introspection');
    for (let count = 1; count <= maxInFlight; count += 1) {
      void world.send(bearer('/slow/', `in-flight-${count}`)).catch(() => undefined);
    }
    const asked = () => slow.calls('introspection') - before;
    await eventually(asked, (count) => count === maxInFlight);
    return { path: '/plain/' };
  }),
  deadline_exceeded: outage('slow', async ({ world, slow }) => {
    // Those of the row before.
    slow.release();
    await eventually(
      () => world.metric('postern_checks_in_flight'),
      (count) => count === 0,
    );
    return bearer('/slow/', 'never-answered');
  }),
  internal: outage('ghosts', () => ({ path: '/ghosts/' })),
};
