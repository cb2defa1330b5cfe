import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { parse } from 'yaml';
import { runCommand } from '../integration/app/run-command.ts';
import { envoyConfig } from '../support/envoy-config.ts';
import { startEnvoy, type RunningEnvoy } from '../support/envoy.ts';
import { FakeProvider } from '../support/fake-provider.ts';
import { callHttp } from '../support/http-caller.ts';
import { startPostern, type RunningPostern } from '../support/postern.ts';
import { startUpstream, type Upstream } from '../support/upstream.ts';

jest.setTimeout(60_000);

const file = join(import.meta.dirname, '..', 'support', 'kong-orders.yaml');
const billing = '0oa1b2c3d4e5f6g7h8i9';
const reports = '5f0c7a52-9a3e-4a0b-8f5b-3f2d1f1b7c11';

/** What the portal knows: both Consumers are applications, and one more that nobody approved. */
const portal = {
  applications: [
    { id: 'a1', name: 'Billing', custom_id: billing },
    { id: 'a2', name: 'Reports', custom_id: reports },
    { id: 'a3', name: 'New', custom_id: '0oanew' },
    { id: 'a4', name: 'Gone', custom_id: '0oagone' },
  ],
  application_instances: [
    { application: { id: 'a1' }, service: { name: 'orders' }, status: 0 },
    { application: { id: 'a2' }, service: { name: 'orders' }, status: 0 },
    { application: { id: 'a3' }, service: { name: 'orders' }, status: 1 },
    { application: { id: 'a4' }, service: { name: 'orders' }, status: 3 },
  ],
};

describe('a gateway with orders, imported', () => {
  let folder: string;
  let idp: FakeProvider;
  let upstream: Upstream;
  let postern: RunningPostern;
  let envoy: RunningEnvoy;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'postern-kong-orders-'));
    const exported = join(folder, 'portal.json');
    await writeFile(exported, JSON.stringify(portal));
    const args = ['import', 'kong', file, '--portal', exported, '--out', folder];
    expect(await runCommand(args)).toMatchObject({ code: 0, err: '' });
    const read = async (name: string) => parse(await readFile(join(folder, name), 'utf8'));
    idp = await FakeProvider.start();
    upstream = await startUpstream();
    postern = await startPostern({
      config: { ...(await read('postern.yaml')), drain_delay: '0ms' },
      consumers: await read('consumers.yaml'),
      env: {
        DECK_ISSUER: idp.issuer,
        OKTA_GW_CLIENT_ID: 'postern',
        OKTA_GW_CLIENT_SECRET: 's3cret-of-postern',
        DECK_SESSION_SECRET: 'a-key-of-sessions-that-is-long-enough',
      },
    });
    const config = envoyConfig({
      authz: { port: postern.grpcPort },
      upstreamPort: upstream.port,
      clusters: [{ name: 'orders', port: upstream.port }],
      connectionManager: {
        route_config: await read('envoy-routes.yaml'),
        normalize_path: true,
        merge_slashes: true,
      },
    });
    envoy = await startEnvoy({ config });
  });

  afterAll(async () => {
    await envoy.stop();
    await Promise.all([postern.stop(), upstream.stop(), idp.close()]);
    await rm(folder, { recursive: true, force: true });
  });

  const good = { aud: 'api://orders', scp: ['orders.read'] };

  async function ask(method: string, path: string, claims: Record<string, unknown> | null) {
    const token = claims === null ? null : await idp.sign(idp.claims(claims));
    const headers = token === null ? {} : { authorization: `Bearer ${token}` };
    return callHttp(envoy.port, { method, path, headers });
  }

  it.each([
    ['GET', '/orders/1', billing, 200],
    ['GET', '/orders/1', reports, 200],
    ['POST', '/orders/admin', billing, 200],
    ['POST', '/orders/admin', reports, 403],
    ['GET', '/orders/admin', reports, 200],
    ['POST', '/orders/1', billing, 404],
    ['GET', '/orders/1', '0oanew', 403],
    ['GET', '/orders/1', '0oagone', 403],
    ['GET', '/orders/1', 'stranger', 403],
    ['GET', '/orders/1', 'anonymous', 403],
    ['GET', '/orders/1', 'billing-app', 403],
  ])('%s %s by %s is %d', async (method, path, application_id, status) => {
    expect(await ask(method, path, { ...good, application_id })).toMatchObject({ status });
  });

  it.each<[string, Record<string, unknown> | null, number]>([
    ['no token', null, 401],
    ['no application_id', { ...good, client_id: billing }, 403],
    ['one scope of two', { ...good, application_id: billing, scp: ['orders.admin'] }, 403],
    [
      'both scopes',
      { ...good, application_id: billing, scp: ['orders.admin', 'orders.write'] },
      200,
    ],
    ['a token that has expired', { ...good, application_id: billing, exp: 1 }, 401],
    ['a token for somebody else', { ...good, application_id: billing, aud: 'api://x' }, 401],
  ])('%s is answered as in Kong', async (_name, claims, status) => {
    expect(await ask('GET', '/orders/1', claims)).toMatchObject({ status });
  });

  it('opens a session, by which the same application comes again', async () => {
    // A token opens one session, so this is a token of its own.
    const claims = { ...good, application_id: billing, jti: 'for-a-session' };
    const { setCookies } = await ask('GET', '/orders', claims);
    const cookie = setCookies[0]?.split(';')[0] ?? '';

    const again = await callHttp(envoy.port, { path: '/orders', headers: { cookie } });

    expect(again.status).toBe(200);
  });

  it('gives the upstream the Consumer with its groups, and no credential', async () => {
    await ask('POST', '/orders/admin', { ...good, application_id: billing });

    const { headers } = upstream.requests.at(-1) ?? { headers: {} };
    expect(headers).toMatchObject({
      'x-consumer-custom-id': billing,
      'x-consumer-username': 'billing-app',
      'x-consumer-groups': 'orders-admin, orders',
    });
    expect(headers).not.toHaveProperty('authorization');
  });
});
