import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  createRedisRegistry,
  type RedisRegistry,
} from '../../../src/store/redis/registry/redis-registry.ts';
import { startAdmin, type RunningAdmin } from '../../support/admin.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';
import { until } from '../store/until.ts';
import { DeckClient, stateOf, type DeckState } from './deck-client.ts';

jest.setTimeout(120_000);

let redis: TestRedis;
let registry: RedisRegistry;
let admin: RunningAdmin;
let deck: DeckClient;

beforeEach(async () => {
  redis = await startRedis();
  registry = createRedisRegistry({ connection: redis.connection, keyPrefix: redis.keyPrefix });
  registry.start();
  admin = await startAdmin({ registry });
  deck = new DeckClient(admin.url, 'admin');
  await until(async () => (await admin.send('GET', '/consumers')).status === 200);
});

afterEach(async () => {
  expect(admin.errors).toEqual([]);
  await admin.stop();
  registry.stop();
  await redis.stop();
});

function byId(state: DeckState) {
  const sorted = <T extends { id: string }>(items: readonly T[]) =>
    items.toSorted((a, b) => a.id.localeCompare(b.id));
  return {
    consumers: sorted(state.consumers).map(({ id, username, custom_id, tags }) => ({
      id,
      username,
      custom_id,
      tags,
    })),
    acls: sorted(state.acls).map(({ id, group, consumer, tags }) => ({
      id,
      group,
      consumer,
      tags,
    })),
  };
}

describe('decK', () => {
  it('pings a Kong whose format it knows', async () => {
    expect(await deck.ping()).toMatch(/^3\.\d+/);
  });

  it('syncs more Consumers than a page holds, and finds nothing to do after that', async () => {
    const state = stateOf(1200, 'app', ['team-a', 'orders']);
    await deck.sync(state);

    expect(byId(await deck.dump())).toEqual(byId(state));
    deck.sent.length = 0;
    expect(await deck.sync(state)).toEqual({ puts: [], aclDeletes: [], consumerDeletes: [] });
    // `GET /`, 25 at once with two pages for Consumers and ACLs, and the schemas.
    expect(deck.sent).toHaveLength(33);
  });

  it('renames, regroups and takes away', async () => {
    const state = stateOf(4, 'app', ['a']);
    await deck.sync(state);
    const [first, second, , last] = state.consumers;
    const bare = { id: second!.id, username: second!.username };
    const [acl, ...acls] = state.acls.filter(({ consumer }) => consumer.id !== last!.id);
    const next = {
      consumers: [{ ...first!, username: 'renamed' }, bare, state.consumers[2]!],
      acls: [{ ...acl!, group: 'platinum' }, ...acls],
    };
    const diff = await deck.sync(next);

    expect(diff.puts).toHaveLength(3);
    expect(diff.consumerDeletes).toEqual([`/consumers/${last!.id}`]);
    const { consumers, acls: groups } = await deck.dump();
    expect(consumers.find(({ id }) => id === bare.id)).toMatchObject({
      custom_id: null,
      tags: null,
    });
    expect(consumers.map(({ username }) => username).toSorted()).toEqual([
      'app-1',
      'app-2',
      'renamed',
    ]);
    expect(groups.find(({ id }) => id === acl!.id)?.group).toBe('platinum');
    expect(await deck.diff(next)).toMatchObject({ puts: [], aclDeletes: [], consumerDeletes: [] });
  });

  it('recreates a Consumer under another id, and still deletes the groups of the old one', async () => {
    const before = stateOf(1, 'app', ['a']);
    await deck.sync(before);
    const [old] = before.consumers;
    const [acl] = before.acls;
    const id = randomUUID();
    // As observed: the old one is deleted, the new one created, and then the old one's groups go.
    expect((await deck.send('DELETE', `/consumers/${old!.id}`)).status).toBe(204);
    expect((await deck.send('PUT', `/consumers/${id}`, { ...old!, id })).status).toBe(200);
    const late = await deck.send('DELETE', `/consumers/${old!.id}/acls/${acl!.id}`);

    expect(late.status).toBe(204);
    expect((await deck.dump()).acls).toEqual([]);
  });

  it('touches nothing outside its tags', async () => {
    const others = stateOf(30, 'other', ['team-b', 'orders']);
    const own = stateOf(20, 'own', ['team-a', 'orders']);
    await deck.sync(others, ['team-b']);
    await deck.sync(own, ['team-a', 'orders']);
    await deck.sync({ consumers: [], acls: [] }, ['team-a', 'orders']);

    expect(byId(await deck.dump())).toEqual(byId(others));
  });

  it('is told of a name that somebody has outside its tags', async () => {
    await deck.sync(stateOf(1, 'app', ['team-b']), ['team-b']);

    await expect(deck.sync(stateOf(1, 'app', ['team-a']), ['team-a'])).rejects.toThrow(
      /HTTP status 409 \(UNIQUE violation/,
    );
  });

  it('resets everything but what applications own', async () => {
    await deck.sync(stateOf(12, 'app', ['a']));
    const sent = { name: 'shop', custom_id: '0oa-shop' };
    const application = await admin.send('POST', '/applications', { body: sent });
    const registration = await admin.send('POST', '/registrations', {
      body: { application: application.body.id, service: 'orders' },
    });
    await deck.reset();

    expect(await deck.dump()).toEqual({ consumers: [], acls: [] });
    const kept = await admin.send('GET', `/registrations/${registration.body.id as string}`);
    expect([registration.status, kept.status]).toEqual([201, 200]);
    const taken = { username: 'thief', custom_id: '0oa-shop' };
    const put = await deck.send('PUT', `/consumers/${randomUUID()}`, taken);
    expect([put.status, put.body.fields]).toEqual([409, { custom_id: '0oa-shop' }]);
  });

  it.each([
    ['reset', () => deck.reset()],
    ['reset by tag', () => deck.reset(['team-a'])],
    ['sync of an empty file', () => deck.sync({ consumers: [], acls: [] })],
    ['sync of an empty file by tag', () => deck.sync({ consumers: [], acls: [] }, ['team-a'])],
  ] as const)('does not see an application, nor take it away by a %s', async (_name, act) => {
    const tags = ['team-a'];
    const sent = { name: 'shop', custom_id: '0oa-shop', tags };
    const application = await admin.send('POST', '/applications', { body: sent });
    const body = { application: application.body.id, service: 'orders', status: 'approved' };
    const registration = await admin.send('POST', '/registrations', { body });
    await deck.sync(stateOf(2, 'app', tags), tags);
    const { consumers, acls } = await deck.dump(tags);
    await act();

    expect([consumers.length, acls.length]).toEqual([2, 2]);
    expect(await deck.dump()).toEqual({ consumers: [], acls: [] });
    const kept = await admin.send('GET', `/registrations/${registration.body.id as string}`);
    expect(kept.body).toEqual(registration.body);
    const { id } = application.body.consumer;
    expect((await deck.send('DELETE', `/consumers/${id}`)).status).toBe(409);
    expect((await admin.send('GET', `/applications/${application.body.id}`)).status).toBe(200);
  });

  it.each([
    ['username', { username: 'application_shop' }],
    ['custom_id', { username: 'thief', custom_id: '0oa-shop' }],
  ])('is told that an application has a %s, by a 409', async (field, taken) => {
    await admin.send('POST', '/applications', { body: { name: 'shop', custom_id: '0oa-shop' } });
    const consumers = [{ id: randomUUID(), ...taken }];
    const put = await deck.send('PUT', `/consumers/${consumers[0]!.id}`, consumers[0]);

    expect([put.status, Object.keys(put.body.fields)]).toEqual([409, [field]]);
    await expect(deck.sync({ consumers, acls: [] })).rejects.toThrow(/HTTP status 409 \(UNIQUE/);
    expect(await deck.dump()).toEqual({ consumers: [], acls: [] });
  });

  it('sees no group of an application, nor takes its Consumer for one of its own', async () => {
    const sent = { name: 'shop', custom_id: '0oa-shop' };
    const application = await admin.send('POST', '/applications', { body: sent });
    const { id } = application.body.consumer;
    const acl = { id: randomUUID(), group: 'gold', consumer: { id } };
    const group = await deck.send('PUT', `/consumers/${id}/acls/${acl.id}`, acl);
    const renamed = await deck.send('PUT', `/consumers/${id}`, { id, username: 'thief' });

    expect(group.status).toBe(200);
    expect([renamed.status, renamed.body.fields]).toEqual([409, { id }]);
    expect(await deck.dump()).toEqual({ consumers: [], acls: [] });
    await deck.reset();
    const kept = await deck.send('GET', `/consumers/${id}/acls`);
    expect(kept.body.data).toMatchObject([{ id: acl.id, group: 'gold' }]);
  });

  it('is told which id it cannot keep, and that there are no workspaces', async () => {
    const odd = await deck.send('PUT', '/consumers/not-a-uuid', {
      id: 'not-a-uuid',
      username: 'a',
    });
    const workspace = await deck.send('GET', '/team/workspaces/team');
    const created = await deck.send('POST', '/workspaces', { name: 'team' });

    expect([odd.status, odd.body.fields]).toEqual([400, { id: 'expected a valid UUID' }]);
    expect([workspace.status, created.status]).toEqual([404, 404]);
    expect(typeof workspace.body.message).toBe('string');
  });

  it('reads where Services are configured when its file has some', async () => {
    const { status, body } = await deck.send('PUT', `/services/${randomUUID()}`, { name: 'x' });
    const plugin = await deck.send('GET', '/schemas/plugins/openid-connect');

    expect(status).toBe(405);
    expect(body.message).toContain('configured in the file');
    expect(plugin.status).toBe(404);
    expect(plugin.body.message).toContain('configuration file');
  });

  it('validates what it would send', async () => {
    const good = await deck.send('POST', '/schemas/consumers/validate', { username: 'a' });
    const bad = await deck.send('POST', '/schemas/acls/validate', { group: 1 });

    expect([good.status, bad.status]).toEqual([200, 400]);
  });

  it('is refused with a token that is not known', async () => {
    const { status, body } = await new DeckClient(admin.url, 'wrong').send('GET', '/');

    expect([status, body]).toEqual([401, { message: 'Unauthorized' }]);
  });
});
