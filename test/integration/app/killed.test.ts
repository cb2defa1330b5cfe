import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startPostern, type RunningPostern } from '../../support/postern.ts';
import { createRandom } from '../../support/random.ts';
import { startOwnRedis, type OwnRedis } from '../../support/redis.ts';
import { compareStore } from '../store/redis/registry/consistency.ts';
import { allOf, startRegistry } from '../store/redis/registry/harness.ts';

jest.setTimeout(120_000);

const kills = 4;
const writers = 8;
const names = 30;

interface Write {
  readonly key: string;
  readonly method: string;
  readonly path: string;
  readonly body: object | null;
}

interface Answered {
  readonly write: Write;
  readonly status: number;
  readonly text: string;
}

describe('a Postern that is killed while it administrates', () => {
  const random = createRandom(11);
  const answered: Answered[] = [];
  let redis: OwnRedis;
  let postern: RunningPostern;
  let url = '';
  let count = 0;

  beforeAll(async () => {
    redis = await startOwnRedis();
    await start();
  });

  afterAll(async () => {
    await postern.stop();
    await redis.stop();
  });

  async function start(): Promise<void> {
    postern = await startPostern({
      config: {
        listen: {
          grpc: { address: '127.0.0.1:0' },
          ops: { address: '127.0.0.1:0' },
          admin: { address: '127.0.0.1:0', tokens: ['a-token-for-tests'] },
        },
        store: { redis: { url: redis.url, key_prefix: 'postern' } },
        identity_providers: [
          { name: 'idp', issuer: 'https://idp.invalid', audience_required: ['api'] },
        ],
        services: [{ name: 'orders', identity_providers: ['idp'], registration: {} }],
        drain_delay: '0ms',
      },
    });
    const listening = await postern.untilLine(({ msg }) => msg === 'listening');
    url = `http://${String(listening['admin'])}`;
  }

  function pick(): Write {
    count += 1;
    const name = `name-${String(random(names))}`;
    const group = `group-${String(random(4))}`;
    const tags = [`tag-${String(random(3))}`];
    const writes: Omit<Write, 'key'>[] = [
      { method: 'PUT', path: `/consumers/${name}`, body: { custom_id: `id-${name}`, tags } },
      { method: 'PUT', path: `/consumers/${name}`, body: { tags } },
      { method: 'PUT', path: `/consumers/${name}/acls/${group}`, body: { tags } },
      { method: 'DELETE', path: `/consumers/${name}/acls/${group}`, body: null },
      { method: 'DELETE', path: `/consumers/${name}`, body: null },
      { method: 'POST', path: '/applications', body: { name, custom_id: `app-${name}`, tags } },
      { method: 'POST', path: '/registrations', body: { consumer: name, service: 'orders' } },
    ];
    return { key: `write-${String(count)}`, ...writes[random(writes.length)]! };
  }

  /** Rejects when there is no answer. */
  async function send(write: Write): Promise<Answered> {
    const { key, method, path, body } = write;
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: 'Bearer a-token-for-tests',
        'content-type': 'application/json',
        'idempotency-key': key,
      },
      ...(body !== null && { body: JSON.stringify(body) }),
    });
    return { write, status: response.status, text: await response.text() };
  }

  /** Until somebody kills it; gives the write that was not answered. */
  async function writeOn(enough: number): Promise<Write> {
    for (;;) {
      const write = pick();
      try {
        answered.push(await send(write));
      } catch {
        return write;
      }
      if (answered.length >= enough) postern.signal('SIGKILL');
    }
  }

  it('keeps what it has answered, and leaves nothing half written', async () => {
    for (let kill = 0; kill < kills; kill += 1) {
      const enough = answered.length + 60 + random(80);
      const unanswered = await Promise.all(Array.from({ length: writers }, () => writeOn(enough)));
      await start();

      const { there, derived } = await compareStore(redis.client, 'postern');
      expect(there).toEqual(derived);
      for (const write of unanswered) answered.push(await send(write));
    }

    expect(answered.filter(({ status }) => status >= 500)).toEqual([]);
    // Whatever was done is known as done: it is answered as it was then.
    const done = answered.filter(({ status }) => status === 200 || status === 201);
    for (const { write, ...answer } of done)
      expect(await send(write)).toEqual({ write, ...answer });
    const registry = await startRegistry(redis.connection);
    const told = await allOf((offset) => registry.audit.list({ size: 1000, offset }));
    registry.stop();
    const operations = new Set(told.map(({ operationId }) => operationId));
    expect(operations.size).toBe(told.length);
    const created = done.filter(({ status }) => status === 201).map(({ write }) => write.key);
    expect(created.filter((key) => !operations.has(key))).toEqual([]);
    expect(created.length).toBeGreaterThan(20);
  });
});
