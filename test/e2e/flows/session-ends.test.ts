import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Json } from '../../support/world-config.ts';
import { eventually, type World } from '../../support/world.ts';
import {
  bringTo,
  clearing,
  cookieOf,
  describeService,
  sessionKey,
  startSessions,
  type SessionRig,
  type Storage,
} from './session-rig.ts';

jest.setTimeout(120_000);

const consumers = [{ custom_id: 'gold-app' }];
const logout = { path: '/orders/logout', methods: ['POST'] };

const storages: readonly Storage[] = ['cookie', 'redis'];
const services = [
  describeService('orders', { session: { logout } }),
  describeService('other', {
    session: { logout: { path: '/other/bye', methods: ['GET'], redirect_uri: '/gone' } },
  }),
  describeService('idle', { session: { idle_timeout: '1s' } }),
  describeService('absolute', { session: { absolute_timeout: '1s' } }),
  describeService('renewed', { session: { idle_timeout: '8s' } }),
  describeService('sealed', { session: { storage: 'cookie', cookie_secure: false } }),
];

/** Everything of one storage, and sessions whose time runs from the start of all tests. */
async function prepare(storage: Storage) {
  const rig = await startSessions({ storage, services, consumers });
  const replica = await rig.startReplica();
  return {
    rig,
    replica,
    idle: await rig.open('idle'),
    absolute: await rig.open('absolute'),
    ofBriefToken: await rig.open('orders', 'urn:brief'),
    preparedAt: Date.now(),
  };
}

type Prepared = Awaited<ReturnType<typeof prepare>>;

const prepared = new Map<Storage, Prepared>();

beforeAll(async () => {
  await Promise.all(storages.map(async (storage) => prepared.set(storage, await prepare(storage))));
});

describe.each(storages)('a session, storage: %s', (storage) => {
  let rig: SessionRig;
  let replica: World;
  let sessions: Prepared;

  beforeAll(() => {
    const found = prepared.get(storage);
    if (found === undefined) throw new Error('was not prepared');
    sessions = found;
    ({ rig, replica } = found);
  });

  afterAll(async () => {
    await replica.stop();
    await rig.stop();
  });

  async function reasonOf(service: string, cookie: string): Promise<unknown> {
    return (await rig.bring(service, { cookie })).line['reason'];
  }

  function untilOver(service: string, cookie: string): Promise<unknown> {
    return eventually(
      () => reasonOf(service, cookie),
      (reason) => reason === 'session_invalid',
    );
  }

  describe('is ended by its caller', () => {
    it('with an answer 204 that clears the cookie', async () => {
      const cookie = await rig.open('orders');

      const outcome = await rig.bring('orders', { cookie, method: 'POST', path: 'logout?now' });

      expect([outcome.status, outcome.setCookies]).toEqual([204, [clearing]]);
      expect(outcome.line).toMatchObject({ decision: 'answer', reason: 'logout' });
      expect(outcome.upstreamSaw).toBeNull();
    });

    it('with an answer 303 where the logout leads somewhere', async () => {
      const cookie = await rig.open('other');

      const outcome = await rig.bring('other', { cookie, path: 'bye' });

      expect([outcome.status, outcome.headers['location']]).toEqual([303, '/gone']);
      expect(outcome.setCookies).toEqual([clearing]);
    });

    it('and by nobody’s form on another site, which brings no cookie: none is cleared', async () => {
      const { status, setCookies } = await rig.bring('orders', { method: 'POST', path: 'logout' });

      expect([status, setCookies]).toEqual([204, []]);
    });

    it.each([
      ['another method', { path: 'logout', method: 'GET' }],
      ['another path', { path: 'logout/', method: 'POST' }],
    ])('not by a request with %s', async (_what, call) => {
      const cookie = await rig.open('orders');

      const { status, upstreamSaw } = await rig.bring('orders', { ...call, cookie });

      expect([status, upstreamSaw?.path]).toEqual([200, `/orders/${call.path}`]);
      expect(await reasonOf('orders', cookie)).toBe('allowed');
    });
  });

  describe('is ended by time', () => {
    it('when it was not used for idle_timeout', async () => {
      // Requests would renew it.
      await delay(Math.max(0, sessions.preparedAt + 1100 - Date.now()));

      const outcome = await rig.bring('idle', { cookie: sessions.idle });

      expect(outcome.line['reason']).toBe('session_invalid');
      expect([outcome.status, outcome.setCookies]).toEqual([401, [clearing]]);
    });

    it('when it is older than absolute_timeout, however much it is used', async () => {
      await untilOver('absolute', sessions.absolute);
    });

    it('when its token has expired', async () => {
      await untilOver('orders', sessions.ofBriefToken);
    });

    it('later if it is used: it is renewed after a quarter of the idle time', async () => {
      const opened = await rig.open('renewed');

      const renewed = await eventually(
        () => rig.bring('renewed', { cookie: opened }),
        ({ status, setCookies }) => status !== 200 || setCookies.length > 0,
      );

      const cookie = cookieOf(renewed);
      expect(renewed.line).toMatchObject({ reason: 'allowed', auth_method: 'session' });
      expect(await reasonOf('renewed', cookie)).toBe('allowed');
      // A sealed cookie holds its own time; in Redis the id stays.
      expect(cookie === opened).toBe(storage === 'redis');
    });
  });

  describe('at another replica', () => {
    it('goes on', async () => {
      const cookie = await rig.open('orders');

      const { status, line } = await bringTo(replica, 'orders', { cookie });

      expect([status, line['auth_method']]).toEqual([200, 'session']);
    });

    it('is over after its logout where it is in Redis, and open to who copied a sealed cookie', async () => {
      const expected = { cookie: 'allowed', redis: 'session_invalid' }[storage];
      const cookie = await rig.open('orders');
      await bringTo(replica, 'orders', { cookie });

      await rig.bring('orders', { cookie, method: 'POST', path: 'logout' });

      const there = await bringTo(replica, 'orders', { cookie });
      expect(there.line['reason']).toBe(expected);
      expect(await reasonOf('orders', cookie)).toBe(expected);
    });
  });
});

describe('a session in a Redis that is gone', () => {
  let rig: SessionRig;

  beforeAll(async () => {
    rig = await startSessions({ storage: 'redis', services, consumers });
  });

  afterAll(() => rig.stop());

  it('leaves those of a Service that keeps its own in cookies, without Secure here', async () => {
    const opened = await rig.bring('sealed', { token: await rig.fetch() });
    const stored = await rig.open('orders');

    expect(opened.setCookies).toEqual([
      expect.stringMatching(/^postern_session=[\w-]{100,}; [^;]+; [^;]+; HttpOnly; SameSite=Lax$/),
    ]);
    expect(stored).toMatch(/^__Host-postern_session=[\w-]{43}$/);
    expect((await rig.bring('sealed', { cookie: cookieOf(opened) })).line['reason']).toBe(
      'allowed',
    );
  });

  it('is an outage for its cookie and its logout, and for no bearer token', async () => {
    const cookie = await rig.open('orders');
    const token = await rig.fetch();
    await rig.redis?.kill();

    const alone = await rig.bring('orders', { cookie });
    const ended = await rig.bring('orders', { cookie, method: 'POST', path: 'logout' });
    const bearer = await rig.bring('orders', { token });

    expect([alone.status, alone.line['reason']]).toEqual([503, 'store_unavailable']);
    expect([ended.status, ended.line['reason']]).toEqual([503, 'store_unavailable']);
    expect([bearer.status, bearer.line['reason']]).toEqual([200, 'allowed']);
    expect([alone, ended, bearer].map(({ setCookies }) => setCookies)).toEqual([[], [], []]);
  });
});

describe('the settings of sessions that are changed', () => {
  const [first, second] = [sessionKey, `another ${sessionKey}`];
  let rig: SessionRig;

  beforeAll(async () => {
    rig = await startSessions({ storage: 'cookie', services, consumers });
  });

  afterAll(() => rig.stop());

  let settings = 0;

  /** Waits until these are in force, by the words of a refusal. */
  async function use(session: Json): Promise<void> {
    settings += 1;
    const unauthorized = `settings ${settings}`;
    await rig.world.postern.writeConfig({
      ...rig.world.config,
      services: services.map((service) => ({ ...service, messages: { unauthorized } })),
      session,
    });
    await eventually(
      () => rig.bring('orders', {}),
      ({ body }) => body.includes(unauthorized),
    );
  }

  /** Beside the configuration. */
  async function writeKey(name: string, text: string): Promise<void> {
    await writeFile(join(rig.world.postern.folder, name), text);
  }

  async function reasonOf(cookie: string): Promise<unknown> {
    return (await rig.bring('orders', { cookie })).line['reason'];
  }

  it('keys open what an old one sealed until that is removed', async () => {
    const old = await rig.open('orders');

    await use({ keys: [second, first] });
    const fresh = await rig.open('orders');
    expect([await reasonOf(old), await reasonOf(fresh)]).toEqual(['allowed', 'allowed']);

    await use({ keys: [second] });
    expect([await reasonOf(old), await reasonOf(fresh)]).toEqual(['session_invalid', 'allowed']);
  });

  it('keys may lie in files', async () => {
    await use({ keys: [first] });
    const old = await rig.open('orders');
    await writeKey('session-1.key', `${first}\n`);
    await writeKey('session-2.key', `${second}\n`);

    await use({ keys_files: ['session-2.key', 'session-1.key'] });
    const fresh = await rig.open('orders');
    expect([await reasonOf(old), await reasonOf(fresh)]).toEqual(['allowed', 'allowed']);

    await use({ keys: [second] });
    expect([await reasonOf(old), await reasonOf(fresh)]).toEqual(['session_invalid', 'allowed']);
  });

  it('a cookie for clear text has neither Secure nor a prefix', async () => {
    const shape = { cookie_secure: false, cookie_path: '/orders', cookie_domain: 'example.com' };
    await use({ keys: [first], ...shape });

    const opened = await rig.bring('orders', { token: await rig.fetch() });
    const cookie = cookieOf(opened);
    const resumed = await rig.bring('orders', { cookie });
    const ended = await rig.bring('orders', { cookie, method: 'POST', path: 'logout' });

    const where = 'Path=/orders; Domain=example.com';
    const [line] = opened.setCookies;
    expect(line?.replace(/=[\w-]+;/, '=…;').replace(/Age=\d+/, 'Age=…')).toBe(
      `postern_session=…; ${where}; Max-Age=…; HttpOnly; SameSite=Lax`,
    );
    expect(resumed.line).toMatchObject({ reason: 'allowed', auth_method: 'session' });
    expect(ended.setCookies).toEqual([
      `postern_session=; ${where}; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Lax`,
    ]);
  });
});
