import { beforeEach, describe, expect, it } from '@jest/globals';
import { ConsumerCache } from '../../../../src/store/redis/consumer-cache.ts';

interface Value {
  readonly name: string;
}

let now: number;
let channel: { lastHeartbeatOk: number };
let loads: { key: string; answer: (value: Value | null) => void; fail: (error: Error) => void }[];
let cache: ConsumerCache<Value>;

beforeEach(() => {
  now = 0;
  channel = { lastHeartbeatOk: -Infinity };
  loads = [];
  cache = new ConsumerCache({
    maxEntries: 3,
    maxNegativeEntries: 2,
    negativeTtlMs: 100,
    maxStalenessMs: 1000,
    clock: { now: () => now },
    channel,
    load: (key) =>
      new Promise((answer, fail) => {
        loads.push({ key, answer, fail });
      }),
  });
});

async function put(key: string, value: Value | null = { name: key }): Promise<void> {
  const loaded = cache.load(key);
  loads.at(-1)?.answer(value);
  await loaded;
}

describe('a cached value', () => {
  it.each<[string, number, number, boolean]>([
    ['fresh, no heartbeat', -Infinity, 1000, true],
    ['old, no heartbeat', -Infinity, 1001, false],
    ['old, heartbeat before it', -500, 1001, false],
    ['old, heartbeat since', 600, 1600, true],
    ['old, heartbeat too long ago', 600, 1601, false],
    ['very old, heartbeat just now', 1e9, 1e9, true],
  ])('is believed or not: %s', async (_, heartbeat, time, believed) => {
    await put('a');
    channel.lastHeartbeatOk = heartbeat;
    now = time;
    expect(cache.peek('a')).toEqual(believed ? { name: 'a' } : undefined);
  });

  it('counts its age from the question, not from the answer', async () => {
    const loaded = cache.load('a');
    now = 800;
    loads[0]?.answer({ name: 'a' });
    await loaded;
    now = 1001;
    expect(cache.peek('a')).toBeUndefined();
  });

  it('that is "nothing there" is believed for a short while only', async () => {
    await put('a', null);
    channel.lastHeartbeatOk = 1e9;
    now = 100;
    expect(cache.peek('a')).toBeNull();
    now = 101;
    expect(cache.peek('a')).toBeUndefined();
  });

  it('is not pushed out by made-up names', async () => {
    await put('a');
    for (let count = 0; count < 50; count += 1) await put(`made-up-${String(count)}`, null);
    expect(cache.peek('a')).toEqual({ name: 'a' });
    expect(cache.size).toEqual({ present: 1, absent: 2 });
  });

  it('gives way to others when there are too many', async () => {
    for (const key of ['a', 'b', 'c']) await put(key);
    cache.peek('a');
    await put('d');
    expect(cache.peek('b')).toBeUndefined();
    expect(cache.peek('a')).toEqual({ name: 'a' });
    expect(cache.size.present).toBe(3);
  });

  it.each([[['a']], [['b', 'a']], [null]])(
    'is forgotten at the invalidation of %j',
    async (keys) => {
      await put('a');
      cache.invalidate(keys);
      expect(cache.peek('a')).toBeUndefined();
    },
  );
});

describe('a load', () => {
  it('is shared by all who ask meanwhile', async () => {
    const both = Promise.all([cache.load('a'), cache.load('a')]);
    expect(loads).toHaveLength(1);
    loads[0]?.answer({ name: 'a' });
    expect(await both).toEqual([{ name: 'a' }, { name: 'a' }]);
    expect(cache.peek('a')).toEqual({ name: 'a' });
  });

  it.each([[['a']], [null]])('that the invalidation of %j overtakes is not kept', async (keys) => {
    const early = cache.load('a');
    cache.invalidate(keys);
    const late = cache.load('a');
    loads[0]?.answer({ name: 'old' });
    expect(await early).toEqual({ name: 'old' });
    expect(cache.peek('a')).toBeUndefined();
    loads[1]?.answer({ name: 'new' });
    expect(await late).toEqual({ name: 'new' });
    expect(cache.peek('a')).toEqual({ name: 'new' });
  });

  it('that the invalidation of another key passes is kept', async () => {
    const loaded = cache.load('a');
    cache.invalidate(['b']);
    loads[0]?.answer({ name: 'a' });
    await loaded;
    expect(cache.peek('a')).toEqual({ name: 'a' });
  });

  it('that fails is told to all, and tried again by the next', async () => {
    const failed = Promise.allSettled([cache.load('a'), cache.load('a')]);
    loads[0]?.fail(new Error('down'));
    expect((await failed).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(cache.peek('a')).toBeUndefined();
    await put('a');
    expect(loads).toHaveLength(2);
  });

  it('that finds a value forgets that there was none', async () => {
    await put('a', null);
    await put('a');
    expect(cache.peek('a')).toEqual({ name: 'a' });
    await put('a', null);
    now = 50;
    cache.invalidate(['x']);
    expect(cache.size.absent).toBe(1);
  });
});
