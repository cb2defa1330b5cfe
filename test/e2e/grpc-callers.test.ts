import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { FakeProvider } from '../support/fake-provider.ts';
import { findFreePort } from '../support/ports.ts';
import { describeProvider } from '../support/world-config.ts';
import { startWorld, type World } from '../support/world.ts';

jest.setTimeout(30_000);

let idp: FakeProvider;
let world: World;
let client: Client;

beforeAll(async () => {
  idp = await FakeProvider.start();
  const plain = { identity_providers: ['idp'], acl: { allow: ['gold'] } };
  world = await startWorld({
    identityProviders: [
      describeProvider('idp', idp.issuer),
      describeProvider('down', `http://127.0.0.1:${await findFreePort()}`),
    ],
    services: [
      { ...plain, name: 'orders' },
      { ...plain, name: 'scoped', scopes_required: ['orders.write'] },
      { ...plain, name: 'chatty', messages: { forbidden: 'Ask  sales\u2003for a key' } },
      { ...plain, name: 'down', identity_providers: ['down'] },
    ],
    consumers: [{ custom_id: 'client-1', acls: [{ group: 'gold' }] }, { custom_id: 'poor' }],
  });
  client = new Client(`127.0.0.1:${world.envoy.port}`, credentials.createInsecure());
});

afterAll(async () => {
  client.close();
  await world.stop();
  await idp.close();
});

/** Rejects with the `ServiceError` that a gRPC application would see. */
function callGrpc(service: string, authorization: string | null): Promise<Buffer> {
  const metadata = new Metadata();
  if (authorization !== null) metadata.set('authorization', authorization);
  const same = (bytes: Buffer) => bytes;
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      `/grpc.${service}.Api/Get`,
      same,
      same,
      Buffer.from('question'),
      metadata,
      (error, answer) => {
        if (error !== null) reject(error);
        else resolve(answer ?? Buffer.alloc(0));
      },
    );
  });
}

async function refusalOf(service: string, authorization: string | null): Promise<ServiceError> {
  return callGrpc(service, authorization).then(
    () => {
      throw new Error('it was allowed');
    },
    (error: unknown) => error as ServiceError,
  );
}

describe('a gRPC caller', () => {
  it.each([
    ['orders', null, 16, 'Unauthorized'],
    ['orders', 'Bearer two words', 3, 'Bad Request'],
    ['orders', 'Bearer made-up', 16, 'Unauthorized'],
    ['nowhere', null, 7, 'Forbidden'],
    ['down', 'Bearer opaque', 14, 'Service Unavailable'],
  ])('at %s with %j gets status %d in one plain line', async (service, value, code, details) => {
    const error = await refusalOf(service, value);

    expect({ code: error.code, details: error.details }).toEqual({ code, details });
    expect(error.metadata.get('cache-control')).toEqual(['no-store']);
  });

  it.each([
    ['orders', 'poor', 'You cannot consume this service'],
    ['scoped', 'client-1', 'Forbidden'],
    ['chatty', 'stranger', 'Ask sales for a key'],
  ])('at %s as %s is told: %s', async (service, clientId, details) => {
    const token = await idp.sign(idp.claims({ client_id: clientId }));

    const error = await refusalOf(service, `Bearer ${token}`);

    expect({ code: error.code, details: error.details }).toEqual({ code: 7, details });
  });

  it('is told how to authenticate', async () => {
    const error = await refusalOf('orders', null);

    expect(error.metadata.get('www-authenticate')).toEqual(['Bearer realm="orders"']);
  });

  it('that is allowed reaches the upstream with its identity', async () => {
    const answer = await callGrpc('orders', `Bearer ${await idp.sign()}`);

    expect(JSON.parse(answer.toString())).toMatchObject({
      path: '/grpc.orders.Api/Get',
      headers: { 'x-consumer-custom-id': 'client-1', 'content-type': 'application/grpc' },
    });
    expect(JSON.parse(answer.toString())).not.toHaveProperty('headers.authorization');
  });
});

describe('a gRPC-Web caller', () => {
  it('gets the status of HTTP, and that of gRPC beside it', async () => {
    const headers = { 'content-type': 'application/grpc-web+proto' };

    const answer = await world.call({ path: '/orders/', method: 'POST', headers, body: 'x' });

    expect(answer).toMatchObject({ status: 401, body: 'Unauthorized' });
    expect(answer.headers).toMatchObject({ 'grpc-status': '16' });
  });
});
