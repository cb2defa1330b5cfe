import { describe, expect, it, jest } from '@jest/globals';
import type { RevocationList } from '../../../src/authz/revocations.ts';
import { unavailable } from '../../../src/authz/refusal.ts';
import type { ObtainToken } from '../../../src/authz/token.ts';
import { halt, pass } from '../../../src/lib/step.ts';
import {
  consumerOf,
  grantOf,
  headersOf,
  providerPolicyOf,
  sessionPolicyOf,
  tokenOf,
  unusedPorts,
} from '../../support/builders.ts';
import { anonymousConsumer, basic, decideIn, type World } from './decide-in.ts';

/** When it was revoked: half a second after a whole one. */
const notBefore = 1_700_000_000_500;
const second = 1_700_000_000;
const upTo = { notBefore, learntAt: notBefore + 20 };

function listOf(more: Partial<RevocationList> = {}): RevocationList {
  return {
    hasToken: () => false,
    hasTokenText: () => false,
    hasJti: () => false,
    hasSession: () => false,
    ofClient: () => null,
    ofConsumer: () => null,
    ...more,
  };
}

function revoking(more: Partial<RevocationList>): NonNullable<World['ports']> {
  return { revocations: { current: () => pass(listOf(more)) } };
}

const ofClient = (name: string) => (id: string) => (id === name ? upTo : null);
const ofConsumer = (id: string) => (id === consumerOf().id ? upTo : null);

describe('a token', () => {
  it.each<[string, Partial<RevocationList>, Record<string, unknown>, string]>([
    ['itself', { hasTokenText: (text) => text === 'good-token' }, {}, 'the token'],
    [
      'by its jti and issuer',
      { hasJti: (jti, issuer) => jti === 'j1' && issuer === 'https://idp.example.com' },
      { jti: 'j1' },
      'the token, by its jti',
    ],
    [
      'by what its Consumer is looked up by',
      { ofClient: ofClient('billing') },
      { iat: second },
      'what its client had by then',
    ],
    [
      'by azp',
      { ofClient: ofClient('other') },
      { azp: 'other', iat: second },
      'what its client had by then',
    ],
    ['by its Consumer', { ofConsumer }, { iat: second }, 'what its Consumer had by then'],
  ])('is refused that was revoked %s', async (_name, list, claims, what) => {
    const decision = await decideIn({ claims, ports: revoking(list) });

    expect(decision).toMatchObject({ kind: 'deny', reason: 'token_revoked' });
    expect(decision).toMatchObject({ detail: `revoked: ${what}` });
  });

  it('is refused by client_id where a Consumer is looked up by something else', async () => {
    const decision = await decideIn({
      policy: {
        providers: new Map([['idp', providerPolicyOf({ consumerClaims: [['sub']] })]]),
      },
      consumers: [consumerOf({ customId: 'subject-1' })],
      claims: { iat: second },
      ports: revoking({ ofClient: ofClient('billing') }),
    });

    expect(decision).toMatchObject({ reason: 'token_revoked' });
  });

  it.each<[string, unknown, number, boolean]>([
    ['well before', second - 100, 0, true],
    ['in the same second, which may be after it', second, 0, true],
    ['in the next second', second + 1, 0, false],
    ['later by less than the clocks may differ', second + 5, 5000, true],
    ['later by more than that', second + 6, 5000, false],
    ['nobody knows when', undefined, 0, true],
    ['at no number', '1', 0, true],
  ])('that was issued %s', async (_name, iat, leewayMs, isRevoked) => {
    const decision = await decideIn({
      policy: { providers: new Map([['idp', providerPolicyOf({ leewayMs })]]) },
      claims: iat === undefined ? {} : { iat },
      ports: revoking({ ofClient: ofClient('billing') }),
    });

    expect(decision.kind).toBe(isRevoked ? 'deny' : 'allow');
  });

  it('passes where others were revoked, or nothing', async () => {
    const nothing = { revocations: { current: () => pass(null) } };
    const claims = { jti: 'j1', iat: second };

    expect(await decideIn({ claims, ports: revoking({}) })).toMatchObject({ kind: 'allow' });
    expect(await decideIn({ claims, ports: nothing })).toMatchObject({ kind: 'allow' });
  });

  it('is no verdict where nobody knows what was revoked, not even the anonymous one', async () => {
    const down = halt(unavailable('store_unavailable'));
    const decision = await decideIn({
      policy: { anonymous: 'anonymous' },
      consumers: [consumerOf(), anonymousConsumer],
      ports: { revocations: { current: async () => down } },
    });

    expect(decision).toMatchObject({ kind: 'unavailable', reason: 'store_unavailable' });
  });

  it('that was revoked leaves the request to the anonymous Consumer, and tells nothing', async () => {
    const decision = await decideIn({
      policy: { anonymous: 'anonymous' },
      consumers: [consumerOf(), anonymousConsumer],
      ports: revoking({ hasTokenText: () => true }),
    });

    expect(decision).toMatchObject({ kind: 'allow', trail: { token: null, clientId: null } });
  });

  it('is refused as revoked before its proof and its claims are looked at', async () => {
    const decision = await decideIn({
      policy: { audienceRequired: [['elsewhere']] },
      claims: { cnf: { jkt: 'thumbprint' } },
      ports: revoking({ hasTokenText: () => true }),
    });

    expect(decision).toMatchObject({ reason: 'token_revoked' });
  });
});

describe('a session', () => {
  const marks = { id: 'session-1', tokenHash: 'hash-1', jti: 'j1', issuedAt: notBefore - 1000 };
  const clearing = [['set-cookie', 'cleared']] as const;

  function decideFor(list: Partial<RevocationList>, issuedAt: number | null = marks.issuedAt) {
    const session = {
      token: { ...tokenOf(), method: 'session' as const },
      openedBy: 'bearer' as const,
      credentialIdentifier: null,
      marks: { ...marks, issuedAt },
      state: {},
    };
    return decideIn({
      policy: { session: sessionPolicyOf() },
      request: { headers: headersOf(['cookie', '__Host-postern_session=S']) },
      ports: {
        ...revoking(list),
        sessions: {
          ...unusedPorts.sessions,
          resume: () => pass(session),
          renew: () => null,
          clearing: () => clearing,
        },
      },
    });
  }

  it.each<[string, Partial<RevocationList>]>([
    ['itself', { hasSession: (id) => id === marks.id }],
    ['with its token', { hasToken: (hash) => hash === marks.tokenHash }],
    ['with the jti of its token', { hasJti: (jti) => jti === marks.jti }],
    ['with its client', { ofClient: ofClient('billing') }],
    ['with its Consumer', { ofConsumer }],
  ])('is over that was revoked %s, and its cookie cleared', async (_name, list) => {
    expect(await decideFor(list)).toMatchObject({
      kind: 'deny',
      reason: 'token_revoked',
      headers: expect.arrayContaining([...clearing]),
    });
  });

  it.each<[string, number | null, string]>([
    ['later', notBefore + 1, 'allow'],
    ['nobody knows when', null, 'deny'],
  ])('whose token was issued %s, though the session is newer', async (_name, issuedAt, kind) => {
    const decision = await decideFor({ ofClient: ofClient('billing') }, issuedAt);

    expect(decision.kind).toBe(kind);
  });
});

describe('a pair', () => {
  /** Each with a token of its own, asked for at these times. */
  function giving(...times: readonly number[]) {
    let count = 0;
    return jest.fn<ObtainToken>(() => {
      const obtainedAt = times[count] ?? 0;
      count += 1;
      const accessToken = `token-${String(count)}`;
      const token = { ...tokenOf({ iat: second - 100 }), method: 'client_credentials' as const };
      return pass({
        token,
        accessToken,
        acceptedId: 'billing-app',
        obtainedAt,
        fetchedAt: obtainedAt,
        cache: 'hit',
      });
    });
  }

  const excepted = (obtain: ReturnType<typeof giving>) =>
    obtain.mock.calls.map(([{ except }]) => except);

  it.each<[string, Partial<RevocationList>]>([
    ['client', { ofClient: ofClient('billing') }],
    ['id', { ofClient: ofClient('billing-app') }],
    ['Consumer', { ofConsumer }],
  ])('whose %s was revoked gets another token, whatever iat says', async (_name, list) => {
    const obtainToken = giving(upTo.learntAt, upTo.learntAt + 1);
    const decision = await decideIn({ ...basic, ports: { ...revoking(list), obtainToken } });

    expect(decision).toMatchObject({ kind: 'allow' });
    expect(excepted(obtainToken)).toEqual([undefined, 'token-1']);
  });

  it('gets another one for the one that was under way, and no more', async () => {
    const list = { ofClient: ofClient('billing') };
    const late = giving(upTo.learntAt - 5, upTo.learntAt - 1, upTo.learntAt + 1);
    const never = giving();

    const decision = await decideIn({ ...basic, ports: { ...revoking(list), obtainToken: late } });
    const refused = await decideIn({ ...basic, ports: { ...revoking(list), obtainToken: never } });

    expect(decision).toMatchObject({ kind: 'allow' });
    expect(refused).toMatchObject({ kind: 'deny', reason: 'token_revoked' });
    expect(excepted(never)).toEqual([undefined, 'token-1', 'token-2']);
  });

  it('is met by when it was fetched, however the clock was set since', async () => {
    const token = { ...tokenOf({ iat: second }), method: 'client_credentials' as const };
    const given = { token, accessToken: 'token-1', acceptedId: 'app', obtainedAt: notBefore * 2 };
    const ports = {
      ...revoking({ ofClient: ofClient('billing') }),
      obtainToken: () => pass({ ...given, fetchedAt: upTo.learntAt, cache: 'hit' as const }),
    };

    expect(await decideIn({ ...basic, ports })).toMatchObject({ reason: 'token_revoked' });
  });

  it('is refused at once where its provider gives the revoked token again', async () => {
    const token = { ...tokenOf(), method: 'client_credentials' as const };
    const given = { token, accessToken: 'token-1', acceptedId: 'app', obtainedAt: 1, fetchedAt: 1 };
    const obtainToken = jest.fn<ObtainToken>(() => pass({ ...given, cache: 'hit' }));
    const list = { hasTokenText: (text: string) => text === 'token-1' };

    const decision = await decideIn({ ...basic, ports: { ...revoking(list), obtainToken } });

    expect(decision).toMatchObject({ kind: 'deny', reason: 'token_revoked' });
    expect(obtainToken).toHaveBeenCalledTimes(2);
  });

  it('gets another one for a token that was revoked itself', async () => {
    const obtainToken = giving(1, 2);
    const list = { hasTokenText: (text: string) => text === 'token-1' };
    const decision = await decideIn({
      ...basic,
      policy: { grant: grantOf() },
      ports: { ...revoking(list), obtainToken },
    });

    expect(decision).toMatchObject({ kind: 'allow' });
  });
});
