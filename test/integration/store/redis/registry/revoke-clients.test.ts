import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ClientProvider } from '../../../../../src/store/redis/registry/client-targets.ts';
import type { RedisRegistry } from '../../../../../src/store/redis/registry/redis-registry.ts';
import type { RevocationSettings } from '../../../../../src/store/redis/registry/revocations.ts';
import { startOwnRedis, type OwnRedis } from '../../../../support/redis.ts';
import { until } from '../../until.ts';
import { never, startStore, type RunningStore } from '../harness.ts';
import { by, startRegistry, valueOf } from './harness.ts';

const okta: ClientProvider = {
  name: 'okta',
  issuersAllowed: ['https://okta', 'https://okta/alias'],
  consumerBy: ['custom_id'],
};
const entra: ClientProvider = {
  name: 'entra',
  issuersAllowed: ['https://entra'],
  consumerBy: ['username', 'id'],
};
const settings = {
  keepMs: 86_400_000,
  maxEntries: 1,
  onClientDelete: true,
  providers: [okta, entra],
};

let redis: OwnRedis;
let registry: RedisRegistry;
let running: RunningStore;
let current: RevocationSettings;

beforeEach(async () => {
  current = settings;
  redis = await startOwnRedis();
  running = await startStore(redis.connection);
  registry = await startRegistry(redis.connection, { revocations: () => current });
});

afterEach(async () => {
  registry.stop();
  await running.store.stop();
  await redis.stop();
});

async function marks(): Promise<string[]> {
  const { items } = await valueOf(registry.revocations.list({ size: 99, kind: 'client_id' }));
  return items.map(({ subject, issuer }) => `${String(subject)} ${issuer ?? 'any'}`).sort();
}

async function isKnown(subject: string, issuer: string): Promise<boolean> {
  const list = await running.store.revocations.current(never);
  if (!list.ok) throw new Error(list.stop.reason);
  return list.value !== null && list.value.ofClient(subject, issuer) !== null;
}

const id = '0190a1b2-0000-4000-8000-000000000001';

describe.each<[string, string | null, string[]]>([
  ['of any provider', null, ['app any', `${id} https://entra`, 'billing https://entra']],
  ['of one provider', 'okta', ['app https://okta', 'app https://okta/alias']],
  ['of one that names it otherwise', 'entra', [`${id} https://entra`, 'billing https://entra']],
  ['of one that is not configured', 'gone', ['app any']],
])('a Consumer %s', (_name, identityProvider, names) => {
  const draft = { id, username: 'billing', customId: 'app', identityProvider };

  it('is revoked by every name that tokens may give it, in one write', async () => {
    await valueOf(registry.consumers.create(draft, by()));
    const key = { by: 'username', value: 'billing' } as const;
    const { entity } = await valueOf(registry.revocations.create({ kind: 'consumer', key }, by()));

    expect(await marks()).toEqual([...names].sort());
    const { items } = await valueOf(registry.audit.list({ size: 9, entity: entity.id }));
    expect(items[0]?.also).toHaveLength(names.length);
    for (const one of names) {
      const [subject = '', issuer = ''] = one.split(' ');
      await until(() => isKnown(subject, issuer === 'any' ? 'https://okta' : issuer));
    }
  });

  it('that is deleted takes the tokens with it that named it', async () => {
    await valueOf(registry.consumers.create(draft, by()));
    await valueOf(registry.consumers.delete({ by: 'id', value: id }, by()));

    expect(await marks()).toEqual([...names].sort());
  });
});

it('is still revoked once it was deleted and made anew, or its custom_id moved', async () => {
  current = { ...settings, onClientDelete: false };
  const draft = { username: 'billing', customId: 'app' };
  await valueOf(registry.consumers.create(draft, by()));
  const key = { by: 'username', value: 'billing' } as const;
  await valueOf(registry.revocations.create({ kind: 'consumer', key }, by()));
  await valueOf(registry.consumers.delete(key, by()));
  await valueOf(registry.consumers.create({ username: 'other', customId: 'app' }, by()));

  await until(() => isKnown('app', 'https://okta'));
});

it('of an application is deleted with the names of its Consumer', async () => {
  const made = { name: 'billing', customId: 'app', identityProvider: 'okta' };
  const { entity } = await valueOf(registry.applications.create(made, by()));
  await valueOf(registry.applications.delete(entity.id, by()));

  expect(await marks()).toEqual(['app https://okta', 'app https://okta/alias']);
});
