import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { FakeProvider } from '../../support/fake-provider.ts';
import { startOwnRedis, type OwnRedis } from '../../support/redis.ts';
import { masterName, startSentinel, type TestSentinel } from '../../support/sentinel.ts';
import { eventually } from '../../support/world.ts';
import { patient, startFleet, type Fleet } from './fleet.ts';

jest.setTimeout(90_000);

let idp: FakeProvider;
let master: OwnRedis;
let replica: OwnRedis;
let sentinel: TestSentinel;
let fleet: Fleet;

beforeAll(async () => {
  idp = await FakeProvider.start();
  master = await startOwnRedis();
  replica = await startOwnRedis({ args: ['--replicaof', '127.0.0.1', String(master.port)] });
  sentinel = await startSentinel(master.port);
  await sentinel.knowsReplica();
  const nodes = [`127.0.0.1:${String(sentinel.port)}`];
  const store = { sentinel: { name: masterName, nodes }, ...patient };
  fleet = await startFleet({ idp, stores: [store, store, store] });
});

afterAll(async () => {
  await fleet.stop();
  await sentinel.stop();
  await replica.stop();
  await master.stop();
  await idp.close();
});

async function letIn(client: string) {
  const body = { name: client, custom_id: client };
  const { id: application } = await fleet.change('POST', '/applications', body);
  const asked = await fleet.change('POST', '/registrations', { application, service: 'orders' });
  const registration = `/registrations/${asked.id as string}`;
  await fleet.change('PATCH', registration, { status: 'approved' });
  await fleet.everywhere('allowed', client);
  return registration;
}

/** Sends it again until it is done: between two masters nobody does it. */
async function changeAtLast(path: string, body: object): Promise<void> {
  const send = () => fleet.ask('PATCH', path, body);
  await eventually(send, ({ status }) => status === 200);
}

describe('a failover to a replica', () => {
  it('leaves nothing stale at any sidecar', async () => {
    const early = await letIn('early');
    const late = await letIn('late');
    await fleet.change('PATCH', early, { status: 'revoked' });
    await master.client.wait(1, 0);
    await master.kill();
    await eventually(
      async () => (await replica.client.role()).join(),
      (role) => role.startsWith('master'),
    );
    await changeAtLast(late, { status: 'revoked' });

    await fleet.everywhere('registration_revoked', 'late');
    await fleet.everywhere('registration_revoked', 'early');
    const { body } = await fleet.ask('GET', '/registrations?status=revoked');
    expect(body.data).toHaveLength(2);
    await letIn('after');
  });
});
