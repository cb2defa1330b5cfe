import { describe, expect, it } from '@jest/globals';
import { ownedHeaders } from '../../../src/authz/identity-headers.ts';
import { deny, unavailable } from '../../../src/authz/refusal.ts';
import type { Sessions } from '../../../src/authz/session.ts';
import type { AuthMethod, ObtainToken } from '../../../src/authz/token.ts';
import type { SignUpstreamJwt } from '../../../src/authz/upstream-jwt.ts';
import { halt, pass } from '../../../src/lib/step.ts';
import {
  consumerOf,
  grantOf,
  headersOf,
  sessionPolicyOf,
  tokenOf,
  unusedPorts,
} from '../../support/builders.ts';
import { aclOf, anonymousConsumer, basic, decideIn, registered, type World } from './decide-in.ts';

describe('a pair', () => {
  const fetched = (
    claims: Record<string, unknown> = {},
    method: AuthMethod = 'client_credentials',
  ) =>
    pass({
      token: { ...tokenOf(claims), method },
      cache: 'miss' as const,
      accessToken: 'fetched',
      acceptedId: 'accepted-id',
      obtainedAt: 0,
      fetchedAt: 0,
    });

  it('is exchanged, and the id that the provider took is the credential identifier', async () => {
    const presented: unknown[] = [];
    const obtainToken: ObtainToken = (pair, plan) => {
      presented.push(pair, plan);
      return fetched();
    };
    const decision = await decideIn({ ...basic, ports: { obtainToken } });

    expect(presented).toEqual([
      {
        pair: { id: 'billing-app', secret: 'secret' },
        alternative: null,
        source: '192.0.2.1',
      },
      grantOf(),
    ]);
    expect(decision).toMatchObject({ kind: 'allow' });
    if (decision.kind !== 'allow') throw new Error('expected an allow');
    expect(decision.headers.set).toContainEqual(['x-credential-identifier', 'accepted-id']);
    expect(decision.headers.remove).toContain('authorization');
  });

  it('leaves its token to the upstream where the Service says so', async () => {
    const decision = await decideIn({
      ...basic,
      policy: { ...basic.policy, upstreamAccessToken: true },
      ports: { obtainToken: () => fetched() },
    });

    expect(decision).toMatchObject({
      headers: { set: expect.arrayContaining([['authorization', 'Bearer fetched']]) },
    });
  });

  describe('where its token is for the upstream', () => {
    const policy = {
      grant: grantOf(),
      session: sessionPolicyOf(),
      upstreamAccessToken: true,
      ownedHeaders: new Set([...ownedHeaders, 'authorization']),
    };
    const sessions = {
      ...unusedPorts.sessions,
      resume: () =>
        pass({
          token: { ...tokenOf(), method: 'session' as const },
          openedBy: 'client_credentials' as const,
          credentialIdentifier: null,
          marks: { id: 'session-1', tokenHash: 'hash', jti: null, issuedAt: 0 },
          state: {},
        }),
      renew: () => null,
      open: () => null,
    };
    const forged = ['authorization', 'Other chosen'] as const;
    const cookie = ['cookie', '__Host-postern_session=S'] as const;
    const noTokens = {
      providers: ['idp'],
      verifyJwt: false,
      introspect: false,
      introspectInOrder: false,
    };

    it.each<[string, World]>([
      ['a session', { request: { headers: headersOf(cookie, forged) } }],
      ['an open route', { policy: { open: true }, request: { headers: headersOf(forged) } }],
      [
        'the anonymous Consumer',
        {
          policy: { anonymous: 'anonymous' },
          consumers: [anonymousConsumer],
          request: { headers: headersOf(forged) },
        },
      ],
    ])('nothing else gets there in its place: %s', async (_name, world) => {
      const decision = await decideIn({
        ...world,
        policy: { ...policy, tokenPlan: noTokens, ...world.policy },
        ports: { sessions },
      });

      if (decision.kind !== 'allow') throw new Error('expected an allow');
      expect(decision.headers.remove).toContain('authorization');
    });

    it('but a verified token of the caller stays where it need not be hidden', async () => {
      const decision = await decideIn({
        policy: { ...policy, hideCredentials: false },
        ports: { sessions },
      });

      expect(decision).toMatchObject({
        headers: { set: expect.arrayContaining([['authorization', 'Bearer good-token']]) },
      });
    });
  });

  it('of a user is mapped by the claim that the Service names', async () => {
    const decision = await decideIn({
      ...basic,
      policy: { grant: grantOf({ grant: 'password', consumerClaims: [['sub']] }) },
      consumers: [consumerOf({ customId: 'subject-1' })],
      ports: { obtainToken: () => fetched({}, 'password') },
    });

    expect(decision).toMatchObject({ kind: 'allow', trail: { clientId: 'subject-1' } });
  });

  it.each([deny('client_rejected'), unavailable('idp_unavailable')])('%j', async (refusal) => {
    const decision = await decideIn({ ...basic, ports: { obtainToken: () => halt(refusal) } });

    expect(decision).toMatchObject(refusal);
  });
});

describe('a session', () => {
  const policy = { session: sessionPolicyOf() };
  const cookie = ['cookie', '__Host-postern_session=S'] as const;
  const session = {
    token: { ...tokenOf(), method: 'session' as const },
    openedBy: 'bearer' as const,
    credentialIdentifier: null,
    marks: { id: 'session-1', tokenHash: 'hash', jti: null, issuedAt: 0 },
    state: {},
  };
  const resumes = {
    ...unusedPorts.sessions,
    resume: () => pass(session),
    renew: () => null,
  };
  const cookieOnly = { policy, request: { headers: headersOf(cookie) } };

  it('is opened behind the permit', async () => {
    const openings: unknown[] = [];
    const open: Sessions['open'] = (opening) => {
      openings.push(opening);
      return 'opened';
    };
    const sessions = { ...unusedPorts.sessions, open };
    const allowed = await decideIn({ policy, ports: { sessions } });
    const refused = await decideIn({
      policy: { ...policy, acl: aclOf('allow', 'gold') },
      ports: { sessions },
    });

    expect(allowed).toMatchObject({ responseHeaders: [['set-cookie', 'opened']] });
    expect(refused).toMatchObject({ reason: 'group_not_allowed' });
    expect(openings).toEqual([
      {
        token: tokenOf(),
        accessToken: 'good-token',
        credentialIdentifier: null,
        issuedAt: null,
        cookie: null,
      },
    ]);
  });

  it.each([
    ['one cookie', 'S', 'S'],
    ['several, which are no session', 'S; __Host-postern_session=T', null],
  ])('is opened beside %s', async (_name, cookies, seen) => {
    const beside: unknown[] = [];
    const open: Sessions['open'] = ({ cookie }) => {
      beside.push(cookie);
      return null;
    };
    const headers = headersOf(
      ['authorization', 'Bearer good-token'],
      ['cookie', `__Host-postern_session=${cookies}`],
    );
    await decideIn({
      policy,
      request: { headers },
      ports: { sessions: { ...unusedPorts.sessions, open } },
    });

    expect(beside).toEqual([seen]);
  });

  it('is not opened by a method that may not', async () => {
    const session = sessionPolicyOf({ openedBy: new Set(['introspection']) });

    expect(await decideIn({ policy: { session } })).toMatchObject({ responseHeaders: [] });
  });

  it('stands for its token, and the cookie is hidden', async () => {
    const decision = await decideIn({ ...cookieOnly, ports: { sessions: resumes } });

    expect(decision).toMatchObject({ kind: 'allow', responseHeaders: [], trail: { cache: null } });
    if (decision.kind !== 'allow') throw new Error('expected an allow');
    expect(decision.headers.remove).toContain('cookie');
    expect(decision.trail.token?.method).toBe('session');
  });

  it('is not used up where something after the permit fails', async () => {
    const opened: unknown[] = [];
    const open: Sessions['open'] = (opening) => {
      opened.push(opening);
      return 'opened';
    };
    const upstreamJwt = { header: 'x-postern-jwt', audience: ['orders'], service: 'orders' };
    const signUpstreamJwt: SignUpstreamJwt = () => Promise.reject(new Error('no key'));
    const world = { policy: { ...policy, upstreamJwt } };
    const sessions = { ...unusedPorts.sessions, open };

    await expect(decideIn({ ...world, ports: { sessions, signUpstreamJwt } })).rejects.toThrow();
    expect(opened).toEqual([]);
  });

  it('is renewed when it is due', async () => {
    const sessions = { ...resumes, renew: () => 'renewed' };

    expect(await decideIn({ ...cookieOnly, ports: { sessions } })).toMatchObject({
      responseHeaders: [['set-cookie', 'renewed']],
    });
  });

  it.each<[string, World, string]>([
    ['a revoked registration', registered('revoked'), 'registration_revoked'],
    ['a Consumer that is gone', { consumers: [] }, 'consumer_unknown'],
    ['a group', { policy: { acl: aclOf('allow', 'gold') } }, 'group_not_allowed'],
    ['a scope', { policy: { scopesRequired: [['x']] } }, 'scope_insufficient'],
  ])('is judged anew: %s', async (_name, world, reason) => {
    const decision = await decideIn({
      ...cookieOnly,
      ...world,
      policy: { ...policy, ...world.policy },
      ports: { sessions: resumes },
    });

    expect(decision).toMatchObject({ reason });
  });

  it('gives way to another credential, good or bad', async () => {
    const headers = headersOf(cookie, ['authorization', 'Bearer expired']);
    const decision = await decideIn({
      policy,
      request: { headers },
      verifyToken: () => halt(deny('token_expired')),
    });

    expect(decision).toMatchObject({ reason: 'token_expired' });
  });

  it('that is no good is refused, and its cookie cleared', async () => {
    const invalid = { ...deny('session_invalid'), headers: [['set-cookie', 'cleared']] as const };
    const sessions = { ...resumes, resume: () => halt(invalid) };
    const refused = await decideIn({ ...cookieOnly, ports: { sessions } });
    const anonymous = await decideIn({
      ...cookieOnly,
      policy: { ...policy, anonymous: 'anonymous' },
      consumers: [anonymousConsumer],
      ports: { sessions },
    });

    expect(refused).toMatchObject({
      reason: 'session_invalid',
      answerHeaders: [['set-cookie', 'cleared']],
    });
    expect(anonymous).toMatchObject({
      kind: 'allow',
      responseHeaders: [['set-cookie', 'cleared']],
    });
  });
});

describe('the identity for the upstream', () => {
  const upstreamJwt = { header: 'x-postern-jwt', audience: ['orders'], service: 'orders' };
  const signUpstreamJwt: SignUpstreamJwt = ({ subject }, trail) =>
    `${subject?.consumer?.username ?? 'nobody'}/${trail.clientId ?? 'no client'}`;

  it('is signed for the subject', async () => {
    const decision = await decideIn({ policy: { upstreamJwt }, ports: { signUpstreamJwt } });

    expect(decision).toMatchObject({
      headers: { set: expect.arrayContaining([['x-postern-jwt', 'billing-app/billing']]) },
    });
  });

  it('says nothing of a refused token where the anonymous Consumer stands in', async () => {
    const decision = await decideIn({
      policy: {
        upstreamJwt,
        anonymous: 'anonymous',
        claimHeaders: [{ name: 'x-tenant', path: ['tenant'] }],
      },
      claims: { client_id: 'nobody', tenant: 'acme' },
      consumers: [anonymousConsumer],
      ports: { signUpstreamJwt },
    });

    if (decision.kind !== 'allow') throw new Error('expected an allow');
    expect(decision.headers.set).toContainEqual(['x-postern-jwt', 'anonymous/no client']);
    expect(decision.trail).toMatchObject({ token: null, clientId: null, cache: null });
    expect(decision.headers.set.map(([name]) => name)).not.toContain('x-tenant');
  });
});
