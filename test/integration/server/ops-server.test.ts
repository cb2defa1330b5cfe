import { request as sendRequest } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { startOpsServer, type OpsServer } from '../../../src/server/ops-server.ts';
import { Readiness } from '../../../src/server/readiness.ts';

const noPages = () => Promise.resolve(null);
const closing: OpsServer[] = [];

afterEach(async () => {
  for (const server of closing.splice(0)) await server.stop();
});

async function start(readiness = new Readiness([])): Promise<OpsServer> {
  const server = await startOpsServer({
    address: '127.0.0.1:0',
    readiness,
    metrics: () => Promise.resolve({ contentType: 'text/plain; version=0.0.4', body: 'up 1\n' }),
    version: { version: '1.2.3', node: 'v24' },
    pages: noPages,
  });
  closing.push(server);
  return server;
}

async function get({ address }: OpsServer, path: string, method = 'GET') {
  const response = await fetch(`http://${address}${path}`, { method });
  const type = response.headers.get('content-type');
  return { status: response.status, type, body: await response.text() };
}

describe('the ops listener', () => {
  it.each([
    ['/metrics', 200, 'text/plain; version=0.0.4', 'up 1\n'],
    ['/livez', 200, 'text/plain; charset=utf-8', 'ok\n'],
    ['/healthz', 200, 'text/plain; charset=utf-8', 'ok\n'],
    ['/readyz', 200, 'text/plain; charset=utf-8', 'ready\n'],
    ['/', 404, 'text/plain; charset=utf-8', 'not found\n'],
    ['/livez/', 404, 'text/plain; charset=utf-8', 'not found\n'],
    ['//metrics', 404, 'text/plain; charset=utf-8', 'not found\n'],
    ['/../metrics/x', 404, 'text/plain; charset=utf-8', 'not found\n'],
  ])('answers %s with %i', async (path, status, type, body) => {
    expect(await get(await start(), path)).toEqual({ status, type, body });
  });

  it('says which version runs', async () => {
    const { type, body } = await get(await start(), '/version');

    expect(type).toBe('application/json');
    expect(JSON.parse(body)).toEqual({ version: '1.2.3', node: 'v24' });
  });

  it('has the pages that it was given', async () => {
    const server = await startOpsServer({
      address: '127.0.0.1:0',
      readiness: new Readiness([]),
      metrics: () => Promise.resolve({ contentType: 'text/plain', body: '' }),
      version: {},
      pages: (path) => Promise.resolve(path === '/jwks.json' ? { keys: [] } : null),
    });
    closing.push(server);

    expect(await get(server, '/jwks.json')).toMatchObject({
      status: 200,
      type: 'application/json',
    });
    expect(await get(server, '/jwks')).toMatchObject({ status: 404 });
  });

  it('answers HEAD without a body, and refuses what would change something', async () => {
    const server = await start();

    expect(await get(server, '/livez', 'HEAD')).toMatchObject({ status: 200, body: '' });
    expect(await get(server, '/livez', 'POST')).toMatchObject({ status: 405 });
    expect(await get(server, '/metrics', 'DELETE')).toMatchObject({ status: 405 });
  });

  it('answers 500 when metrics cannot be written, and lives on', async () => {
    const server = await startOpsServer({
      address: '127.0.0.1:0',
      readiness: new Readiness([]),
      metrics: () => Promise.reject(new Error('private words')),
      version: {},
      pages: noPages,
    });
    closing.push(server);

    expect(await get(server, '/metrics')).toMatchObject({ status: 500, body: 'internal error\n' });
    expect(await get(server, '/livez')).toMatchObject({ status: 200 });
  });

  it('refuses headers over its limit', async () => {
    const { address } = await start();

    const status = await new Promise((resolve) => {
      const headers = { 'x-big': 'x'.repeat(10_000) };
      sendRequest(`http://${address}/livez`, { headers }, (response) => {
        resolve(response.statusCode);
        response.resume();
      }).end();
    });

    expect(status).toBe(431);
  });

  it('survives bytes that are no HTTP', async () => {
    const server = await start();
    const port = Number(server.address.split(':').at(-1));

    await new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.write('\u0000\u0001\r\n\r\n'));
      socket.once('close', resolve).resume();
    });

    expect(await get(server, '/livez')).toMatchObject({ status: 200 });
  });

  it('refuses to start where the port is taken', async () => {
    const { address } = await start();
    const options = { address, readiness: new Readiness([]), version: {}, pages: noPages };
    const metrics = () => Promise.resolve({ contentType: '', body: '' });

    await expect(startOpsServer({ ...options, metrics })).rejects.toThrow('EADDRINUSE');
  });
});

describe('/readyz', () => {
  it('is 503 until every part has started', async () => {
    const readiness = new Readiness(['store']);
    const server = await start(readiness);

    const before = await get(server, '/readyz?verbose');
    readiness.replace(new Map([['store', { status: 'ready' }]]));

    expect(before.status).toBe(503);
    expect(JSON.parse(before.body)).toEqual({
      status: 'not_ready',
      components: {
        store: { status: 'not_ready', reason: 'not started' },
      },
    });
    expect(await get(server, '/readyz')).toMatchObject({ status: 200 });
  });

  it('stays 200 while a part is degraded, and says which and why', async () => {
    const readiness = new Readiness(['store']);
    const server = await start(readiness);
    const reason = 'Redis is not reachable';
    readiness.replace(new Map([['store', { status: 'degraded', reason }]]));

    const { status, body } = await get(server, '/readyz?verbose=1');

    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({
      status: 'degraded',
      components: { store: { reason: 'Redis is not reachable' } },
    });
  });

  it('is 503 while draining', async () => {
    const readiness = new Readiness([]);
    const server = await start(readiness);
    readiness.drain();

    expect(await get(server, '/readyz')).toMatchObject({ status: 503, body: 'draining\n' });
    expect(await get(server, '/livez')).toMatchObject({ status: 200 });
  });
});
