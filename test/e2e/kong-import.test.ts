import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { parse } from 'yaml';
import { runCommand } from '../integration/app/run-command.ts';
import { envoyConfig } from '../support/envoy-config.ts';
import { startEnvoy, type RunningEnvoy } from '../support/envoy.ts';
import { FakeProvider } from '../support/fake-provider.ts';
import { callHttp, readLines, type HttpCall } from '../support/http-caller.ts';
import { startPostern, type RunningPostern } from '../support/postern.ts';
import { startUpstream, type Upstream } from '../support/upstream.ts';

jest.setTimeout(60_000);

const examples = join(import.meta.dirname, '..', '..', 'examples', 'kong');

describe('examples/kong, imported', () => {
  let folder: string;
  let idp: FakeProvider;
  let upstream: Upstream;
  let postern: RunningPostern;
  let envoy: RunningEnvoy;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'postern-kong-'));
    const files = [join(examples, 'kong.yaml'), '--portal', join(examples, 'portal.json')];
    const more = ['--out', folder, '--accept-loss', 'rate-limiting'];
    const imported = await runCommand(['import', 'kong', ...files, ...more]);
    expect(imported).toMatchObject({ code: 0, err: '' });
    const read = async (name: string) => parse(await readFile(join(folder, name), 'utf8'));
    idp = await FakeProvider.start();
    upstream = await startUpstream();
    postern = await startPostern({
      config: { ...(await read('postern.yaml')), drain_delay: '0ms', log: { sample_allows: 1 } },
      consumers: await read('consumers.yaml'),
      env: {
        DECK_ISSUER: idp.issuer,
        GATEWAY_CLIENT_ID: 'postern',
        GATEWAY_CLIENT_SECRET: 's3cret-of-postern',
        DECK_SESSION_SECRET: 'a-key-of-sessions-that-is-long-enough',
      },
    });
    const clusters = ['catalog', 'invoices'].map((name) => ({ name, port: upstream.port }));
    const connectionManager = {
      route_config: await read('envoy-routes.yaml'),
      normalize_path: true,
      merge_slashes: true,
      path_with_escaped_slashes_action: 'UNESCAPE_AND_REDIRECT',
      strip_any_host_port: true,
    };
    const authz = { port: postern.grpcPort };
    const config = envoyConfig({
      authz,
      upstreamPort: upstream.port,
      clusters,
      connectionManager,
    });
    envoy = await startEnvoy({ config });
  });

  afterAll(async () => {
    await envoy.stop();
    await Promise.all([postern.stop(), upstream.stop(), idp.close()]);
    await rm(folder, { recursive: true, force: true });
  });

  async function ask(client: string | null, call: HttpCall, claims: Record<string, unknown> = {}) {
    const own = { client_id: client, aud: 'api://shop', scp: ['shop.read'], ...claims };
    const authorization = `Bearer ${await idp.sign(idp.claims(own))}`;
    const credentials = client === null ? [] : [['authorization', authorization] as const];
    const headers = [...credentials, ...readLines(call.headers)];
    const before = upstream.requests.length;
    const { status } = await callHttp(envoy.port, { ...call, headers });
    return { status, path: upstream.requests.slice(before)[0]?.path ?? null };
  }

  it.each([
    ['an approved application', 'kiosk', '/catalog/1', 200],
    ['nobody', null, '/catalog/1', 401],
    ['an application that waits', 'pricewatch', '/catalog/1', 403],
    ['a suspended application', 'oldshop', '/catalog/1', 403],
    ['an application of a denied group', 'newsletter', '/catalog/1', 403],
    ['a Consumer that is no application', '9b1d', '/catalog/1', 403],
    ['a stranger', 'stranger', '/catalog/1', 403],
    ['a group of the longer path', 'warehouse', '/catalog/prices/7', 200],
    ['no group of the longer path', 'kiosk', '/catalog/prices/7', 403],
    ['no group, by another spelling', 'kiosk', '/catalog/./x/../prices', 403],
    ['no group, by more slashes', 'kiosk', '//catalog//prices', 403],
    ['no group, by needless escapes', 'kiosk', '/catalog/%70rices', 403],
    ['a regular expression before both', 'newsletter', '/catalog/articles/7', 200],
    ['no more than the expression says', 'newsletter', '/catalog/articles/7/x', 403],
    ['no route', 'kiosk', '/elsewhere', 404],
  ])('%s', async (_name, client, path, status) => {
    const ids = client === '9b1d' ? '9b1d0c6e-6f0e-4d42-9a55-5d9f6a1f1e07' : `0oa7${client ?? ''}`;

    expect(await ask(client === null ? null : ids, { path })).toMatchObject({ status });
  });

  it.each([
    ['PUT', '/catalog/prices', '0oa7warehouse', 200],
    ['PUT', '/catalog/prices', '0oa7kiosk', 403],
    ['PUT', '/catalog/1', '0oa7kiosk', 404],
    ['POST', '/catalog/prices', '0oa7warehouse', 404],
  ])('%s %s by %s is %d', async (method, path, client, status) => {
    expect(await ask(client, { method, path })).toMatchObject({ status });
  });

  it.each([
    [['shop.read'], 200],
    [['shop.write', 'shop.audit'], 200],
    [['shop.write'], 403],
    [[], 403],
  ])('scopes %j are %d', async (scp, status) => {
    expect(await ask('0oa7kiosk', { path: '/catalog' }, { scp })).toMatchObject({ status });
  });

  it('refuses a token for somebody else', async () => {
    const { status } = await ask('0oa7kiosk', { path: '/catalog' }, { aud: 'api://other' });

    expect(status).toBe(401);
  });

  it.each([
    ['accounting', {}, ['shop.read'], 200],
    ['accounting', { 'x-release': 'BETA' }, ['shop.read'], 403],
    ['accounting', { 'x-release': 'beta' }, ['invoices.beta'], 200],
    ['accounting', {}, ['invoices.beta'], 403],
    ['others', {}, ['shop.read'], 403],
  ])('the host of invoices, %s %j %j: %d', async (who, headers, scp, status) => {
    const client = who === 'others' ? '0oa7kiosk' : '9b1d0c6e-6f0e-4d42-9a55-5d9f6a1f1e07';
    const call = { host: 'invoices.shop.example:8443', path: '/2026/1', headers };

    expect(await ask(client, call, { scp })).toEqual({
      status,
      path: status === 200 ? '/v2/2026/1' : null,
    });
  });

  it.each([
    ['/catalog', '/'],
    ['/catalog/1?q=2', '/1?q=2'],
    ['/catalog/articles/7', '/catalog/articles/7'],
  ])('sends %s upstream as %s', async (path, seen) => {
    expect(await ask('0oa7kiosk', { path })).toEqual({ status: 200, path: seen });
  });

  it('asks the provider about an opaque token', async () => {
    const token = idp.issueOpaque({
      client_id: '0oa7kiosk',
      aud: 'api://shop',
      scp: ['shop.read'],
    });
    const headers = { authorization: `Bearer ${token}` };

    const { status } = await callHttp(envoy.port, { path: '/catalog', headers });

    expect(status).toBe(200);
  });
});
