import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { envoyConfig } from '../support/envoy-config.ts';
import { startEnvoy, validateEnvoyConfig, type RunningEnvoy } from '../support/envoy.ts';
import { callHttp, type HttpCall } from '../support/http-caller.ts';
import { startUpstream, type Upstream } from '../support/upstream.ts';
import { translate, type Loose } from '../unit/kong/translate.ts';

jest.setTimeout(60_000);

const routes: readonly Loose[] = [
  { name: 'orders', paths: ['/orders'] },
  { name: 'admin', paths: ['/orders/admin'] },
  { name: 'export', paths: [String.raw`~/orders/admin/export/\d+$`] },
  { name: 'purge', paths: ['/orders/admin'], methods: ['DELETE'] },
  { name: 'beta', paths: ['/orders'], headers: { 'x-release': ['beta', 'next'] } },
  { name: 'versioned', paths: ['/versions'], headers: { 'x-version': ['~*^v[12]$'] } },
  { name: 'shop', hosts: ['shop.example'], paths: ['/orders'] },
  { name: 'shops', hosts: ['*.shop.example'], paths: ['/orders'] },
  { name: 'secure', paths: ['/secure'], protocols: ['https'] },
  { name: 'moved', paths: ['/moved'], protocols: ['https'], https_redirect_status_code: 301 },
  { name: 'rest', paths: ['/'] },
];

const plugins = [
  { name: 'openid-connect', config: { issuer: 'https://idp.example', auth_methods: ['bearer'] } },
];

function importRoutes(ordered: readonly Loose[]): Loose {
  const services = [{ name: 'a', url: 'http://a.internal/base', plugins, routes: ordered }];
  const { envoy, report } = translate({ _format_version: '3.0', services });
  expect(report.refused).toEqual([]);
  return envoy;
}

/** A bootstrap that lets all through, and tells of each answer which route it took. */
function bootstrap(envoy: Loose, upstreamPort: number): Loose {
  const hosts = envoy.virtual_hosts.map((host: Loose) => ({
    ...host,
    routes: host.routes.map((route: Loose) => ({
      ...route,
      typed_per_filter_config: {},
      response_headers_to_add: [{ header: { key: 'x-route', value: route.name } }],
    })),
  }));
  return envoyConfig({
    authz: { port: 1 },
    upstreamPort,
    clusters: [{ name: 'a', port: upstreamPort }],
    connectionManager: {
      route_config: { ...envoy, virtual_hosts: hosts },
      http_filters: [
        {
          name: 'envoy.filters.http.router',
          typed_config: {
            '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router',
          },
        },
      ],
      use_remote_address: true,
      normalize_path: true,
      merge_slashes: true,
      path_with_escaped_slashes_action: 'UNESCAPE_AND_REDIRECT',
      strip_any_host_port: true,
    },
  });
}

describe.each([
  ['as the file has them', routes],
  ['the other way round', routes.toReversed()],
])('imported routes, %s', (_name, ordered) => {
  let upstream: Upstream;
  let envoy: RunningEnvoy;

  beforeAll(async () => {
    upstream = await startUpstream();
    envoy = await startEnvoy({ config: bootstrap(importRoutes(ordered), upstream.port) });
  });

  afterAll(async () => {
    await envoy.stop();
    await upstream.stop();
  });

  async function ask(call: HttpCall) {
    const { status, headers } = await callHttp(envoy.port, { host: 'any.example', ...call });
    return { status, route: headers['x-route'], path: upstream.requests.at(-1)?.path ?? '' };
  }

  it.each<[string, HttpCall]>([
    ['orders', { path: '/orders' }],
    ['orders', { path: '/orders-admin' }],
    ['orders', { path: '/orders?x=/orders/admin' }],
    ['orders', { path: '/orders/Admin' }],
    ['admin', { path: '/orders/admin' }],
    ['admin', { path: '/orders/admin/' }],
    ['admin', { path: '/orders/administrator' }],
    ['admin', { path: '/orders/admin/export/7/x' }],
    ['admin', { path: '//orders//admin' }],
    ['admin', { path: '/orders/./admin' }],
    ['admin', { path: '/x/../orders/admin' }],
    ['admin', { path: '/orders/%61dmin' }],
    ['admin', { path: '/orders/%2e%2e/orders/admin' }],
    ['admin', { path: '/orders/admin', host: 'any.example:8443' }],
    ['export', { path: '/orders/admin/export/7' }],
    ['export', { path: '/orders/admin/export/7?all=1' }],
    ['purge', { path: '/orders/admin', method: 'DELETE' }],
    ['beta', { path: '/orders/admin', headers: { 'x-release': 'BETA' } }],
    ['beta', { path: '/orders', headers: { 'x-release': 'next' } }],
    ['orders', { path: '/orders', headers: { 'x-release': 'betas' } }],
    ['versioned', { path: '/versions', headers: { 'x-version': 'V2' } }],
    ['rest', { path: '/versions', headers: { 'x-version': 'v3' } }],
    ['shop', { path: '/orders/admin', host: 'shop.example' }],
    ['shop', { path: '/orders/admin', host: 'SHOP.example:443' }],
    ['shops', { path: '/orders', host: 'a.b.shop.example' }],
    ['admin', { path: '/orders/admin', host: 'shop.example.evil' }],
    ['rest', { path: '/' }],
    ['rest', { path: '/order' }],
  ])('%s takes %j', async (route, call) => {
    expect(await ask(call)).toMatchObject({ status: 200, route });
  });

  it.each<[string, string, string, string]>([
    ['beta', '/orders', 'x-release', 'beta'],
    ['versioned', '/versions', 'x-version', 'v1'],
  ])('%s is not dodged by a second line of its header', async (route, path, name, value) => {
    for (const values of [
      [value, 'other'],
      ['other', value],
    ]) {
      const headers = values.map((item) => [name, item] as const);
      expect(await ask({ path, headers })).toMatchObject({ route });
    }
  });

  it.each([['/orders%2Fadmin'], ['/orders%5cadmin']])('%s has to come again', async (path) => {
    expect(await ask({ path })).toMatchObject({ status: 307 });
  });

  it.each<[string, string]>([
    ['/orders', '/base/'],
    ['/orders/7?q=1', '/base/7?q=1'],
    ['/orders-admin', '/base/-admin'],
    ['/orders../secret', '/base/secret'],
    ['/orders./secret', '/base/secret'],
    ['/orders..', '/base/'],
    ['/orders.../x', '/base/.../x'],
  ])('%s goes upstream as %s, never out of the path of the Service', async (path, seen) => {
    expect(await ask({ path })).toEqual({ status: 200, route: 'orders', path: seen });
  });

  it.each<[HttpCall, number]>([
    [{ path: '/secure' }, 426],
    [{ path: '/secure', headers: { 'x-forwarded-proto': 'https' } }, 426],
    [{ path: '/moved/x' }, 301],
  ])('%j without TLS is %d', async (call, status) => {
    const before = upstream.requests.length;

    expect(await ask(call)).toMatchObject({ status });
    expect(upstream.requests).toHaveLength(before);
  });
});

it('what is written, with its policies, is a configuration of Envoy', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'postern-kong-routes-'));
  const file = join(folder, 'envoy.yaml');
  const config = envoyConfig({
    authz: { port: 1 },
    upstreamPort: 1,
    clusters: [{ name: 'a', port: 1 }],
    connectionManager: { route_config: importRoutes(routes) },
  });
  await writeFile(file, JSON.stringify(config));

  const { ok, output } = await validateEnvoyConfig(file);
  await rm(folder, { recursive: true });

  expect({ ok, output: ok ? '' : output }).toEqual({ ok: true, output: '' });
});
