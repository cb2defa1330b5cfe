import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startOwnRedis, type OwnRedis } from '../../../support/redis.ts';
import { startTcpProxy, type TcpProxy } from '../../../support/tcp-proxy.ts';
import { until } from '../until.ts';
import {
  keys,
  never,
  setGroups,
  startStore,
  type RunningStore,
  type StoreSettings,
} from './harness.ts';

const recordKey = keys.consumer('custom_id', 'app');

let redis: OwnRedis;
let proxy: TcpProxy | null;
let running: RunningStore | null;

beforeEach(async () => {
  [proxy, running] = [null, null];
  redis = await startOwnRedis();
});

afterEach(async () => {
  await running?.store.stop();
  await proxy?.stop();
  await redis.stop();
});

async function start(settings?: StoreSettings): Promise<RunningStore> {
  running = await startStore(redis.connection, settings);
  return running;
}

async function startBehindProxy(settings?: StoreSettings): Promise<[RunningStore, TcpProxy]> {
  proxy = await startTcpProxy({ targetPort: redis.port });
  const topology = { kind: 'single' as const, host: '127.0.0.1', port: proxy.port };
  running = await startStore({ topology }, settings);
  return [running, proxy];
}

/** A record in the cache, and everything heard that its writing had to tell. */
async function cacheGold(store: RunningStore): Promise<void> {
  await setGroups(redis.client, 'gold');
  await until(() => store.events.includes('invalidated 1'));
  expect(await store.groups()).toBe('gold');
}

/** GETs that reached the server. */
function gets({ events }: RunningStore): number {
  return events.filter((event) => event.startsWith('get ')).length;
}

describe('a cached Consumer', () => {
  it('costs one GET, however often it is asked for', async () => {
    const store = await start();
    await setGroups(redis.client, 'gold');
    await until(() => store.events.includes('invalidated 1'));
    for (let count = 0; count < 100; count += 1) expect(await store.groups()).toBe('gold');
    expect(gets(store)).toBe(1);
  });

  it('costs one GET for fifty callers at once', async () => {
    const store = await start();
    await setGroups(redis.client, 'gold');
    const found = await Promise.all(Array.from({ length: 50 }, () => store.groups()));
    expect(new Set(found)).toEqual(new Set(['gold']));
    expect(gets(store)).toBe(1);
  });

  it.each<[string, () => Promise<unknown>, string | null]>([
    ['a write of another client', () => setGroups(redis.client, 'silver'), 'silver'],
    ['DEL', () => redis.client.del(recordKey), null],
    ['UNLINK', () => redis.client.unlink(recordKey), null],
    ['RENAME', () => redis.client.rename(recordKey, 'elsewhere'), null],
    ['expiry', () => redis.client.pexpire(recordKey, 1), null],
    ['FLUSHALL', () => redis.client.flushall(), null],
    ['FLUSHDB', () => redis.client.flushdb(), null],
  ])('is forgotten at %s', async (_, change, expected) => {
    const store = await start();
    await cacheGold(store);
    await change();
    await until(async () => (await store.groups()) === expected);
    expect(store.store.status()).toEqual({ state: 'ok' });
  });

  it('is not forgotten when a key beside it changes', async () => {
    const store = await start();
    await cacheGold(store);
    await redis.client.set(`${recordKey},${recordKey}`, 'x');
    await until(() => store.events.filter((event) => event === 'invalidated 1').length === 2);
    expect(await store.groups()).toBe('gold');
    expect(gets(store)).toBe(1);
  });

  it('is found although it was just cached as absent', async () => {
    const store = await start();
    expect(await store.groups()).toBeNull();
    expect(await store.groups()).toBeNull();
    expect(gets(store)).toBe(1);
    await setGroups(redis.client, 'gold');
    await until(async () => (await store.groups()) === 'gold');
  });
});

describe('an answer that a change overtakes', () => {
  it('is not stored, and not given to who asks later', async () => {
    const [store, link] = await startBehindProxy();
    await setGroups(redis.client, 'old');
    await until(() => store.events.includes('invalidated 1'));

    const held = link.holdRepliesTo('get');
    const early = store.groups();
    await held;
    await setGroups(redis.client, 'new');
    await until(() => store.events.filter((event) => event === 'invalidated 1').length === 2);
    const late = store.groups();
    link.release();

    expect(await early).toBe('old');
    expect(await late).toBe('new');
    expect(await store.groups()).toBe('new');
  });
});

describe('when invalidation is lost', () => {
  it.each(['normal', 'pubsub'])(
    'comes back after CLIENT KILL TYPE %s, with nothing stale',
    async (type) => {
      const store = await start();
      await setGroups(redis.client, 'gold');
      expect(await store.groups()).toBe('gold');
      await redis.client.call('CLIENT', 'KILL', 'TYPE', type, 'SKIPME', 'yes');
      await setGroups(redis.client, 'silver');
      await until(() => store.events.includes('channel down'));
      await store.channelUp();
      await until(async () => (await store.groups()) === 'silver');
    },
  );

  it('believes a record for max_staleness and no longer', async () => {
    let time = 0;
    const [store, link] = await startBehindProxy({ maxStalenessMs: 60_000, now: () => time });
    await cacheGold(store);
    link.cut(true);
    await until(() => store.events.includes('channel down'));

    time = 60_000;
    expect(await store.groups()).toBe('gold');
    expect(store.store.status().state).not.toBe('ok');
    time = 60_001;
    expect(await store.groups()).toMatch(/^store_unavailable: Redis cannot be reached/);
    link.accept();
    await until(async () => (await store.groups()) === 'gold');
  });
});

describe('a server that is frozen or gone', () => {
  it('is noticed although its socket lives, and is used again when it answers', async () => {
    const store = await start({ maxStalenessMs: 400, commandTimeoutMs: 60 });
    await cacheGold(store);
    redis.freeze();
    await until(async () => (await store.groups())?.startsWith('store_unavailable'));
    await until(() => store.events.includes('channel down'));
    await until(() => store.store.status().state === 'down');
    redis.thaw();
    await until(async () => (await store.groups()) === 'gold');
    await until(() => store.store.status().state === 'ok');
  });

  it('leaves cached Consumers usable for max_staleness, and others unavailable', async () => {
    const store = await start();
    await cacheGold(store);
    await redis.kill();
    await until(() => store.store.status().state === 'down');
    expect(await store.groups()).toBe('gold');
    expect(await store.store.resolve('custom_id', 'other', never)).toMatchObject({
      ok: false,
      stop: { reason: 'store_unavailable' },
    });

    await redis.restart();
    await store.channelUp();
    await until(async () => (await store.groups()) === null);
    await setGroups(redis.client, 'silver');
    await until(async () => (await store.groups()) === 'silver');
    await until(() => store.store.status().state === 'ok');
  });

  it('does not keep a caller longer than its own deadline', async () => {
    const store = await start({ commandTimeoutMs: 60_000 });
    redis.freeze();
    const caller = new AbortController();
    const answer = store.store.resolve('custom_id', 'app', caller.signal);
    caller.abort();
    expect(await answer).toMatchObject({ ok: false, stop: { reason: 'deadline_exceeded' } });
    redis.thaw();
  });
});
