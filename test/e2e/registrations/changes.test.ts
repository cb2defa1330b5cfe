import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { FakeProvider } from '../../support/fake-provider.ts';
import { startOwnRedis, type OwnRedis } from '../../support/redis.ts';
import { runCommand } from '../../integration/app/run-command.ts';
import { eventually } from '../../support/world.ts';
import { patient, startFleet, type Fleet } from './fleet.ts';

jest.setTimeout(60_000);

let idp: FakeProvider;
let redis: OwnRedis;
let fleet: Fleet;
let client: string;

beforeAll(async () => {
  idp = await FakeProvider.start();
  redis = await startOwnRedis();
  const store = { url: redis.url, ...patient };
  fleet = await startFleet({ idp, stores: [store, store, store] });
});

beforeEach(() => {
  client = `client-${randomUUID()}`;
});

afterAll(async () => {
  await fleet.stop();
  await redis.stop();
  await idp.close();
});

async function createApplication(customId = client): Promise<string> {
  const body = { name: `app of ${customId}`, custom_id: customId };
  return (await fleet.change('POST', '/applications', body)).id as string;
}

async function register(application: string, service = 'orders'): Promise<string> {
  const body = { application, service };
  return (await fleet.change('POST', '/registrations', body)).id as string;
}

/** An application that all sidecars let in, and remember; gives the path of its registration. */
async function approved(): Promise<string> {
  const registration = `/registrations/${await register(await createApplication())}`;
  await fleet.change('PATCH', registration, { status: 'approved' });
  await fleet.everywhere('allowed', client);
  return registration;
}

describe('three sidecars obey a registration that is', () => {
  it('requested, approved, suspended, resumed, revoked', async () => {
    await fleet.everywhere('consumer_unknown', client);
    const application = await createApplication();
    await fleet.everywhere('registration_missing', client);
    const registration = `/registrations/${await register(application)}`;
    await fleet.everywhere('registration_requested', client);

    for (const [step, reason] of [
      [{ status: 'approved' }, 'allowed'],
      [{ suspended: true }, 'registration_suspended'],
      [{ suspended: false }, 'allowed'],
      [{ status: 'revoked' }, 'registration_revoked'],
    ] as const) {
      await fleet.change('PATCH', registration, step);
      await fleet.everywhere(reason, client);
    }
  });

  it('rejected, asked for again and approved', async () => {
    const registration = `/registrations/${await register(await createApplication())}`;
    await fleet.everywhere('registration_requested', client);

    for (const [status, reason] of [
      ['rejected', 'registration_rejected'],
      ['requested', 'registration_requested'],
      ['approved', 'allowed'],
    ] as const) {
      await fleet.change('PATCH', registration, { status });
      await fleet.everywhere(reason, client);
    }
  });

  it('approved with others in one request', async () => {
    const clients = [client, `${client}-2`, `${client}-3`];
    const ids: string[] = [];
    for (const one of clients) {
      ids.push(await register(await createApplication(one)));
      await fleet.everywhere('registration_requested', one);
    }
    await fleet.change('PATCH', '/registrations', { ids, status: 'approved' });

    for (const one of clients) await fleet.everywhere('allowed', one);
  });

  it('approved by the Service itself', async () => {
    const application = await createApplication();
    await fleet.everywhere('registration_missing', client, '/self-service/');
    await register(application, 'self-service');

    await fleet.everywhere('allowed', client, '/self-service/');
    await fleet.everywhere('registration_missing', client);
  });

  it('decided on in the portal’s form', async () => {
    const email = `${client}@example.com`;
    await fleet.change('POST', '/developers', { email });
    const applications = `/developers/${email}/applications`;
    const body = { name: 'shop', custom_id: client, redirect_uri: 'https://shop.example/back' };
    const { id } = await fleet.change('POST', applications, body);
    const instances = `${applications}/${id as string}/application_instances`;
    const asked = await fleet.change('POST', instances, { service: { id: 'orders' } });
    await fleet.everywhere('registration_requested', client);

    for (const [status, reason] of [
      [0, 'allowed'],
      [3, 'registration_revoked'],
    ] as const) {
      await fleet.change('PATCH', `${instances}/${asked.id as string}`, { status });
      await fleet.everywhere(reason, client);
    }
  });

  it('deleted', async () => {
    await fleet.change('DELETE', await approved());

    await fleet.everywhere('registration_missing', client);
  });
});

describe('three sidecars obey', () => {
  it('the end of an application', async () => {
    const registration = await approved();
    const { application } = await fleet.change('GET', registration);
    await fleet.change('DELETE', `/applications/${application.id as string}`);

    await fleet.everywhere('consumer_unknown', client);
  });

  it('a changed custom_id of an application: the old stops, the new works', async () => {
    const registration = await approved();
    const { application } = await fleet.change('GET', registration);
    const next = `${client}-next`;
    await fleet.everywhere('consumer_unknown', next);
    await fleet.change('PATCH', `/applications/${application.id as string}`, { custom_id: next });

    await fleet.everywhere('consumer_unknown', client);
    await fleet.everywhere('allowed', next);
  });

  it('a changed custom_id of a Consumer: the old stops, the new works', async () => {
    const next = `${client}-next`;
    const sent = { username: client, custom_id: client };
    const { id } = await fleet.change('POST', '/consumers', sent);
    await fleet.everywhere('allowed', client, '/known/');
    await fleet.everywhere('consumer_unknown', next, '/known/');
    await fleet.change('PATCH', `/consumers/${id as string}`, { custom_id: next });

    await fleet.everywhere('consumer_unknown', client, '/known/');
    await fleet.everywhere('allowed', next, '/known/');
  });

  it('a client id that goes from one Consumer to another', async () => {
    await fleet.change('PUT', `/consumers/${client}-a`, { custom_id: client });
    await fleet.change('PUT', `/consumers/${client}-a/acls/gold`);
    await fleet.change('PUT', `/consumers/${client}-b`, {});
    await fleet.everywhere('allowed', client, '/vip/');
    await fleet.change('PUT', `/consumers/${client}-a`, {});
    await fleet.everywhere('consumer_unknown', client, '/vip/');
    await fleet.change('PATCH', `/consumers/${client}-b`, { custom_id: client });

    await fleet.everywhere('group_not_allowed', client, '/vip/');
  });

  it('a group that comes and goes, by name and as decK sends it', async () => {
    const id = randomUUID();
    await fleet.change('PUT', `/consumers/${id}`, { id, username: client, custom_id: client });
    await fleet.everywhere('group_not_allowed', client, '/vip/');
    await fleet.change('PUT', `/consumers/${client}/acls/gold`);
    await fleet.everywhere('allowed', client, '/vip/');
    await fleet.change('DELETE', `/consumers/${client}/acls/gold`);
    await fleet.everywhere('group_not_allowed', client, '/vip/');

    const acl = randomUUID();
    const body = { id: acl, group: 'gold', consumer: { id } };
    await fleet.change('PUT', `/consumers/${id}/acls/${acl}`, body);
    await fleet.everywhere('allowed', client, '/vip/');
    await fleet.change('PUT', `/consumers/${id}/acls/${acl}`, { ...body, group: 'silver' });
    await fleet.everywhere('group_not_allowed', client, '/vip/');
  });

  it('the end of a Consumer', async () => {
    await fleet.change('PUT', `/consumers/${client}`, { custom_id: client });
    await fleet.everywhere('allowed', client, '/known/');
    await fleet.change('DELETE', `/consumers/${client}`);

    await fleet.everywhere('consumer_unknown', client, '/known/');
  });

  it('a Consumer that is bound to another provider', async () => {
    await fleet.change('PUT', `/consumers/${client}`, { custom_id: client });
    await fleet.everywhere('allowed', client, '/known/');
    await fleet.change('PATCH', `/consumers/${client}`, { identity_provider: 'elsewhere' });

    await fleet.everywhere('consumer_unknown', client, '/known/');
  });

  it('a rate limit, in what they tell Envoy', async () => {
    const limitsSeen = () =>
      Promise.all(
        fleet.worlds.map(async (world, index) => {
          const { requestId } = await fleet.callAt(index, client, '/known/');
          return (await world.metadataOf(requestId))['rate_limit'];
        }),
      );
    await fleet.change('PUT', `/consumers/${client}`, { custom_id: client });
    expect(await limitsSeen()).toEqual([undefined, undefined, undefined]);
    const rate_limit = { requests_per_unit: 7, unit: 'minute' };
    await fleet.change('PATCH', `/consumers/${client}`, { rate_limit });

    const seen = await eventually(limitsSeen, (limits) => !limits.includes(undefined));
    expect(seen).toEqual(Array(3).fill({ requests_per_unit: 7, unit: 'MINUTE' }));
  });

  it('what `postern import` writes', async () => {
    const { folder } = fleet.worlds[1]!.postern;
    const importFile = async (status: string) => {
      const registrations = [{ service: 'orders', status }];
      const consumers = [{ custom_id: client, registrations }];
      await writeFile(join(folder, 'import.yaml'), JSON.stringify({ consumers }));
      const args = ['import', join(folder, 'import.yaml'), '-c', join(folder, 'postern.yaml')];
      expect(await runCommand(args)).toMatchObject({ code: 0, err: '' });
    };
    await fleet.everywhere('consumer_unknown', client);
    await importFile('approved');
    await fleet.everywhere('allowed', client);
    await importFile('revoked');

    await fleet.everywhere('registration_revoked', client);
  });
});
