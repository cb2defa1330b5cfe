import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { parse } from 'yaml';
import { ownedHeaders } from '../../src/authz/identity-headers.ts';
import { FakeProvider } from '../support/fake-provider.ts';
import { describeProvider } from '../support/world-config.ts';
import { startWorld, type World } from '../support/world.ts';

jest.setTimeout(30_000);

interface Address {
  socket_address?: { address: string; port_value: number };
  pipe?: unknown;
}

interface Bootstrap {
  admin: { address: Address };
  static_resources: {
    listeners: { address: Address }[];
    clusters: {
      name: string;
      load_assignment: {
        endpoints: { lb_endpoints: { endpoint: { address: Address } }[] }[];
      };
    }[];
  };
}

function loopback(port: number): Address {
  return { socket_address: { address: '127.0.0.1', port_value: port } };
}

/** A file of envoy/ as it is, with its addresses moved to this test. */
function readBootstrap(name: string, ports: { authz: number; upstream: number }): object {
  const file = join(import.meta.dirname, '..', '..', 'envoy', name);
  const bootstrap = parse(readFileSync(file, 'utf8')) as Bootstrap;
  bootstrap.admin.address = loopback(0);
  const { listeners, clusters } = bootstrap.static_resources;
  for (const listener of listeners) listener.address = loopback(0);
  for (const cluster of clusters) {
    const port = cluster.name === 'postern' ? ports.authz : ports.upstream;
    for (const { lb_endpoints: endpoints } of cluster.load_assignment.endpoints) {
      for (const { endpoint } of endpoints) endpoint.address = loopback(port);
    }
  }
  return bootstrap;
}

const forged = Object.fromEntries([...ownedHeaders].map((name) => [name, 'forged']));

describe.each([
  { file: 'demo.yaml', base: '/orders', health: '/orders/health', twins: true },
  { file: 'production.yaml', base: '', health: '/health', twins: false },
])('envoy/$file with a real Postern', ({ file, base, health, twins }) => {
  let idp: FakeProvider;
  let world: World;

  beforeAll(async () => {
    idp = await FakeProvider.start();
    world = await startWorld({
      identityProviders: [describeProvider('idp', idp.issuer)],
      services: [
        {
          name: 'orders',
          identity_providers: ['idp'],
          registration: {},
          acl: { allow: ['gold'] },
          expose_reason: true,
          routes: [
            { name: 'orders-admin', acl: { allow: ['orders-admin'] } },
            { name: 'orders-health', auth: 'none' },
          ],
        },
      ],
      consumers: [
        {
          username: 'billing-app',
          custom_id: 'client-1',
          acls: [{ group: 'gold' }, { group: 'größe' }],
          registrations: [{ service: 'orders', status: 'approved' }],
        },
      ],
      bootstrap: (ports) => readBootstrap(file, ports),
    });
  });

  afterAll(async () => {
    await world.stop();
    await idp.close();
  });

  it('lets through whom policy allows, with every header of ours as we set it', async () => {
    const twin = twins ? { 'X_Consumer-Id': 'forged', x_authenticated_groups: 'forged' } : {};
    const authorization = `Bearer ${await idp.sign(idp.claims({ groups: ['eng'] }))}`;

    const { status, upstreamSaw } = await world
      .send({
        path: `${base}/1`,
        headers: { ...forged, ...twin, authorization },
      })
      .then(({ status, body }) => ({ status, upstreamSaw: JSON.parse(body) as object }));

    expect(status).toBe(200);
    expect(upstreamSaw).toMatchObject({
      headers: {
        'x-consumer-username': 'billing-app',
        'x-consumer-custom-id': 'client-1',
        'x-credential-identifier': 'client-1',
      },
    });
    expect(JSON.stringify(upstreamSaw)).not.toMatch(/forged|authorization/);
  });

  it('refuses whom policy refuses, in our words', async () => {
    const { status, headers, body } = await world.send({ path: `${base}/1` });

    expect(status).toBe(401);
    expect(headers).toMatchObject({
      'www-authenticate': 'Bearer realm="orders"',
      'cache-control': 'no-store',
      'x-postern-reason': 'credential_missing',
    });
    expect(JSON.parse(body)).toMatchObject({ message: 'Unauthorized' });
  });

  it('keeps to the policy of each route', async () => {
    const headers = { authorization: `Bearer ${await idp.sign()}` };

    expect((await world.send({ path: `${base}/admin/users`, headers })).headers).toMatchObject({
      'x-postern-reason': 'group_not_allowed',
    });
    const open = await world.send({ path: health, headers: forged });
    expect(open.status).toBe(200);
    expect(open.body).not.toContain('forged');
  });

  it('answers 503 when nobody is there to judge', async () => {
    await world.postern.stop();

    const { status } = await world.send({ path: health });

    expect(status).toBe(503);
  });
});
