import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ownedHeaders } from '../../src/authz/identity-headers.ts';
import { startEnvoy, type RunningEnvoy } from '../support/envoy.ts';
import { startStubAuthorizer, type StubAuthorizer } from '../support/stub-authorizer.ts';
import { startUpstream, type Upstream } from '../support/upstream.ts';

/** envoy/production.yaml as it is, with its addresses moved to this machine. */
function productionConfig(posternPort: number, upstreamPort: number): string {
  const file = join(import.meta.dirname, '..', '..', 'envoy', 'production.yaml');
  const moves: [string, string][] = [
    ['address: 127.0.0.1, port_value: 9901', 'address: 127.0.0.1, port_value: 0'],
    ['address: 0.0.0.0, port_value: 8443', 'address: 127.0.0.1, port_value: 0'],
    [
      'pipe: { path: /run/postern/postern.sock }',
      `socket_address: { address: 127.0.0.1, port_value: ${posternPort} }`,
    ],
    [
      'address: orders.internal, port_value: 8080',
      `address: 127.0.0.1, port_value: ${upstreamPort}`,
    ],
  ];
  let text = readFileSync(file, 'utf8');
  for (const [from, to] of moves) {
    if (!text.includes(from)) throw new Error(`envoy/production.yaml no longer has "${from}"`);
    text = text.replace(from, to);
  }
  return text;
}

/** Headers by which Envoy tells an upstream, or a filter tells another, what only they know. */
const forgeable = [
  'x-envoy-original-path',
  'x-envoy-original-host',
  'x-envoy-original-url',
  'x-envoy-internal',
  'x-envoy-external-address',
  'x-envoy-downstream-service-cluster',
  'x-envoy-downstream-service-node',
  'x-envoy-decorator-operation',
  'x-envoy-peer-metadata',
  'x-envoy-peer-metadata-id',
  'x-envoy-attempt-count',
  'x-envoy-expected-rq-timeout-ms',
  'x-envoy-upstream-alt-stat-name',
  'x-envoy-upstream-rq-timeout-ms',
  'x-envoy-upstream-rq-per-try-timeout-ms',
  'x-envoy-max-retries',
  'x-envoy-retry-on',
  'x-envoy-force-trace',
  'x-envoy-ip-tags',
  'x-envoy-auth-partial-body',
  'x-envoy-auth-failure-mode-allowed',
];

describe('envoy/production.yaml', () => {
  let authorizer: StubAuthorizer;
  let upstream: Upstream;
  let envoy: RunningEnvoy;

  beforeAll(async () => {
    authorizer = await startStubAuthorizer();
    authorizer.answer({ status: { code: 0 }, ok_response: { headers: [], headers_to_remove: [] } });
    upstream = await startUpstream();
    envoy = await startEnvoy({ config: productionConfig(authorizer.port, upstream.port) });
  });

  afterAll(async () => {
    await envoy.stop();
    await upstream.stop();
    authorizer.stop();
  });

  async function send(
    path: string,
    headers: Record<string, string> = {},
    method = 'GET',
  ): Promise<IncomingMessage> {
    const call = request({ host: '127.0.0.1', port: envoy.port, path, method, headers });
    call.setHeader('host', 'orders.example.com');
    call.end();
    const [response] = (await once(call, 'response')) as [IncomingMessage];
    response.resume();
    return response;
  }

  it('takes forged identity and Envoy headers off before Postern and the upstream see them', async () => {
    const names = [...forgeable, ...ownedHeaders];

    await send('/', Object.fromEntries(names.map((name) => [name, 'forged'])));

    const asked = authorizer.checks.at(-1)?.attributes?.request?.http?.header_map?.headers ?? [];
    const seen = [
      ...asked.map(({ key, raw_value }) => [key, Buffer.from(raw_value ?? []).toString()]),
      ...Object.entries(upstream.requests.at(-1)?.headers ?? {}),
    ];
    expect(seen).toContainEqual([':authority', 'orders.example.com']);
    expect(seen.filter(([, value]) => value === 'forged')).toEqual([]);
  });

  it('refuses header names with underscores without asking Postern', async () => {
    const before = authorizer.checks.length;

    const response = await send('/', { x_consumer_id: 'forged' });

    expect(response.statusCode).toBe(400);
    expect(authorizer.checks).toHaveLength(before);
  });

  it('answers a preflight itself', async () => {
    const before = authorizer.checks.length;
    const headers = { origin: 'https://app.example.com', 'access-control-request-method': 'GET' };

    const response = await send('/', headers, 'OPTIONS');

    expect(response.statusCode).toBe(200);
    expect(response.headers['access-control-allow-origin']).toBe('https://app.example.com');
    expect(authorizer.checks).toHaveLength(before);
  });

  it.each([
    ['/', { service: 'orders' }],
    ['/admin/users', { service: 'orders', route: 'orders-admin' }],
    ['/other/../admin', { service: 'orders', route: 'orders-admin' }],
    ['//admin', { service: 'orders', route: 'orders-admin' }],
    ['/administrators', { service: 'orders' }],
    ['/health', { service: 'orders', route: 'orders-health' }],
  ])('asks about %s with the policy of the route that is taken', async (path, extensions) => {
    await send(path);

    expect(authorizer.checks.at(-1)?.attributes?.context_extensions).toEqual(extensions);
  });

  it('redirects a path with an escaped slash to the one that it stands for', async () => {
    const before = authorizer.checks.length;

    const response = await send('/x/..%2fadmin');

    expect([response.statusCode, response.headers.location]).toEqual([307, '/admin']);
    expect(authorizer.checks).toHaveLength(before);
  });
});
