import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { RedisConnectionOptions } from '../../../../src/store/redis/connection-options.ts';
import { createRedisStore, type RedisStore } from '../../../../src/store/redis/redis-store.ts';
import { createSessions } from '../../../../src/session/sessions.ts';
import { startOwnRedis, startRedis, type TestRedis } from '../../../support/redis.ts';
import { minute, openingOf, policyOf, start, valueOf } from '../../../unit/session/harness.ts';
import { until } from '../until.ts';
import { never } from './harness.ts';

const policy = policyOf();
const running: RedisStore[] = [];

let redis: TestRedis;

beforeAll(async () => {
  redis = await startRedis();
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((store) => store.stop()));
});

afterAll(async () => {
  await redis.stop();
});

/** So that a busy machine is not taken for a Redis that is down. */
function patient(connection: RedisConnectionOptions): RedisConnectionOptions {
  return { ...connection, commandTimeoutMs: 5000 };
}

/** One replica, at a clock of the test's own. */
async function startReplica(connection: RedisConnectionOptions, keyPrefix: string) {
  const commands: string[] = [];
  let now = start;
  const store = createRedisStore({
    connection,
    keyPrefix,
    report: { command: ({ command, outcome }) => commands.push(`${command} ${outcome}`) },
  });
  running.push(store);
  await store.start(never);
  const sessions = createSessions(
    { storage: 'redis', keys: [] },
    { clock: { now: () => now }, store: store.sessions },
  );
  const open = async (accessToken: string) =>
    valueOf(await sessions.open(openingOf({ accessToken }), policy, never));
  /** The session's provider, or why there is none. */
  const resume = async (cookie: string) => {
    const resumed = await sessions.resume(cookie, policy, never);
    return resumed.ok ? resumed.value.token.provider : resumed.stop.reason;
  };
  return { commands, store, sessions, open, resume, pass: (ms: number) => void (now += ms) };
}

describe('sessions in Redis', () => {
  const replica = () => startReplica(patient(redis.connection), redis.keyPrefix);

  it('are those of every replica, one command each time', async () => {
    const [one, other] = await Promise.all([replica(), replica()]);
    const cookie = await one.open('shared');
    const resumed = await other.resume(cookie);
    await other.sessions.end([cookie], policy, never);

    expect(resumed).toBe('okta');
    expect(await one.resume(cookie)).toBe('session_invalid');
    expect([one.commands, other.commands]).toEqual([
      ['set ok', 'get ok'],
      ['get ok', 'del ok'],
    ]);
  });

  it('lie under the prefix, by a hash, and leave with their time', async () => {
    const { open } = await replica();
    const cookie = await open('timed');
    const names = await redis.client.keys(`{${redis.keyPrefix}}:session:*`);
    const left = await redis.client.pttl(names.at(-1)!);

    expect(names.join()).not.toContain(cookie);
    expect(left).toBeGreaterThan(15 * minute);
    expect(left).toBeLessThanOrEqual(16 * minute);
  });

  it('are renewed in place, unless they were ended', async () => {
    const { sessions, open, pass, resume } = await replica();
    const cookie = await open('renewed');
    pass(5 * minute);
    const resumed = await sessions.resume(cookie, policy, never);
    const session = resumed.ok ? resumed.value : null;

    expect(valueOf(await sessions.renew(session!, policy, never))).toBe(cookie);
    pass(15 * minute);
    expect(await resume(cookie)).toBe('okta');
    await sessions.end([cookie], policy, never);
    expect(await sessions.renew(session!, policy, never)).toBeNull();
    expect(await resume(cookie)).toBe('session_invalid');
  });

  it('are ended several at once', async () => {
    const { sessions, open, resume } = await replica();
    const cookies = [await open('first'), await open('second')];
    await sessions.end(cookies, policy, never);

    expect(await Promise.all(cookies.map(resume))).toEqual(['session_invalid', 'session_invalid']);
  });
});

describe('while Redis is down', () => {
  it('sessions cannot be told good or bad, none is opened, and nothing needs a restart', async () => {
    const own = await startOwnRedis();
    try {
      const { store, sessions, open, pass, resume } = await startReplica(
        patient(own.connection),
        'postern',
      );
      const cookie = await open('before');
      await own.kill();
      await until(() => store.status().state === 'down');

      expect(await resume(cookie)).toBe('store_unavailable');
      expect(await sessions.end([cookie], policy, never)).toMatchObject({
        ok: false,
        stop: { kind: 'unavailable', reason: 'store_unavailable' },
      });
      expect(await sessions.open(openingOf({ accessToken: 'during' }), policy, never)).toBeNull();

      await own.restart();
      await until(() => store.status().state !== 'down');
      pass(1000);
      expect(await resume(await open('during'))).toBe('okta');
      // The server was empty when it came back.
      expect(await resume(cookie)).toBe('session_invalid');
    } finally {
      await own.stop();
    }
  });

  it('a frozen one holds up a request no longer than its time-out', async () => {
    const own = await startOwnRedis();
    try {
      const connection = { ...own.connection, commandTimeoutMs: 1000 };
      const { commands, open, resume } = await startReplica(connection, 'postern');
      const cookie = await open('before');
      own.freeze();

      expect(await resume(cookie)).toBe('store_unavailable');
      expect(commands.at(-1)).toBe('get timeout');
    } finally {
      own.thaw();
      await own.stop();
    }
  });
});
