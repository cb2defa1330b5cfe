import type { AllowReason, DenyReason, Outage } from '../../src/authz/reasons.ts';
import { createSigningKey, forgeToken, type FakeProvider } from '../support/fake-provider.ts';
import type { HttpCall } from '../support/http-caller.ts';
import type { OwnRedis, TestRedis } from '../support/redis.ts';
import { describeProvider } from '../support/world-config.ts';
import { eventually, type World, type WorldOptions } from '../support/world.ts';

export interface Stage {
  readonly world: World;
  readonly idp: FakeProvider;
  /** Never answers. */
  readonly slow: FakeProvider;
  readonly redis: TestRedis | OwnRedis | null;
}

/** What the client gets, by contract. */
export interface ExpectedAnswer {
  readonly status: number;
  readonly message: string;
  readonly challenges: readonly string[];
}

export interface ReasonRow {
  readonly decision: 'allow' | 'deny' | 'unavailable';
  readonly answer: ExpectedAnswer | null;
  readonly service: string | null;
  readonly store?: 'redis';
  readonly call: (stage: Stage) => HttpCall | Promise<HttpCall>;
}

/** Checks that Postern judges at once in these worlds. */
const maxInFlight = 2;

/** A world in which every reason can be had. */
export function reasonWorld(
  { idp, slow }: Pick<Stage, 'idp' | 'slow'>,
  down: string,
): WorldOptions {
  const plain = { identity_providers: ['idp'], acl: { allow: ['gold'] } };
  return {
    identityProviders: [
      describeProvider('idp', idp.issuer),
      describeProvider('slow', slow.issuer, { timeout: '30s' }),
      describeProvider('down', down),
    ],
    services: [
      { ...plain, name: 'plain', routes: [{ name: 'open', auth: 'none' }] },
      { ...plain, name: 'preflight', run_on_preflight: false },
      { ...plain, name: 'audience', audience_required: ['api://orders'] },
      { ...plain, name: 'scoped', scopes_required: ['orders.read orders.write', 'admin'] },
      { ...plain, name: 'registered', registration: {} },
      { ...plain, name: 'denying', acl: { deny: ['blocked'] } },
      { ...plain, name: 'guests', anonymous: 'guest' },
      { ...plain, name: 'ghosts', anonymous: 'nobody-of-this-name' },
      { ...plain, name: 'slow', identity_providers: ['slow'] },
      { ...plain, name: 'down', identity_providers: ['down'] },
    ],
    consumers: [
      { username: 'guest' },
      { username: 'client-1', custom_id: 'client-1', acls: [{ group: 'gold' }] },
      { username: 'blocked', custom_id: 'blocked', acls: [{ group: 'blocked' }] },
      ...['requested', 'rejected', 'revoked', 'suspended'].map((status) => ({
        custom_id: status,
        acls: [{ group: 'gold' }],
        registrations: [{ service: 'registered', status }],
      })),
    ],
    grpc: { max_in_flight: maxInFlight },
  };
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
  token_inactive: badToken('plain', () => bearer('/plain/', 'made-up')),
  token_proof_invalid: denied(
    'plain',
    401,
    'Unauthorized',
    'DPoP error="invalid_dpop_proof", algs="ES256 RS256 PS256 EdDSA"',
    withClaims('/plain/', { cnf: { jkt: 'thumbprint' } }),
  ),
  scope_insufficient: denied(
    'scoped',
    403,
    'Forbidden',
    'Bearer realm="scoped", error="insufficient_scope", scope="orders.read orders.write"',
    withClaims('/scoped/', { scope: 'orders.read' }),
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
