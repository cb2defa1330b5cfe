import { describe, expect, it } from '@jest/globals';
import type { AuthMethod } from '../../../src/authz/token.ts';
import { SessionState } from '../../../src/session/session-state.ts';
import { minute, never, openingOf, policyOf, start, startWorld, tokenOf } from './harness.ts';

const exp = start / 1000 + 3600;
const endless = { cid: 'app' };
const ann = { aud: ['x'], sub: 'ann', cid: 'app', exp };
const everyClaim = policyOf({
  claimNames: ['sub', 'cid', 'aud', 'iat', 'exp', 'nbf', 'jti'],
  providers: new Map([
    ['okta', new Set(['https://idp.example.com', 'https://second.example.com'])],
    ['entra', new Set(['https://idp.example.com'])],
  ]),
});

describe('opening a session', () => {
  it('gives a cookie that lives no longer than the token', async () => {
    const { sessions } = startWorld();

    expect(await sessions.open(openingOf(), policyOf(), never)).toMatch(
      /^__Host-postern_session=[\w-]+; Path=\/; Max-Age=3600; Secure; HttpOnly; SameSite=Lax$/,
    );
  });

  it('ends where the token does by another word than its own', async () => {
    const { open, resume, pass } = startWorld();
    const token = tokenOf({ expiresAt: start + 5 * minute });
    const cookie = await open(openingOf({ token }));

    expect(await resume(cookie)).toMatchObject({ token: { expiresAt: start + 5 * minute } });
    pass(5 * minute);
    expect(await resume(cookie)).toBe('session_invalid: its token has expired');
  });

  it('lives to its absolute end where the token has none', async () => {
    const { sessions } = startWorld();
    const token = tokenOf({ claims: { cid: 'app' } });

    expect(await sessions.open(openingOf({ token }), policyOf(), never)).toContain('Max-Age=7200;');
  });

  it('brings back who called, with the claims that rules look at and no others', async () => {
    const { open, resume } = startWorld();
    const opening = openingOf({ credentialIdentifier: 'basic-id' });

    expect(await resume(await open(opening))).toMatchObject({
      token: {
        provider: 'okta',
        issuer: 'https://idp.example.com',
        method: 'session',
        claims: { cid: 'app', scp: ['read'] },
      },
      openedBy: 'bearer',
      credentialIdentifier: 'basic-id',
    });
    expect(await resume(await startWorld().open(opening))).not.toHaveProperty('token.claims.email');
  });

  it('keeps what a revocation goes by', async () => {
    const { open, resume } = startWorld();
    const session = await resume(await open());
    const state = typeof session === 'string' ? null : session.state;

    expect(state).toBeInstanceOf(SessionState);
    // SHA-256 of "the-access-token".
    expect(state).toMatchObject({
      content: {
        jti: 'j1',
        tokenHash: 'uby9Z8Gb_H_x4fPjwNzgu794b860ifwPsbwnlfNiCFs',
        openedAt: start,
      },
    });
  });

  it('takes claims with the names of an object’s own members for claims', async () => {
    const { open, resume } = startWorld();
    const claims = JSON.parse('{"__proto__":{"cid":"x"},"constructor":"c"}') as object;
    const policy = policyOf({ claimNames: ['__proto__', 'constructor', 'toString', 'cid'] });
    const cookie = await open(openingOf({ token: tokenOf({ claims: { ...claims } }) }), policy);
    const session = await resume(cookie, policy);

    expect(typeof session === 'string' ? session : Object.keys(session.token.claims)).toEqual([
      '__proto__',
      'constructor',
    ]);
  });

  it.each<[string, Partial<Parameters<typeof openingOf>[0] & object>]>([
    ['bound to a key', { token: tokenOf({ claims: { cid: 'app', exp, cnf: { jkt: 'x' } } }) }],
    ['bound in a way of its own', { token: tokenOf({ claims: { cid: 'app', exp, cnf: 'x' } }) }],
    ['that has expired', { token: tokenOf({ claims: { exp: start / 1000 } }) }],
    ['that ends within a second', { token: tokenOf({ claims: { exp: start / 1000 + 0.9 } }) }],
    ['that has ended before its exp', { token: tokenOf({ expiresAt: start }) }],
    ['of a pair, of unknown end', { token: tokenOf({ method: 'password', claims: endless }) }],
    [
      'of an application’s pair, of unknown end',
      { token: tokenOf({ method: 'client_credentials', claims: endless }) },
    ],
  ])('does not happen for a token %s', async (_, changes) => {
    const { sessions, told } = startWorld();

    expect(await sessions.open(openingOf(changes), policyOf(), never)).toBeNull();
    expect(told).toEqual([]);
  });

  it('happens for a token whose cnf is null', async () => {
    const { sessions } = startWorld();
    const token = tokenOf({ claims: { exp, cnf: null } });

    expect(await sessions.open(openingOf({ token }), policyOf(), never)).not.toBeNull();
  });

  it('happens for the token of a pair whose end the provider has told apart from it', async () => {
    const { sessions } = startWorld();
    const token = tokenOf({ method: 'password', claims: endless, expiresAt: start + minute });

    expect(await sessions.open(openingOf({ token }), policyOf(), never)).toContain('Max-Age=60;');
  });

  it.each<[AuthMethod, boolean]>([
    ['bearer', false],
    ['introspection', true],
    ['client_credentials', false],
    ['password', false],
    ['session', false],
  ])('by %s, where opened_by is introspection: %s', async (method, expected) => {
    const { sessions } = startWorld();
    const policy = policyOf({ openedBy: new Set<AuthMethod>(['introspection']) });
    const opening = openingOf({ token: tokenOf({ method }) });

    expect((await sessions.open(opening, policy, never)) !== null).toBe(expected);
  });
});

describe('a token has one session', () => {
  it.each([
    ['as the same object', openingOf()],
    ['verified again', openingOf({ token: tokenOf() })],
  ])('brought again %s', async (_, again) => {
    const { sessions } = startWorld();
    const opening = openingOf();
    await sessions.open(opening, policyOf(), never);
    const second = again.token === opening.token ? opening : again;

    expect(await sessions.open(second, policyOf(), never)).toBeNull();
    expect(await sessions.open(second, policyOf(), never)).toBeNull();
  });

  it('also when many requests bring it at once', async () => {
    const { sessions } = startWorld();
    const policy = policyOf();
    const cookies = await Promise.all(
      Array.from({ length: 50 }, async () => sessions.open(openingOf(), policy, never)),
    );

    expect(cookies.filter((cookie) => cookie !== null)).toHaveLength(1);
  });

  it('at each Service', async () => {
    const { sessions } = startWorld();
    const opening = openingOf();
    await sessions.open(opening, policyOf(), never);

    expect(await sessions.open(opening, policyOf({ service: 'billing' }), never)).not.toBeNull();
  });

  it('and the next token has its own', async () => {
    const { sessions } = startWorld();
    await sessions.open(openingOf(), policyOf(), never);
    const next = openingOf({ accessToken: 'the-next-token' });

    expect(await sessions.open(next, policyOf(), never)).not.toBeNull();
  });

  it('but not beside one that is good, and then when it no longer is', async () => {
    const world = startWorld();
    const policy = policyOf();
    const cookie = await world.open(openingOf(), policy);
    const beside = openingOf({ accessToken: 'the-next-token', cookie });

    expect(await world.sessions.open(beside, policy, never)).toBeNull();
    world.pass(16 * minute);
    expect(await world.sessions.open(beside, policy, never)).not.toBeNull();
  });

  it('beside a cookie that is no session', async () => {
    const { sessions } = startWorld();

    expect(await sessions.open(openingOf({ cookie: 'x' }), policyOf(), never)).not.toBeNull();
  });
});

describe('a good session of the same caller', () => {
  it.each<[string, Record<string, unknown>]>([
    ['at another time', { iat: 2, exp: exp + 60, nbf: 1, jti: 'j2' }],
    ['with other claims that no rule looks at', { email: 'c@d.e' }],
    ['with its claims in another order', { sub: 'ann', aud: ['x'] }],
  ])('stays where the token is one %s', async (_, changes) => {
    const world = startWorld();
    const cookie = await world.open(openingOf({ token: tokenOf({ claims: ann }) }), everyClaim);
    const token = tokenOf({ claims: { ...changes, ...ann, ...changes } });
    const beside = openingOf({ token, accessToken: 'the-next-token', cookie });

    expect(await world.sessions.open(beside, everyClaim, never)).toBeNull();
  });
});

describe('a good session of somebody else', () => {
  it.each<[string, Parameters<typeof openingOf>[0]]>([
    ['subject', { token: tokenOf({ claims: { ...ann, sub: 'bob' } }) }],
    ['client', { token: tokenOf({ claims: { ...ann, cid: 'bobs' } }) }],
    ['audience', { token: tokenOf({ claims: { ...ann, aud: ['x', 'y'] } }) }],
    ['provider', { token: tokenOf({ claims: ann, provider: 'entra' }) }],
    ['issuer', { token: tokenOf({ claims: ann, issuer: 'https://second.example.com' }) }],
    ['method', { token: tokenOf({ claims: ann, method: 'introspection' }) }],
    ['Basic client id', { token: tokenOf({ claims: ann }), credentialIdentifier: 'bob' }],
  ])('gives way to one of the token, which has another %s', async (_, changes) => {
    const world = startWorld();
    const planted = await world.open(openingOf({ token: tokenOf({ claims: ann }) }), everyClaim);
    const beside = openingOf({ accessToken: 'the-next-token', cookie: planted, ...changes });
    const cookie = await world.open(beside, everyClaim);

    expect(await world.resume(cookie, everyClaim)).toMatchObject({
      token: { ...beside.token, method: 'session' },
      openedBy: beside.token.method,
      credentialIdentifier: beside.credentialIdentifier,
    });
  });
});

describe('a session that no browser would keep', () => {
  const fits = (length: number) =>
    openingOf({ token: tokenOf({ claims: { exp, cid: 'c'.repeat(length) } }) });

  it('is not opened, and told of once', async () => {
    const { sessions, told } = startWorld();
    const opening = fits(3000);

    expect(await sessions.open(opening, policyOf(), never)).toBeNull();
    expect(await sessions.open(opening, policyOf(), never)).toBeNull();
    expect(told).toEqual(['open too_large']);
  });

  it('is one byte longer than the longest that works', async () => {
    const lengthOf = async (length: number) =>
      (await startWorld().sessions.open(fits(length), policyOf(), never))?.length ?? null;
    const overhead = (await lengthOf(0))!;
    const longest = Math.floor(((4096 - overhead) * 3) / 4);
    const lengths = await Promise.all([-2, -1, 0, 1, 2].map((by) => lengthOf(longest + by)));
    const kept = lengths.filter((length) => length !== null);

    expect(kept.length).toBeGreaterThan(0);
    expect(lengths).toContain(null);
    expect(Math.max(...kept)).toBeLessThanOrEqual(4096);
    expect(Math.max(...kept)).toBeGreaterThan(4092);
  });
});

describe('what is told', () => {
  it('names the Service, and no more', async () => {
    const world = startWorld();
    const cookie = await world.open();
    await world.resume(cookie);
    await world.resume(cookie);
    await world.resume('x');

    expect(world.told).toEqual(['opened orders', 'miss', 'hit', 'miss']);
  });
});

it('seals the same content to another cookie each time', async () => {
  const first = await startWorld().open();
  const second = await startWorld().open();

  expect(first).not.toBe(second);
});
