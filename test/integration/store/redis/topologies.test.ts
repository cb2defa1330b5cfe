import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Cluster } from 'ioredis';
import { Secret } from '../../../../src/lib/secret.ts';
import { createRedisStore } from '../../../../src/store/redis/redis-store.ts';
import { createTestAuthority } from '../../../support/certificates.ts';
import { startOwnRedis, type OwnRedis } from '../../../support/redis.ts';
import { masterName, startSentinel } from '../../../support/sentinel.ts';
import { startTcpProxy } from '../../../support/tcp-proxy.ts';
import { until } from '../until.ts';
import { by, startRegistry, valueOf } from './registry/harness.ts';
import { keyPrefix, keys, never, recordOf, setGroups, startStore, write } from './harness.ts';
import { encodeRecord } from '../../../../src/store/redis/record-codec.ts';

const cleanUps: (() => Promise<unknown>)[] = [];

function later<T>(thing: T, cleanUp: (thing: T) => Promise<unknown>): T {
  cleanUps.push(() => cleanUp(thing));
  return thing;
}

async function startServer(...args: string[]): Promise<OwnRedis> {
  return later(await startOwnRedis({ args }), (redis) => redis.stop());
}

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

describe('TLS', () => {
  async function startTls() {
    const authority = later(await createTestAuthority(), (one) => one.remove());
    const { certFile, keyFile } = await authority.issue('redis');
    const tls = { cert: await readFile(certFile), key: await readFile(keyFile) };
    const redis = await startServer();
    const proxy = later(await startTcpProxy({ targetPort: redis.port, tls }), (one) => one.stop());
    const topology = { kind: 'single' as const, host: 'localhost', port: proxy.port };
    return { redis, topology, ca: await readFile(authority.caFile, 'utf8') };
  }

  it('reads and hears changes through a verified connection', async () => {
    const { redis, topology, ca } = await startTls();
    const running = await startStore({ topology, tls: { ca } });
    later(running.store, (store) => store.stop());
    await setGroups(redis.client, 'gold');
    await until(async () => (await running.groups()) === 'gold');
  });

  it('refuses a server whose certificate nobody vouches for', async () => {
    const { topology } = await startTls();
    const store = later(createRedisStore({ connection: { topology, tls: {} }, keyPrefix }), (one) =>
      one.stop(),
    );
    const patience = new AbortController();
    const started = store.start(patience.signal);
    await until(() => /VERIFY|CERT|SIGNED/.test(store.status().reason ?? ''));
    patience.abort(new Error('enough'));
    await expect(started).rejects.toThrow('enough');
    expect(store.status().state).toBe('down');
  });
});

describe('an ACL user', () => {
  const rules =
    'on >right ~{postern}:* &__redis__:invalidate -@all +get +mget +exists +zrangebylex +ping +role +info +client +subscribe';

  it('with a wrong password keeps the store down, and says why without the password', async () => {
    const redis = await startServer();
    await redis.client.call('ACL', 'SETUSER', 'sidecar', ...rules.split(' '));
    const connection = {
      ...redis.connection,
      username: 'sidecar',
      password: new Secret('wrong-secret'),
    };
    const store = later(createRedisStore({ connection, keyPrefix }), (one) => one.stop());
    const started = store.start(never);
    started.catch(() => undefined);
    await until(() => store.status().reason === 'Redis answered WRONGPASS');
    await redis.client.call('ACL', 'SETUSER', 'sidecar', '>wrong-secret');
    expect(await started).toEqual([]);
  });

  it('without permission to track still answers, and says what is missing', async () => {
    const redis = await startServer();
    const fewer = rules.replace('+client ', '');
    await redis.client.call('ACL', 'SETUSER', 'sidecar', ...fewer.split(' '));
    const password = new Secret('right');
    const connection = { ...redis.connection, username: 'sidecar', password };
    const store = later(createRedisStore({ connection, keyPrefix }), (one) => one.stop());
    await store.start(never);
    await until(() => store.status().reason?.includes('NOPERM'));
    expect(store.status().state).toBe('degraded');
    expect(await store.resolve('custom_id', 'app', never)).toEqual({ ok: true, value: null });
  });
});

describe('Sentinel', () => {
  it('follows a failover, and nothing stale survives it', async () => {
    const master = await startServer();
    const replica = await startServer('--replicaof', '127.0.0.1', String(master.port));
    const sentinel = later(await startSentinel(master.port), (one) => one.stop());
    const running = await startStore({
      topology: {
        kind: 'sentinel',
        name: masterName,
        sentinels: [{ host: '127.0.0.1', port: sentinel.port }],
      },
    });
    later(running.store, (store) => store.stop());
    await setGroups(master.client, 'gold');
    await until(async () => (await replica.client.exists(keys.consumer('custom_id', 'app'))) === 1);
    expect(await running.groups()).toBe('gold');

    await sentinel.knowsReplica();
    await master.kill();
    await until(async () => (await replica.client.role()).join().startsWith('master'));
    await setGroups(replica.client, 'silver');
    await until(async () => (await running.groups()) === 'silver');
    await running.channelUp();
    await setGroups(replica.client, 'bronze');
    await until(async () => (await running.groups()) === 'bronze');
  }, 60_000);
});

describe('Cluster', () => {
  async function startCluster(): Promise<{ nodes: OwnRedis[]; client: Cluster }> {
    const nodes: OwnRedis[] = [];
    for (let count = 0; count < 2; count += 1) {
      nodes.push(await startServer('--cluster-enabled', 'yes', '--cluster-node-timeout', '2000'));
    }
    const [first, second] = nodes as [OwnRedis, OwnRedis];
    await first.client.call('CLUSTER', 'ADDSLOTSRANGE', '0', '8191');
    await second.client.call('CLUSTER', 'ADDSLOTSRANGE', '8192', '16383');
    await second.client.call('CLUSTER', 'MEET', '127.0.0.1', String(first.port));
    for (const node of nodes) {
      await until(async () => (await node.client.cluster('INFO')).includes('cluster_state:ok'));
    }
    const client = new Cluster([{ host: '127.0.0.1', port: first.port }], { lazyConnect: true });
    await client.connect();
    later(client, async (one) => {
      one.disconnect();
    });
    return { nodes, client };
  }

  it('reads, writes and hears changes on the node that holds the slot', async () => {
    const { nodes, client } = await startCluster();
    const topology = {
      kind: 'cluster' as const,
      nodes: nodes.map(({ port }) => ({ host: '127.0.0.1', port })),
    };
    const running = await startStore({ topology });
    later(running.store, (store) => store.stop());
    expect(
      await write(client, { custom_id: 'app', username: 'a', acls: [{ group: 'gold' }] }),
    ).toBe('created');
    await until(async () => (await running.groups()) === 'gold');
    expect(await write(client, { custom_id: 'app', username: 'b' })).toBe('updated');
    await until(async () => (await running.groups()) === '');
    expect(await running.store.resolve('username', 'b', never)).toMatchObject({
      ok: true,
      value: { customId: 'app' },
    });
  });

  it('takes what administration writes, and lists it', async () => {
    const { nodes } = await startCluster();
    const topology = {
      kind: 'cluster' as const,
      nodes: nodes.map(({ port }) => ({ host: '127.0.0.1', port })),
    };
    const registry = await startRegistry({ topology });
    later(registry, async (one) => {
      one.stop();
    });
    const bob = { by: 'username', value: 'bob' } as const;
    const tags = ['a', 'b'];
    await valueOf(registry.consumers.create({ username: 'bob', tags }, by()));
    await valueOf(registry.acls.create(bob, { group: 'gold' }, by()));
    const listed = registry.consumers.list({ size: 10, tags: { match: 'all', tags } });
    expect((await valueOf(listed)).items).toMatchObject([{ username: 'bob' }]);
    await valueOf(registry.consumers.delete(bob, by()));
    expect((await valueOf(registry.audit.list({ size: 10 }))).items).toHaveLength(3);
  });

  it('follows the slot to another node', async () => {
    const { nodes } = await startCluster();
    const topology = {
      kind: 'cluster' as const,
      nodes: nodes.map(({ port }) => ({ host: '127.0.0.1', port })),
    };
    const running = await startStore({ topology }, { maxStalenessMs: 1000 });
    later(running.store, (store) => store.stop());
    const slot = await nodes[0]!.client.cluster('KEYSLOT', keys.members);
    const [to, from] = slot > 8191 ? [nodes[0]!, nodes[1]!] : [nodes[1]!, nodes[0]!];
    expect(await running.groups()).toBeNull();

    const target = await to.client.cluster('MYID');
    for (const node of [to, from]) {
      await node.client.call('CLUSTER', 'SETSLOT', String(slot), 'NODE', target);
    }
    await to.client.set(
      keys.consumer('custom_id', 'app'),
      encodeRecord(recordOf({ acls: [{ group: 'moved' }] })),
    );
    await until(async () => (await running.groups()) === 'moved');
    await until(() => running.events.includes('channel down'));
    await running.channelUp();
    await setGroups(to.client, 'again');
    await until(async () => (await running.groups()) === 'again');
  });
});
