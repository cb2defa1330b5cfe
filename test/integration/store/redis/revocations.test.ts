import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RevocationDraft } from '../../../../src/registry/ports.ts';
import { hashToken, type RevocationKind } from '../../../../src/registry/revocation.ts';
import type { RedisRegistry } from '../../../../src/store/redis/registry/redis-registry.ts';
import { encodeLogged, trimLog } from '../../../../src/store/redis/revocations/revocation-log.ts';
import { createRedisStore } from '../../../../src/store/redis/redis-store.ts';
import { Secret } from '../../../../src/lib/secret.ts';
import { startOwnRedis, type OwnRedis } from '../../../support/redis.ts';
import { startTcpProxy, type TcpProxy } from '../../../support/tcp-proxy.ts';
import { until } from '../until.ts';
import {
  keyPrefix,
  keys,
  never,
  startStore,
  type RunningStore,
  type StoreSettings,
} from './harness.ts';
import { allOf, by, problemOf, startRegistry, valueOf } from './registry/harness.ts';

const hour = 3_600_000;
const settings = { keepMs: 24 * hour, maxEntries: 1000, onClientDelete: false };

let redis: OwnRedis;
let proxy: TcpProxy | null;
let registry: RedisRegistry;
let now: number;
let current: typeof settings;
/** Id of the revocation that something happens to. */
let lost = '';
const stores: RunningStore[] = [];

beforeEach(async () => {
  [proxy, now, current] = [null, 1_700_000_000_000, settings];
  redis = await startOwnRedis();
  registry = await startRegistry(redis.connection, {
    clock: { now: () => now },
    revocations: () => current,
  });
});

afterEach(async () => {
  for (const { store } of stores.splice(0)) await store.stop();
  registry.stop();
  await proxy?.stop();
  await redis.stop();
});

async function start(more?: StoreSettings, connection = redis.connection): Promise<RunningStore> {
  const running = await startStore(connection, more);
  stores.push(running);
  return running;
}

async function startBehindProxy(more?: StoreSettings): Promise<[RunningStore, TcpProxy]> {
  proxy = await startTcpProxy({ targetPort: redis.port });
  const topology = { kind: 'single' as const, host: '127.0.0.1', port: proxy.port };
  return [await start(more, { topology }), proxy];
}

function draftOf(subject: string, kind: RevocationKind = 'token'): RevocationDraft {
  const hashed = kind === 'token' ? hashToken(subject) : subject;
  // Entries must not be over by the clock of the machine.
  return { kind, subject: hashed, issuer: null, endsAt: Date.now() + hour };
}

async function revoke(token: string): Promise<string> {
  return (await valueOf(registry.revocations.create(draftOf(token), by()))).entity.id;
}

/** Whether a token is revoked, or why nobody knows. */
async function isRevoked({ store }: RunningStore, token: string): Promise<boolean | string> {
  const list = await store.revocations.current(never);
  return list.ok ? (list.value?.hasTokenText(token) ?? false) : list.stop.reason;
}

describe('a sidecar', () => {
  it('knows at its start all that was revoked, however much it is', async () => {
    const tokens = Array.from({ length: 2345 }, (_, index) => `token-${String(index)}`);
    current = { ...settings, maxEntries: 10_000 };
    await Promise.all(tokens.map(revoke));

    const running = await start();

    const found = await Promise.all(tokens.map((token) => isRevoked(running, token)));
    expect(new Set(found)).toEqual(new Set([true]));
    expect(await isRevoked(running, 'another')).toBe(false);
  }, 30_000);

  it('hears of what is revoked and lifted', async () => {
    const running = await start();
    expect(await isRevoked(running, 'a-token')).toBe(false);
    const id = await revoke('a-token');
    await until(async () => (await isRevoked(running, 'a-token')) === true);
    await valueOf(registry.revocations.delete(id, by()));
    await until(async () => (await isRevoked(running, 'a-token')) === false);
    await revoke('a-token');
    await until(async () => (await isRevoked(running, 'a-token')) === true);
  });

  it('learns it from the revision where it does not hear of changes', async () => {
    const rules = '+get +mget +exists +zrangebylex +ping +role +info';
    const user = ['on', '>right', '~{postern}:*', '-@all', ...rules.split(' ')];
    await redis.client.call('ACL', 'SETUSER', 'sidecar', ...user);
    const connection = {
      ...redis.connection,
      username: 'sidecar',
      password: new Secret('right'),
    };
    const store = createRedisStore({ connection, keyPrefix });
    await store.start(never);
    const running = {
      store,
      events: [],
      groups: async () => null,
      channelUp: async () => undefined,
    };
    stores.push(running);
    await revoke('a-token');

    await until(async () => (await isRevoked(running, 'a-token')) === true);

    expect(store.channelUp()).toBe(false);
  });

  it('catches up on all that it missed while its connections were cut', async () => {
    const [running, link] = await startBehindProxy();
    const lifted = await revoke('lifted');
    await until(async () => (await isRevoked(running, 'lifted')) === true);
    link.cut(true);
    const missed = Array.from({ length: 20 }, (_, index) => `missed-${String(index)}`);
    for (const token of missed) await revoke(token);
    await valueOf(registry.revocations.delete(lifted, by()));

    link.accept();

    for (const token of missed) await until(async () => (await isRevoked(running, token)) === true);
    await until(async () => (await isRevoked(running, 'lifted')) === false);
  });

  it('says that it does not know once nothing was confirmed for too long', async () => {
    let time = 0;
    const [running, link] = await startBehindProxy({ now: () => time, maxStalenessMs: 60_000 });
    await revoke('a-token');
    await until(async () => (await isRevoked(running, 'a-token')) === true);
    link.cut(true);
    await until(() => running.store.status().state !== 'ok');

    time += 59_000;
    expect(await isRevoked(running, 'a-token')).toBe(true);
    time += 2000;
    expect(await isRevoked(running, 'a-token')).toBe('store_unavailable');
    expect(await isRevoked(running, 'another')).toBe('store_unavailable');
    link.accept();
    await until(async () => (await isRevoked(running, 'another')) === false);
    expect(await isRevoked(running, 'a-token')).toBe(true);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['was emptied', () => redis.client.flushall()],
    ['came back empty', () => redis.restart()],
    ['lost this one', () => redis.client.del(keys.revocation(lost), keys.list('revocation'))],
  ])('forgets nothing of a Redis that %s', async (_name, lose) => {
    const running = await start();
    lost = await revoke('a-token');
    await until(async () => (await isRevoked(running, 'a-token')) === true);

    await lose();
    await until(async () => (await registry.revocations.list({ size: 1 })).ok);
    await revoke('another');

    await until(async () => (await isRevoked(running, 'another')) === true);
    expect(await isRevoked(running, 'a-token')).toBe(true);
  });

  it('finds out that after a failover the same number means another write', async () => {
    const running = await start();
    await revoke('first');
    await until(async () => (await isRevoked(running, 'first')) === true);
    const before = await redis.client.get(keys.revocationRevision);
    await revoke('lost-by-the-failover');
    await until(async () => (await isRevoked(running, 'lost-by-the-failover')) === true);

    // As on a replica that had not got the last write, and got another one.
    await redis.client.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await redis.client.set(keys.revocationRevision, before ?? '');
    await revoke('after');

    await until(async () => (await isRevoked(running, 'after')) === true);
    expect(await isRevoked(running, 'lost-by-the-failover')).toBe(true);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['the log of writes', () => redis.client.del(keys.list('revocation'))],
    ['the whole list', () => redis.client.del(keys.revocationLog)],
  ])('learns what it missed from %s', async (_name, loseTheOther) => {
    const [running, link] = await startBehindProxy();
    await revoke('first');
    await until(async () => (await isRevoked(running, 'first')) === true);
    link.cut(true);
    await revoke('missed');
    await revoke('missed-too');
    await loseTheOther();

    link.accept();

    await until(async () => (await isRevoked(running, 'missed')) === true);
    await until(async () => (await isRevoked(running, 'missed-too')) === true);
  });

  it('misses nothing that was written after a failover under a number it knows', async () => {
    const [running, link] = await startBehindProxy();
    await revoke('first');
    const before = await redis.client.get(keys.revocationRevision);
    const lostLog = await redis.client.zrange(keys.revocationLog, '0', '-1');
    const lostId = await revoke('lost-by-the-failover');
    await until(async () => (await isRevoked(running, 'lost-by-the-failover')) === true);
    link.cut(true);
    await redis.client.set(keys.revocationRevision, before ?? '');
    await redis.client.del(keys.revocation(lostId), keys.revocationLog);
    await redis.client.zrem(keys.list('revocation'), lostId);
    for (const member of lostLog) await redis.client.zadd(keys.revocationLog, '0', member);
    await revoke('under-the-same-number');
    await revoke('under-the-next');

    link.accept();

    await until(async () => (await isRevoked(running, 'under-the-next')) === true);
    await until(async () => (await isRevoked(running, 'under-the-same-number')) === true);
    expect(await isRevoked(running, 'lost-by-the-failover')).toBe(true);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['a revocation', () => redis.client.set(keys.revocation(lost), '{"v":2}')],
    ['the revision', () => redis.client.set(keys.revocationRevision, 'seven')],
  ])('trusts nothing while %s cannot be read', async (_name, spoil) => {
    let time = 0;
    const running = await start({ now: () => time, maxStalenessMs: 60_000 });
    lost = await revoke('a-token');
    await until(async () => (await isRevoked(running, 'a-token')) === true);
    await spoil();
    time += 61_000;

    await until(async () => (await isRevoked(running, 'another')) === 'store_unavailable');

    expect(running.store.status()).toMatchObject({
      state: 'degraded',
      reason: expect.stringContaining('a revocation cannot be read'),
    });
  });
});

describe('the list of revocations', () => {
  it('has each thing once, and tells by pages what there is', async () => {
    const ids = await Promise.all(['a', 'b', 'c', 'a'].map(revoke));
    const client = await valueOf(registry.revocations.create(draftOf('app', 'client_id'), by()));

    const all = await allOf((offset) => registry.revocations.list({ size: 2, offset }));
    const clients = await allOf((offset) =>
      registry.revocations.list({ size: 2, offset, kind: 'client_id' }),
    );

    expect(new Set(all.map(({ id }) => id))).toEqual(new Set([...ids, client.entity.id]));
    expect(all).toHaveLength(4);
    expect(clients).toEqual([client.entity]);
    expect(await valueOf(registry.revocations.get(client.entity.id))).toEqual(client.entity);
  });

  it('repeats nothing, neither the change nor its audit entry', async () => {
    const context = by();
    const first = await valueOf(registry.revocations.create(draftOf('app', 'client_id'), context));
    now += 5000;
    const again = await valueOf(registry.revocations.create(draftOf('app', 'client_id'), context));
    const other = await problemOf(registry.revocations.create(draftOf('else'), context));

    expect(again).toEqual({ ...first, repeated: true });
    expect(other).toMatchObject({ kind: 'invalid', fields: { operation_id: expect.any(String) } });
    expect((await valueOf(registry.audit.list({ size: 10 }))).items).toMatchObject([
      { action: 'revocation.create', entity: first.entity.id, before: null },
    ]);
  });

  it('moves what a client had by then on, each time it is told to', async () => {
    const first = await valueOf(registry.revocations.create(draftOf('app', 'client_id'), by()));
    now += 5000;
    const second = await valueOf(registry.revocations.create(draftOf('app', 'client_id'), by()));

    expect(second.outcome).toBe('updated');
    expect(second.entity.notBefore).toBe((first.entity.notBefore ?? 0) + 5000);
  });

  it('takes no more than there may be, and forgets none for it', async () => {
    current = { ...settings, maxEntries: 2 };
    await revoke('a');
    await revoke('b');

    expect(await problemOf(registry.revocations.create(draftOf('c'), by()))).toEqual({
      kind: 'limit_reached',
      limit: 2,
      of: 'revocations',
    });
    expect((await valueOf(registry.revocations.create(draftOf('a'), by()))).outcome).toBe(
      'unchanged',
    );
    expect((await valueOf(registry.revocations.list({ size: 10 }))).items).toHaveLength(2);
  });

  it('is cleared of what is over, and of what was lifted and is over', async () => {
    const draft = { kind: 'jti', subject: 'j', issuer: null, endsAt: null } as const;
    await valueOf(registry.revocations.create(draft, by()));
    const lifted = await valueOf(
      registry.revocations.create({ ...draft, subject: 'lifted' }, by()),
    );
    await valueOf(registry.revocations.delete(lifted.entity.id, by()));
    now += 25 * hour;
    expect((await valueOf(registry.revocations.list({ size: 10 }))).items).toEqual([]);

    await revoke('a-token');

    await until(async () => (await redis.client.keys(`${keys.revocationPrefix}*`)).length === 1);
    expect(await redis.client.zcard(keys.list('revocation'))).toBe(1);
    expect(await redis.client.zcard(keys.narrowed('revocation', 'kind', 'jti'))).toBe(0);
  });

  it('keeps a log of the last writes only', async () => {
    const member = (number: number) =>
      encodeLogged({ revision: { number, name: 'n' }, previous: 'n', id: 'i' });
    for (const number of [1, 903, 904, 905, 5000]) {
      await redis.client.zadd(keys.revocationLog, '0', member(number));
    }
    await redis.client.set(keys.revocationRevision, '5000 n');

    await trimLog(redis.client, keys);

    const left = await redis.client.zrange(keys.revocationLog, '0', '-1');
    expect(left).toEqual([905, 5000].map(member));
  });

  it('names a Consumer by its id, whoever it is asked about', async () => {
    const consumer = { name: 'billing', customId: 'app' };
    const application = await valueOf(registry.applications.create(consumer, by()));
    const { consumerId } = application.entity;
    const key = { by: 'custom_id', value: 'app' } as const;

    const revoked = await valueOf(registry.revocations.create({ kind: 'consumer', key }, by()));
    const unknown = { kind: 'consumer', key: { ...key, value: 'nobody' } } as const;

    expect(revoked.entity).toMatchObject({ kind: 'consumer', subject: consumerId });
    expect(await problemOf(registry.revocations.create(unknown, by()))).toMatchObject({
      kind: 'invalid',
      fields: { consumer: expect.any(String) },
    });
  });
});

describe('with revoke_on_client_delete', () => {
  it.each(['consumer', 'application'] as const)(
    'a deleted %s takes its tokens along',
    async (kind) => {
      current = { ...settings, onClientDelete: true, maxEntries: 1 };
      await revoke('fills-the-list');
      const running = await start();
      if (kind === 'consumer') {
        await valueOf(registry.consumers.create({ username: 'u', customId: 'app' }, by()));
        await valueOf(registry.consumers.delete({ by: 'username', value: 'u' }, by()));
      } else {
        const made = { name: 'billing', customId: 'app' };
        const { entity } = await valueOf(registry.applications.create(made, by()));
        await valueOf(registry.applications.delete(entity.id, by()));
      }

      const [mark] = (await valueOf(registry.revocations.list({ size: 9, kind: 'client_id' })))
        .items;
      expect(mark).toMatchObject({ subject: 'app', notBefore: now });
      // The clock of the store is the machine's, by which that of this test is long ago.
      const text = await redis.client.get(keys.revocation(mark?.id ?? ''));
      expect(text).not.toBeNull();
      expect(await isRevoked(running, 'fills-the-list')).toBe(true);
      const told = { action: 'revocation.create', entity: mark?.id ?? '' };
      const { items } = await valueOf(registry.audit.list({ size: 9, ...told }));
      const also = { ...told, before: null, after: { client_id: 'app', kind: 'client_id' } };
      expect(items).toMatchObject([{ action: `${kind}.delete`, also: [also] }]);
    },
  );

  it('and not without', async () => {
    await valueOf(registry.consumers.create({ username: 'u', customId: 'app' }, by()));
    await valueOf(registry.consumers.delete({ by: 'username', value: 'u' }, by()));

    expect((await valueOf(registry.revocations.list({ size: 9 }))).items).toEqual([]);
  });
});
