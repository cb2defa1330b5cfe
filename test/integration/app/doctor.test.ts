import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { FakeProvider } from '../../support/fake-provider.ts';
import { deadPort } from '../../support/ports.ts';
import { startOwnRedis, type OwnRedis } from '../../support/redis.ts';
import { runCommand } from './run-command.ts';

jest.setTimeout(60_000);

let folder: string;
let idp: FakeProvider;
let redis: OwnRedis;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-doctor-'));
  [idp, redis] = await Promise.all([FakeProvider.start(), startOwnRedis()]);
  await writeFile(join(folder, 'consumers.yaml'), 'consumers: []');
});

afterAll(async () => {
  await Promise.all([idp.close(), redis.stop(), rm(folder, { recursive: true })]);
});

async function examine(more: object = {}) {
  const file = join(folder, 'postern.yaml');
  const config = {
    listen: { grpc: { address: '127.0.0.1:0' }, ops: { address: '127.0.0.1:0' } },
    store: { file: { path: 'consumers.yaml' } },
    identity_providers: [
      {
        name: 'idp',
        issuer: idp.issuer,
        audience_required: ['api'],
        client: { id: 'postern', secret: 's3cret-of-postern' },
      },
    ],
    services: [{ name: 'orders', identity_providers: ['idp'], acl: { allow: ['gold'] } }],
    ...more,
  };
  await writeFile(file, JSON.stringify(config));
  const { code, out, err } = await runCommand(['doctor', '--config', file]);
  return { code, err, lines: out.split('\n').filter((line) => !line.startsWith('     ')), out };
}

describe('postern doctor', () => {
  it('finds nothing where all is well, and ends with 0', async () => {
    const { code, lines, out } = await examine({ store: { redis: { url: redis.url } } });

    expect(lines.filter((line) => !line.startsWith('ok') && line !== '')).toEqual([]);
    expect(code).toBe(0);
    expect(lines).toContain('ok   store (redis): answers, and keeps what it has');
    expect(lines).toContain('ok   identity provider idp: its clock and this one agree');
    expect(out).not.toContain('s3cret');
  });

  it('fails for a provider that is not there, a store that is not there and an address of others', async () => {
    const nobody = `127.0.0.1:${deadPort}`;
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const taken = `127.0.0.1:${(server.address() as AddressInfo).port}`;

    const { code, lines } = await examine({
      listen: { grpc: { address: taken }, ops: { address: '192.0.2.1:9090' } },
      store: { redis: { url: `redis://${nobody}` } },
      identity_providers: [{ name: 'idp', issuer: `http://${nobody}` }],
    });
    server.close();

    expect(code).toBe(1);
    expect(lines.map((line) => line.replaceAll(/\d+\.\d+\.\d+\.\d+:\d+/g, 'somewhere'))).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^fail store \(redis\): /),
        expect.stringMatching(/^fail identity provider idp: discovery failed.*ECONNREFUSED/),
        'warn listen.grpc: something listens at somewhere already',
        'fail listen.ops: somewhere: EADDRNOTAVAIL',
      ]),
    );
  });

  it('warns of endpoints that are mistyped, and shows none of them who asks', async () => {
    const endpoints = { token: `${idp.issuer}/tokn`, introspection: `${idp.issuer}/introspect` };
    const client = { id: 'postern', secret: 's3cret-of-postern' };
    const before = idp.requests.length;
    const { code, lines } = await examine({
      identity_providers: [
        { name: 'idp', issuer: idp.issuer, audience_required: ['api'], client, endpoints },
      ],
    });

    expect(code).toBe(0);
    const about = 'warn identity provider idp:';
    expect(lines).toEqual(
      expect.arrayContaining([
        `${about} token at ${endpoints.token} answers (404)`,
        `${about} introspection at ${endpoints.introspection} answers (404)`,
      ]),
    );
    const posted = idp.requests.slice(before).filter(({ method }) => method === 'POST');
    expect(posted.map(({ form, headers }) => [form.size, headers.authorization])).toEqual([
      [0, undefined],
      [0, undefined],
    ]);
  });

  it('fails for a Redis that may evict', async () => {
    await redis.client.config('SET', 'maxmemory-policy', 'allkeys-lru');
    await redis.client.config('SET', 'maxmemory', '100mb');

    const { code, lines } = await examine({ store: { redis: { url: redis.url } } });

    expect(code).toBe(1);
    expect(lines.find((line) => line.includes('store (redis)'))).toContain('allkeys-lru');
  });

  it('ends with 2 where the configuration cannot be used', async () => {
    const { code, err } = await examine({ services: [{ name: 'orders', colour: 'red' }] });

    expect(code).toBe(2);
    expect(err).toContain('colour');
  });
});
