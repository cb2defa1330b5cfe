import { describe, expect, it } from '@jest/globals';
import type { Session } from '../../../src/authz/session.ts';
import {
  createMemoryStore,
  minute,
  never,
  newKey,
  oldKey,
  openingOf,
  policyOf,
  startWorld,
  tokenOf,
  valueOf,
  type World,
} from './harness.ts';

const policy = policyOf();
const endless = openingOf({ token: tokenOf({ claims: { cid: 'app' } }) });

async function sessionOf({ resume }: World, cookie: string): Promise<Session> {
  const session = await resume(cookie, policy);
  if (typeof session === 'string') throw new Error(session);
  return session;
}

describe.each([
  ['cookie', () => startWorld()],
  ['redis', () => startWorld({ storage: 'redis' }, { store: createMemoryStore() })],
])('renewing a session kept in %s', (_, create) => {
  it('happens after a quarter of the idle time', async () => {
    const world = create();
    const cookie = await world.open(openingOf(), policy);
    world.pass(4 * minute - 1);
    const early = await world.sessions.renew(await sessionOf(world, cookie), policy, never);
    world.pass(1);
    const renewed = await world.sessions.renew(await sessionOf(world, cookie), policy, never);

    expect(early).toBeNull();
    expect(renewed).toMatch(
      /^__Host-postern_session=[\w-]+; Path=\/; Max-Age=3360; Secure; HttpOnly; SameSite=Lax$/,
    );
    expect(world.told).toContain('renewed orders');
  });

  it('starts idle time anew, and leaves the end where it was', async () => {
    const world = create();
    let cookie = await world.open(endless, policy);
    for (let passed = 0; passed < 120; passed += 15) {
      const session = await sessionOf(world, cookie);
      const renewed = await world.sessions.renew(session, policy, never);
      if (renewed !== null) cookie = valueOf(renewed);
      world.pass(15 * minute);
    }

    expect(await world.resume(cookie, policy)).toBe('session_invalid: older than absolute_timeout');
  });

  it('leaves what a revocation knows it by', async () => {
    const world = create();
    const cookie = await world.open(openingOf(), policy);
    const opened = await sessionOf(world, cookie);
    world.pass(5 * minute);
    const renewed = valueOf(await world.sessions.renew(opened, policy, never));
    const other = await sessionOf(world, await world.open(openingOf({ accessToken: 'b' }), policy));

    const { marks } = await sessionOf(world, renewed);
    expect(marks).toEqual(opened.marks);
    expect(marks.id).not.toBe(other.marks.id);
  });

  it('happens once for all requests that are under way at a time', async () => {
    const world = create();
    const cookie = await world.open(openingOf(), policy);
    world.pass(4 * minute);
    const sessions = await Promise.all(Array.from({ length: 20 }, () => sessionOf(world, cookie)));
    const renewed = await Promise.all(
      sessions.map(async (session) => world.sessions.renew(session, policy, never)),
    );

    expect(renewed.filter((one) => one !== null)).toHaveLength(1);
    expect(world.told.filter((line) => line === 'renewed orders')).toHaveLength(1);
    world.pass(4 * minute);
    const next = await sessionOf(world, cookie);
    expect(await world.sessions.renew(next, policy, never)).not.toBeNull();
  });

  it('happens for each session by itself', async () => {
    const world = create();
    const cookies = [
      await world.open(openingOf({ accessToken: '1' }), policy),
      await world.open(openingOf({ accessToken: '2' }), policy),
    ];
    world.pass(4 * minute);
    const sessions = await Promise.all(cookies.map((cookie) => sessionOf(world, cookie)));
    const renewed = await Promise.all(
      sessions.map(async (session) => world.sessions.renew(session, policy, never)),
    );

    expect(renewed.filter((one) => one === null)).toEqual([]);
  });

  it('does not happen within a second of the end', async () => {
    const world = create();
    const short = policyOf({ absoluteMs: 10 * minute });
    const cookie = await world.open(openingOf(), short);
    world.pass(10 * minute - 1);
    const session = await world.resume(cookie, short);

    expect(session).toHaveProperty('token');
    expect(await world.sessions.renew(session as Session, short, never)).toBeNull();
  });
});

describe('renewing a sealed session', () => {
  it('seals with the first key what the second one opened', async () => {
    const old = startWorld({ keys: [oldKey] });
    const cookie = await old.open(openingOf(), policy);
    const world = startWorld({ keys: [newKey, oldKey] });
    world.pass(5 * minute);
    const renewed = await world.sessions.renew(await sessionOf(world, cookie), policy, never);

    expect(await startWorld({ keys: [newKey] }).resume(valueOf(renewed))).toHaveProperty('token');
  });

  it('throws for a session that nobody resumed', async () => {
    const world = startWorld();
    const session = await sessionOf(world, await world.open(openingOf(), policy));

    expect(() => world.sessions.renew({ ...session, state: {} }, policy, never)).toThrow(TypeError);
  });
});

describe('ending sessions', () => {
  it('clears the cookie with the attributes that it was set with', async () => {
    const world = startWorld();
    const site = policyOf({
      cookieName: '__Secure-s',
      cookiePath: '/api',
      cookieDomain: 'example.com',
      sameSite: 'Strict',
    });

    expect(await world.sessions.end(['x'], site, never)).toEqual({
      ok: true,
      value:
        '__Secure-s=; Path=/api; Domain=example.com; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Secure; HttpOnly; SameSite=Strict',
    });
  });

  it('clears one without Secure as it was set', async () => {
    const inClearText = policyOf({ secure: false, sameSite: 'None' });

    expect(await startWorld().sessions.end(['x'], inClearText, never)).toEqual({
      ok: true,
      value:
        '__Host-postern_session=; Path=/; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=None',
    });
  });
});

describe.each([
  ['cookie', () => startWorld()],
  ['redis', () => startWorld({ storage: 'redis' }, { store: createMemoryStore() })],
])('ending a session kept in %s', (_, create) => {
  const ended = ({ told }: World) => told.filter((line) => line.startsWith('ended'));

  it('is told', async () => {
    const world = create();
    const cookie = await world.open(openingOf(), policy);
    await world.sessions.end([cookie], policy, never);

    expect(ended(world)).toEqual(['ended orders']);
  });

  it('clears nothing where no cookie came, as with a request that another site has forged', async () => {
    const world = create();

    expect(await world.sessions.end([], policy, never)).toEqual({ ok: true, value: null });
    expect(ended(world)).toEqual([]);
  });

  it.each([
    ['is no session', 'x'],
    ['looks like one', 'A'.repeat(43)],
  ])('is not told of a cookie that %s, which is cleared', async (_what, cookie) => {
    const world = create();
    const { value } = (await world.sessions.end([cookie], policy, never)) as { value?: unknown };

    expect(value).toContain('__Host-postern_session=; ');
    expect(ended(world)).toEqual([]);
  });
});
