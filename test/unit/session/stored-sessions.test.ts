import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { unavailable } from '../../../src/authz/refusal.ts';
import type { Session } from '../../../src/authz/session.ts';
import { halt } from '../../../src/lib/step.ts';
import type { SessionStore } from '../../../src/session/session-store.ts';
import {
  createMemoryStore,
  minute,
  never,
  openingOf,
  policyOf,
  startWorld,
  type MemoryStore,
  type World,
} from './harness.ts';

const storage = 'redis';
const policy = policyOf();
const down = halt(unavailable('store_unavailable', 'Redis cannot be reached'));
const goneOrForeign = 'session_invalid: not in the store: over, or of another Service';

let store: MemoryStore;
let world: World;

beforeEach(() => {
  store = createMemoryStore();
  world = startWorld({ storage, keys: [] }, { store });
});

function failing(): SessionStore {
  const fail = () => Promise.resolve(down);
  return { read: fail, write: fail, replace: fail, remove: fail };
}

describe('a session in a store', () => {
  it('leaves nothing there that makes a cookie or a token', async () => {
    const cookie = await world.open();
    const [[id, text] = ['', '']] = store.texts;

    expect(cookie).toMatch(/^[\w-]{43}$/);
    expect(id).toMatch(/^[\w-]{43}$/);
    expect(`${id} ${text}`).not.toContain(cookie);
    expect(text).not.toContain('the-access-token');
    expect(await world.resume(id)).toMatch(/^session_invalid: not/);
  });

  it('stays there as long as it can be used unattended', async () => {
    await world.open(openingOf(), policyOf({ idleMs: 5 * minute }));
    const idle = store.ttlMs;
    await world.open(openingOf({ accessToken: '2' }), policyOf({ absoluteMs: 4 * minute }));
    const absolute = store.ttlMs;
    await world.open(openingOf({ accessToken: '3' }), policyOf({ idleMs: 999 * minute }));

    expect([idle, absolute, store.ttlMs]).toEqual([5 * minute, 4 * minute, 60 * minute]);
  });

  it('is read on every request', async () => {
    const cookie = await world.open();
    const read = jest.spyOn(store, 'read');
    await world.resume(cookie);
    await world.resume(cookie);

    expect(read).toHaveBeenCalledTimes(2);
  });

  it('is over everywhere once it was ended', async () => {
    const cookie = await world.open(openingOf(), policy);
    const other = world.again();
    await world.resume(cookie);
    await other.end([cookie, 'x'], policy, never);

    expect(await world.resume(cookie)).toBe(goneOrForeign);
    expect(store.texts.size).toBe(0);
  });

  it('is not brought back by a renewal that crosses its end', async () => {
    const cookie = await world.open(openingOf(), policy);
    world.pass(5 * minute);
    const session = (await world.resume(cookie)) as Session;
    await world.sessions.end([cookie], policy, never);

    expect(await world.sessions.renew(session, policy, never)).toBeNull();
    expect(store.texts.size).toBe(0);
  });

  it.each([
    ['at another Service', policyOf({ service: 'billing' })],
    ['under another cookie name', policyOf({ cookieName: 'other' })],
  ])('is not found %s, nor ended from there', async (_, elsewhere) => {
    const cookie = await world.open(openingOf(), policy);
    await world.sessions.end([cookie], elsewhere, never);

    expect(await world.resume(cookie, elsewhere)).toBe(goneOrForeign);
    expect(await world.resume(cookie)).toHaveProperty('token');
  });

  it.each([
    ['empty', ''],
    ['too short', 'A'.repeat(42)],
    ['too long', 'A'.repeat(44)],
    ['not base64url', `${'A'.repeat(42)}+`],
    ['with bits that are not used', `${'A'.repeat(42)}B`],
    ['very long', 'A'.repeat(100_000)],
  ])('is not asked for by an id that is %s', async (_, cookie) => {
    const read = jest.spyOn(store, 'read');

    expect(await world.resume(cookie)).toBe('session_invalid: not a session id');
    await world.sessions.end([cookie], policy, never);
    expect(read).not.toHaveBeenCalled();
  });

  it('asks for every id that it gives out', async () => {
    for (let byte = 0; byte < 256; byte += 1) {
      const randomBytes = (length: number) => new Uint8Array(length).fill(byte);
      const one = startWorld({ storage }, { store, randomBytes });

      expect(await one.resume(await one.open())).toHaveProperty('token');
    }
  });

  it('is refused where its text cannot be read', async () => {
    const cookie = await world.open();
    const [id = ''] = store.texts.keys();
    store.texts.set(id, '{"v":2}');

    expect(await world.resume(cookie)).toBe('session_invalid: of a form that is not known');
  });

  it('needs a store', () => {
    expect(() => startWorld({ storage })).toThrow(TypeError);
  });
});

describe('while the store is down', () => {
  it('a session cannot be told good or bad', async () => {
    const cookie = await world.open();
    const { sessions } = startWorld({ storage }, { store: failing() });

    expect(await sessions.resume(cookie, policy, never)).toEqual(down);
    expect(await sessions.end([cookie], policy, never)).toEqual(down);
  });

  it('none is opened, which is told and refuses nobody', async () => {
    const one = startWorld({ storage }, { store: failing() });

    expect(await one.sessions.open(openingOf(), policy, never)).toBeNull();
    expect(one.told).toEqual(['open store_unavailable']);
  });

  it('none is opened beside a cookie that nobody can judge', async () => {
    const one = startWorld(
      { storage },
      { store: { ...createMemoryStore(), read: () => Promise.resolve(down) } },
    );
    const cookie = await world.open();

    expect(await one.sessions.open(openingOf({ cookie }), policy, never)).toBeNull();
    expect(one.told).toEqual(['open store_unavailable']);
  });

  it('it is left alone for a second, then the token has its session', async () => {
    const write = jest.spyOn(store, 'write').mockResolvedValueOnce(down);
    const opening = openingOf();
    await world.sessions.open(opening, policy, never);
    world.pass(999);
    const early = await world.sessions.open(opening, policy, never);
    const calls = write.mock.calls.length;
    world.pass(1);

    expect([early, calls]).toEqual([null, 1]);
    expect(await world.sessions.open(opening, policy, never)).not.toBeNull();
  });

  it('a session that can be read is renewed a second later, with no try in between', async () => {
    const cookie = await world.open(openingOf(), policy);
    world.pass(5 * minute);
    const replace = jest.spyOn(store, 'replace').mockResolvedValueOnce(down);
    const renew = async () => {
      const session = (await world.resume(cookie)) as Session;
      return world.sessions.renew(session, policy, never);
    };
    const failed = await renew();
    world.pass(999);
    const early = await renew();
    const calls = replace.mock.calls.length;
    world.pass(1);

    expect([failed, early, calls]).toEqual([null, null, 1]);
    expect(await renew()).not.toBeNull();
  });

  it('a session that was read before is not renewed', async () => {
    const cookie = await world.open(openingOf(), policy);
    world.pass(5 * minute);
    const session = (await world.resume(cookie)) as Session;
    jest.spyOn(store, 'replace').mockResolvedValueOnce(down);

    expect(await world.sessions.renew(session, policy, never)).toBeNull();
    expect(world.told).toContain('renew store_unavailable');
  });
});

describe('when the deadline comes before the store’s answer', () => {
  const silent = () => new Promise<never>(() => undefined);
  const stuck: SessionStore = { read: silent, write: silent, replace: silent, remove: silent };

  it('there is no verdict, and no session', async () => {
    const one = startWorld({ storage }, { store: stuck });
    const cookie = await world.open();
    const signal = AbortSignal.abort();
    const late = halt(unavailable('deadline_exceeded'));

    expect(await one.sessions.resume(cookie, policy, signal)).toEqual(late);
    expect(await one.sessions.end([cookie], policy, signal)).toEqual(late);
    expect(await one.sessions.open(openingOf(), policy, signal)).toBeNull();
  });
});
