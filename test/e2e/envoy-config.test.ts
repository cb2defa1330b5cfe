import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ownedHeaders } from '../../src/authz/identity-headers.ts';
import type { CheckResponseMessage } from '../../src/envoy/messages.ts';
import { envoyConfig, recommendedFilter } from '../support/envoy-config.ts';
import { startEnvoy, validateEnvoyConfig, type RunningEnvoy } from '../support/envoy.ts';
import { startStubAuthorizer, type StubAuthorizer } from '../support/stub-authorizer.ts';
import { startGrpcUpstream, startUpstream, type Upstream } from '../support/upstream.ts';

const folder = join(import.meta.dirname, '..', '..', 'envoy');
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));

function allow(change: { set?: [string, string][]; remove?: string[] }): CheckResponseMessage {
  return {
    status: { code: 0 },
    ok_response: {
      headers: (change.set ?? []).map(([key, value]) => ({
        header: { key, value },
        append_action: 'OVERWRITE_IF_EXISTS_OR_ADD',
      })),
      headers_to_remove: change.remove ?? [],
    },
  };
}

function receivedNames(authorizer: StubAuthorizer): (string | undefined)[] {
  const http = authorizer.checks.at(-1)?.attributes?.request?.http;
  return (http?.header_map?.headers ?? []).map(({ key }) => key);
}

describe('bootstrap files', () => {
  it.each(files)('Envoy accepts envoy/%s', async (name) => {
    const verdict = await validateEnvoyConfig(join(folder, name));

    expect(verdict).toEqual({ ok: true, output: expect.stringContaining('OK') });
  });

  it('takes every identity header off a request before any route is chosen', () => {
    const text = readFileSync(join(folder, 'production.yaml'), 'utf8');
    const removed = [...text.matchAll(/- remove: (\S+)/g)].map(([, name]) => name);

    expect(removed).toEqual(expect.arrayContaining([...ownedHeaders]));
  });

  it('lets Postern change its own headers, their underscore spellings and credentials', () => {
    const rules = recommendedFilter()['decoder_header_mutation_rules'] as {
      allow_expression: { regex: string };
    };
    const allowed = new RegExp(`^(?:${rules.allow_expression.regex})$`);
    const own = [...ownedHeaders, 'x-postern-jwt'];
    const names = own.flatMap((name) => [name, name.replaceAll('-', '_')]);
    const credentials = ['authorization', 'cookie', 'dpop'];

    expect([...names, ...credentials].filter((name) => !allowed.test(name))).toEqual([]);
    expect(
      ['host', ':path', 'x-forwarded-for', 'set-cookie'].filter((it) => allowed.test(it)),
    ).toEqual([]);
  });
});

describe('the recommended filter in a real Envoy', () => {
  let authorizer: StubAuthorizer;
  let upstream: Upstream;
  let grpcUpstream: Upstream;
  let envoy: RunningEnvoy;

  beforeAll(async () => {
    authorizer = await startStubAuthorizer();
    upstream = await startUpstream();
    grpcUpstream = await startGrpcUpstream();
    envoy = await startEnvoy({
      config: envoyConfig({
        authz: { port: authorizer.port },
        upstreamPort: upstream.port,
        grpcUpstreamPort: grpcUpstream.port,
        routes: [
          { prefix: '/admin', contextExtensions: { service: 'orders', route: 'orders-admin' } },
          { prefix: '/grpc', contextExtensions: { service: 'orders' }, grpc: true },
          { prefix: '/' },
        ],
      }),
    });
  });

  afterAll(async () => {
    await envoy.stop();
    await upstream.stop();
    await grpcUpstream.stop();
    authorizer.stop();
  });

  it('removes the credential and any spelling of an identity header, and overwrites a forged one', async () => {
    const twins = ['x_consumer_id', 'x-consumer_custom-id', 'x_consumer-groups'];
    authorizer.answer(
      allow({ set: [['x-consumer-id', 'ours']], remove: ['authorization', ...twins] }),
    );
    const forged = Object.fromEntries(['x-consumer-id', ...twins].map((name) => [name, 'forged']));

    const response = await fetch(envoy.url, { headers: { authorization: 'Bearer t', ...forged } });
    const { headers } = (await response.json()) as { headers: Record<string, string> };

    expect(response.status).toBe(200);
    expect(receivedNames(authorizer)).toEqual(expect.arrayContaining(Object.keys(forged)));
    expect(headers).toMatchObject({ 'x-consumer-id': 'ours' });
    expect(Object.keys(headers)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/authorization|_/)]),
    );
  });

  it.each([
    ['sets', allow({ set: [['x-forwarded-host', 'elsewhere']] })],
    ['removes', allow({ remove: ['x-forwarded-proto'] })],
  ])('ends a request in which Postern %s a header that is not its own', async (_name, response) => {
    const before = upstream.requests.length;
    authorizer.answer(response);

    const { status } = await fetch(envoy.url);

    expect(status).toBe(500);
    expect(upstream.requests).toHaveLength(before);
  });

  it("tells Postern the route's names, the raw headers and nothing where a route names none", async () => {
    authorizer.answer(allow({}));
    await fetch(`${envoy.url}/admin`);
    await fetch(envoy.url);

    const [admin, plain] = authorizer.checks.slice(-2);

    expect(admin?.attributes?.context_extensions).toEqual({
      service: 'orders',
      route: 'orders-admin',
    });
    expect(admin?.attributes?.request?.http?.header_map?.headers).toContainEqual(
      expect.objectContaining({ key: ':path', raw_value: Buffer.from('/admin') }),
    );
    expect(plain?.attributes?.context_extensions ?? {}).toEqual({});
  });

  it('forwards to a gRPC upstream', async () => {
    authorizer.answer(allow({ set: [['x-consumer-id', 'ours']] }));

    const response = await fetch(`${envoy.url}/grpc/Call`, { method: 'POST' });
    const message = Buffer.from(await response.arrayBuffer()).subarray(5);

    expect(response.headers.get('content-type')).toBe('application/grpc');
    expect(JSON.parse(message.toString())).toMatchObject({
      path: '/grpc/Call',
      headers: { 'x-consumer-id': 'ours' },
    });
  });
});

describe('the recommended filter without Postern', () => {
  let envoy: RunningEnvoy | undefined;

  afterEach(() => envoy?.stop());

  it('answers 503 and asks no upstream', async () => {
    const upstream = await startUpstream();
    envoy = await startEnvoy({
      config: envoyConfig({
        authz: { socket: join(folder, 'no-such.sock') },
        upstreamPort: upstream.port,
      }),
    });

    const { status } = await fetch(envoy.url);
    await upstream.stop();

    expect(status).toBe(503);
    expect(upstream.requests).toHaveLength(0);
  });
});
