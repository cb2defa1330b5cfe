import { describe, expect, it } from '@jest/globals';
import { createCheckEviction } from '../../../../src/store/redis/check-eviction.ts';
import type { RedisClient } from '../../../../src/store/redis/client.ts';
import { createRedisKeys } from '../../../../src/store/redis/keys.ts';

type Info = string | Error;

const evicting = 'maxmemory:100\r\nmaxmemory_policy:allkeys-lru\r\n';
const keeping = 'maxmemory:100\r\nmaxmemory_policy:noeviction\r\n';

function reply(message: string): Error {
  return Object.assign(new Error(message), { name: 'ReplyError' });
}

/** A server that answers `INFO` with what stands in `info`. */
function setUp(info: Info) {
  const server = { info, asked: 0 };
  const told: string[] = [];
  let now = 0;
  const client: Pick<RedisClient, 'info'> = {
    info: async () => {
      server.asked += 1;
      if (typeof server.info !== 'string') throw server.info;
      return server.info;
    },
  };
  const check = createCheckEviction({
    client: client as RedisClient,
    keys: createRedisKeys('p'),
    clock: { now: () => now },
    onUnknown: (reason) => told.push(reason),
  });
  const outcome = () =>
    check().then(
      () => 'fine',
      (error: unknown) => (error as Error).message,
    );
  const wait = (ms: number) => {
    now += ms;
  };
  return { server, told, outcome, wait };
}

const mayEvict = expect.stringContaining('may evict keys: its maxmemory-policy is allkeys-lru');

describe('whether Redis may evict', () => {
  it.each([
    ["NOPERM User x has no permissions to run the 'info' command"],
    ["ERR unknown command 'INFO'"],
    ['CLUSTERDOWN The cluster is down'],
    ['WHATEVER a managed service says'],
  ])('is not known where it says %j, which is told once', async (message) => {
    const { server, told, outcome, wait } = setUp(reply(message));

    expect([await outcome(), await outcome()]).toEqual(['fine', 'fine']);
    wait(30_000);
    expect(await outcome()).toBe('fine');

    expect(told).toHaveLength(1);
    expect(server.asked).toBe(2);
  });

  it('is not known where it does not tell', async () => {
    const { told, outcome } = setUp('# Memory\r\nused_memory:1\r\n');

    expect(await outcome()).toBe('fine');
    expect(told).toEqual(['whether Redis may evict keys is not known: INFO does not tell']);
  });

  it('is asked again after half a minute', async () => {
    const { server, outcome, wait } = setUp(reply('ERR not now'));
    await outcome();
    server.info = evicting;
    wait(29_999);
    expect(await outcome()).toBe('fine');
    wait(1);

    expect(await outcome()).toEqual(mayEvict);
  });

  it('stays as it was last while it is not known', async () => {
    const { server, told, outcome, wait } = setUp(evicting);
    await outcome();
    server.info = reply('NOPERM');
    expect(await outcome()).toEqual(mayEvict);
    server.info = keeping;
    expect(await outcome()).toEqual(mayEvict);
    wait(30_000);

    expect(await outcome()).toBe('fine');
    expect(told).toHaveLength(1);
  });

  it('is told again once it had been known', async () => {
    const { server, told, outcome, wait } = setUp(reply('ERR'));
    await outcome();
    server.info = keeping;
    wait(30_000);
    await outcome();
    server.info = reply('ERR');
    await outcome();

    expect(told).toHaveLength(2);
  });

  it('is no answer of a Redis that cannot be reached', async () => {
    const { told, outcome } = setUp(new Error('Connection is closed.'));

    expect(await outcome()).toBe('Connection is closed.');
    expect(told).toEqual([]);
  });
});
