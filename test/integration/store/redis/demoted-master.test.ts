import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Secret } from '../../../../src/lib/secret.ts';
import { hashToken } from '../../../../src/registry/revocation.ts';
import { createRedisStore } from '../../../../src/store/redis/redis-store.ts';
import { startOwnRedis, type OwnRedis } from '../../../support/redis.ts';
import { startTcpProxy, type TcpProxy } from '../../../support/tcp-proxy.ts';
import { until } from '../until.ts';
import { keyPrefix, never, setGroups, startStore, type RunningStore } from './harness.ts';
import { by, startRegistry, valueOf } from './registry/harness.ts';

let first: OwnRedis;
let second: OwnRedis;
const cleanUps: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  [first, second] = await Promise.all([startOwnRedis(), startOwnRedis()]);
  cleanUps.push(() => Promise.all([first.stop(), second.stop()]));
});

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** Demoted, cut off from the new master, and still answering who is connected. */
async function demote(redis: OwnRedis): Promise<void> {
  await redis.client.call('REPLICAOF', '127.0.0.1', '1');
}

async function revoke(redis: OwnRedis, token: string): Promise<void> {
  const registry = await startRegistry(redis.connection);
  const draft = { kind: 'token', subject: hashToken(token), issuer: null } as const;
  await valueOf(registry.revocations.create({ ...draft, endsAt: Date.now() + 3_600_000 }, by()));
  registry.stop();
}

async function isRevoked({ store }: RunningStore, token: string): Promise<boolean | string> {
  const list = await store.revocations.current(never);
  return list.ok ? (list.value?.hasTokenText(token) ?? false) : list.stop.reason;
}

describe('a master that was demoted', () => {
  it('confirms neither revocations nor Consumers nor sessions', async () => {
    let time = 0;
    const running = await startStore(first.connection, { maxStalenessMs: 60_000, now: () => time });
    cleanUps.push(() => running.store.stop());
    await setGroups(first.client, 'gold');
    await until(async () => (await running.groups()) === 'gold');
    expect(await running.store.sessions.read('a')).toMatchObject({ ok: true });

    await demote(first);
    await until(() => running.store.status().state === 'down');
    time = 60_001;

    expect(await isRevoked(running, 'a-token')).toBe('store_unavailable');
    expect(await running.groups()).toMatch(/^store_unavailable/);
    expect(await running.store.sessions.read('a')).toMatchObject({ ok: false });
    await until(() => running.store.status().reason === 'the server is not the master');
    await until(() => !running.store.channelUp());
  });

  it('is left for the server that its address leads to by now', async () => {
    const proxy: TcpProxy = await startTcpProxy({ targetPort: first.port });
    cleanUps.push(() => proxy.stop());
    const topology = { kind: 'single', host: '127.0.0.1', port: proxy.port } as const;
    const running = await startStore({ topology });
    cleanUps.push(() => running.store.stop());
    await setGroups(second.client, 'of-the-new-master');
    await revoke(second, 'a-token');

    proxy.retarget(second.port);
    await demote(first);

    await until(async () => (await isRevoked(running, 'a-token')) === true);
    await until(async () => (await running.groups()) === 'of-the-new-master');
    await until(() => running.store.status().state === 'ok');
  });

  it('is not begun with', async () => {
    await demote(first);
    const store = createRedisStore({ connection: first.connection, keyPrefix });
    cleanUps.push(() => store.stop());
    const patience = new AbortController();
    const started = store.start(patience.signal);
    await until(() => store.status().reason === 'the server is not the master');
    patience.abort(new Error('enough'));
    await expect(started).rejects.toThrow('enough');
  });
});

describe('a server that does not tell its role', () => {
  it('is believed, and changes are not heard of', async () => {
    const rules = '+get +mget +exists +zrangebylex +ping +client +subscribe';
    const user = ['on', '>right', '~{postern}:*', 'allchannels', '-@all', ...rules.split(' ')];
    await first.client.call('ACL', 'SETUSER', 'sidecar', ...user);
    const connection = { ...first.connection, username: 'sidecar', password: new Secret('right') };
    const store = createRedisStore({ connection, keyPrefix, maxStalenessMs: 2000 });
    cleanUps.push(() => store.stop());
    await setGroups(first.client, 'gold');
    await revoke(first, 'a-token');

    await store.start(never);

    expect((await store.resolve('custom_id', 'app', never)).ok).toBe(true);
    const list = await store.revocations.current(never);
    expect(list.ok && list.value?.hasTokenText('a-token')).toBe(true);
    await until(() => store.status().state === 'degraded');
    expect(store.channelUp()).toBe(false);
  });
});
