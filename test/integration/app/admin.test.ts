import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import {
  startPostern,
  type LogLine,
  type PosternOptions,
  type RunningPostern,
} from '../../support/postern.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';
import { until } from '../store/until.ts';

jest.setTimeout(60_000);

const secret = 'a-token-that-nobody-guesses';
const other = 'one-of-somebody-else';
const renewed = 'another-one-that-nobody-guesses';

let postern: RunningPostern | null = null;
let redis: TestRedis | null = null;

afterEach(async () => {
  await postern?.stop();
  await redis?.stop();
  [postern, redis] = [null, null];
});

// Prints every module that is loaded, by import or require.
const watchLoads = `import { registerHooks } from 'node:module';
registerHooks({
  load(url, context, next) {
    console.error('loaded', url);
    return next(url, context);
  },
});`;

function configOf(admin: object | null, more: object = {}) {
  return {
    listen: {
      grpc: { address: '127.0.0.1:0' },
      ops: { address: '127.0.0.1:0' },
      ...(admin !== null && { admin: { address: '127.0.0.1:0', ...admin } }),
    },
    store: { file: { path: 'consumers.yaml' } },
    identity_providers: [
      { name: 'idp', issuer: 'https://idp.invalid', audience_required: ['api'] },
    ],
    services: [
      {
        name: 'orders',
        identity_providers: ['idp'],
        registration: { display_name: 'Orders API', show_issuer: true },
      },
    ],
    drain_delay: '0ms',
    ...more,
  };
}

const consumers = {
  consumers: [
    { username: 'anna', custom_id: '0oa1', tags: ['a'], acls: [{ group: 'gold' }] },
    { username: 'bert', registrations: [{ service: 'orders', status: 'approved' }] },
  ],
};

async function start(admin: object | null, more: Partial<PosternOptions> = {}) {
  postern = await startPostern({ config: configOf(admin), consumers, ...more });
  const listening = await postern.untilLine(({ msg }) => msg === 'listening');
  return { postern, url: `http://${String(listening['admin'])}` };
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- what comes off the wire is untyped
type Json = any;

async function get(url: string, path: string, token = secret) {
  const response = await fetch(`${url}${path}`, { headers: { 'kong-admin-token': token } });
  return { status: response.status, body: (await response.json()) as Json };
}

describe('a process without listen.admin', () => {
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(watchLoads)}` };
  const ofAdmin =
    /\/src\/admin\/|\/start-admin\.ts$|\/node_modules\/(?:@?fastify|find-my-way|avvio)\//;

  /** Files that a process loads in order to serve, and to end. */
  async function listLoaded(admin: object | null): Promise<readonly string[]> {
    const { postern: running } = await start(admin, { env });
    // Only then all that it has printed is here.
    await running.stop();
    return Array.from(running.output().matchAll(/^loaded (file:.*)$/gm), ([, url = '']) => url);
  }

  it('loads none of the Admin API', async () => {
    const without = await listLoaded(null);
    const withIt = await listLoaded({ tokens: [secret] });

    // It sees what is loaded, on either way.
    expect(without.join('\n')).toMatch(/\/src\/app\/app\.ts$/m);
    expect(without.join('\n')).toMatch(/\/node_modules\/@grpc\//);
    expect(withIt.join('\n')).toMatch(/\/src\/admin\/admin-api\.ts$/m);
    expect(withIt.join('\n')).toMatch(/\/node_modules\/fastify\//);
    expect(without.filter((url) => ofAdmin.test(url))).toEqual([]);
  });
});

describe('postern serve --only admin', () => {
  it('administrates, and answers no Checks', async () => {
    const { url, postern: running } = await start(
      { tokens: [secret] },
      { args: ['--only', 'admin'] },
    );
    const listening = await running.untilLine(({ msg }) => msg === 'listening');

    expect((await get(url, '/consumers')).status).toBe(200);
    expect((await fetch(`${running.opsUrl}/readyz`)).status).toBe(200);
    expect(Object.keys(listening)).not.toContain('grpc');
    expect(await running.stop()).toBe(0);
  });

  it('needs an Admin API', async () => {
    await expect(start(null, { args: ['--only', 'admin'] })).rejects.toThrow(
      'the configuration has no listen.admin',
    );
  });
});

describe('the Admin API of a Consumers file', () => {
  it('shows what is in the file, and changes nothing', async () => {
    const { url, postern: running } = await start({ tokens: [secret] });
    const listed = await get(url, '/consumers?size=1');
    const next = await get(url, `/consumers?size=1&offset=${listed.body.offset as string}`);
    const acls = await get(url, '/consumers/anna/acls');
    const registrations = await get(url, '/registrations?service=orders');
    const created = await fetch(`${url}/consumers`, {
      method: 'POST',
      headers: { 'kong-admin-token': secret, 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'carl' }),
    });

    expect(listed.body.data).toMatchObject([{ username: 'anna', custom_id: '0oa1', tags: ['a'] }]);
    expect(next.body).toMatchObject({ data: [{ username: 'bert' }], offset: null });
    expect((await get(url, '/consumers?tags=b')).body.data).toEqual([]);
    expect(acls.body.data).toMatchObject([{ group: 'gold' }]);
    expect(await get(url, `/acls/${acls.body.data[0].id as string}`)).toEqual({
      status: 200,
      body: acls.body.data[0],
    });
    expect(registrations.body.data).toMatchObject([
      { consumer: { username: 'bert' }, status: 'approved' },
    ]);
    expect(created.status).toBe(405);
    expect(((await created.json()) as Json).message).toContain('come from a file');
    expect((await get(url, '/services/orders/issuer')).body).toMatchObject({ service: 'orders' });
    expect((await get(url, '/postern/services')).body.data).toMatchObject([
      { name: 'orders', display_name: 'Orders API', registration: { show_issuer: true } },
    ]);
    expect(running.output()).not.toContain(secret);
  });

  it('logs and counts who asked for what', async () => {
    const sha256 = createHash('sha256').update(other).digest('hex');
    const tokens = [{ name: 'board', role: 'read', sha256 }];
    const { url, postern: running } = await start({ tokens });
    await get(url, '/registrations/nothing', other);
    const line = await running.untilLine(({ msg }) => msg === 'admin request');

    expect(line).toMatchObject({
      level: 'info',
      method: 'GET',
      route: '/registrations/:registration',
      http_status: 404,
      actor: 'board',
      role: 'read',
    });
    expect(running.output()).not.toContain('nothing');
    const metrics = await (await fetch(`${running.opsUrl}/metrics`)).text();
    expect(metrics).toContain(
      'postern_admin_requests_total{method="GET",route="/registrations/:registration",status="404"} 1',
    );
  });

  it('takes new tokens, and forgets old ones, without a restart', async () => {
    const { url, postern: running } = await start({ tokens: [secret] });
    const reloaded = () => running.untilLine(({ msg }) => msg === 'configuration loaded');
    expect((await get(url, '/')).status).toBe(200);
    await running.writeConfig(configOf({ tokens: [renewed] }));
    running.signal('SIGHUP');
    await reloaded();

    expect((await get(url, '/')).status).toBe(401);
    expect((await get(url, '/', renewed)).status).toBe(200);
    expect(running.lines.filter(({ section }) => section === 'listen')).toEqual([]);
    await running.writeConfig(configOf(null));
    running.signal('SIGHUP');
    await running.untilLine(({ section }) => section === 'listen');
    expect((await get(url, '/', renewed)).status).toBe(401);
  });

  it('does not take what a reload means for another listener', async () => {
    const { url, postern: running } = await start({ tokens: [secret] });
    const socket = `unix:${join(running.folder, 'admin.sock')}`;
    await running.writeConfig(configOf({ address: socket, tokens: [secret, renewed] }));
    running.signal('SIGHUP');
    await running.untilLine(({ section }) => section === 'listen');

    expect((await get(url, '/consumers')).status).toBe(200);
    expect((await get(url, '/consumers', renewed)).status).toBe(401);
    expect((await get(url, '/consumers', '')).status).toBe(401);
    // With a list that is empty nobody is let in, wherever it listens.
    await running.writeConfig(configOf({ address: socket, tokens: [] }));
    running.signal('SIGHUP');
    await until(async () => (await get(url, '/consumers')).status === 401);
    // Of a connection that was reset, the address of the peer is gone, as with a socket's file; when
    // the reset comes is not for us to say.
    const { hostname, port } = new URL(url);
    for (let attempt = 0; attempt < 30; attempt += 1) {
      const connection = connect(Number(port), hostname);
      await once(connection, 'connect');
      connection.write('PUT /consumers/mallory HTTP/1.1\r\nHost: a\r\n\r\n', () => {
        connection.resetAndDestroy();
      });
      await once(connection, 'close');
    }
    const isIt = ({ route, method }: LogLine) =>
      route === '/consumers/:consumer' && method === 'PUT';
    await until(async () => {
      await get(url, '/');
      return running.lines.some(isIt);
    });

    for (const line of running.lines.filter(isIt)) {
      expect(line).toMatchObject({ actor: null, role: null });
    }
  });

  it('needs no token on a socket of its owner', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'postern-admin-'));
    const socketPath = join(folder, 'admin.sock');
    const address = `unix:${socketPath}`;
    postern = await startPostern({ config: configOf({ address }), consumers });
    const status = await new Promise((resolve, reject) => {
      request({ socketPath, path: '/consumers' }, (response) => {
        response.resume().on('end', () => {
          resolve(response.statusCode);
        });
      })
        .on('error', reject)
        .end();
    });

    expect(status).toBe(200);
    await rm(folder, { recursive: true });
  });

  it('does not start for nobody', async () => {
    await expect(start({})).rejects.toThrow('nobody would have access');
  });
});

describe('the Admin API of a Redis', () => {
  it('administrates what decisions are made of', async () => {
    redis = await startRedis();
    const store = { redis: { url: redis.url, key_prefix: redis.keyPrefix } };
    const { url } = await start(
      { tokens: [secret] },
      { config: configOf({ tokens: [secret] }, { store }) },
    );
    const send = (method: string, path: string, body?: object) =>
      fetch(`${url}${path}`, {
        method,
        headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });

    expect((await send('PUT', '/consumers/anna', { custom_id: '0oa1' })).status).toBe(200);
    expect((await send('PUT', '/consumers/anna/acls/gold')).status).toBe(200);
    const asked = await send('POST', '/registrations', { consumer: 'anna', service: 'orders' });
    expect(asked.status).toBe(201);
    expect((await get(url, '/registrations?status=requested')).body.data).toHaveLength(1);
  });
});
