import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { startPostern, type RunningPostern } from '../../support/postern.ts';
import { startOwnRedis, type OwnRedis } from '../../support/redis.ts';
import { until } from '../store/until.ts';

jest.setTimeout(60_000);

/** In front of a Redis: what the first connection asks is kept until it is let go. */
async function startGate(targetPort: number) {
  const sockets = new Set<Socket>();
  const follow = (one: Socket, other: Socket) => {
    sockets.add(one);
    one.on('error', () => undefined).on('close', () => other.destroy());
  };
  let letGo = (): void => undefined;
  let shut = false;
  const server = createServer((client) => {
    if (shut) {
      client.destroy();
      return;
    }
    const isFirst = sockets.size === 0;
    const target = connect(targetPort, '127.0.0.1');
    follow(client, target);
    follow(target, client);
    target.pipe(client);
    letGo = isFirst ? () => client.pipe(target) : letGo;
    if (!isFirst) client.pipe(target);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    letGo: () => {
      letGo();
    },
    shut() {
      shut = true;
      for (const socket of sockets) socket.destroy();
    },
    close: () => server.close(),
  };
}

let redis: OwnRedis;
let postern: RunningPostern;
let gate: Awaited<ReturnType<typeof startGate>>;

afterEach(async () => {
  await postern.stop();
  gate.shut();
  gate.close();
  await redis.stop();
});

interface Report {
  readonly status: string;
  readonly components: Readonly<Record<string, { readonly status: string }>>;
}

async function readyz() {
  const answer = await fetch(`${postern.opsUrl}/readyz?verbose`);
  const { status, components } = (await answer.json()) as Report;
  return { http: answer.status, status, administration: components['administration']?.status };
}

describe('a Postern with the Admin API', () => {
  it('is ready once administration has reached Redis too, and degraded when that is lost', async () => {
    redis = await startOwnRedis();
    gate = await startGate(redis.port);
    postern = await startPostern({
      untilListening: true,
      config: {
        listen: {
          grpc: { address: '127.0.0.1:0' },
          ops: { address: '127.0.0.1:0' },
          admin: { address: '127.0.0.1:0', tokens: ['a-token-of-the-tests'] },
        },
        // Administration connects first, as what has to bind a listener starts first.
        store: { redis: { url: `redis://127.0.0.1:${String(gate.port)}` } },
        identity_providers: [
          { name: 'idp', issuer: 'https://idp.invalid', audience_required: ['api'] },
        ],
        services: [{ name: 'orders', identity_providers: ['idp'] }],
        drain_delay: '0ms',
      },
    });
    // The store of the Checks has all that it waits for by then.
    await postern.untilLine(({ msg }) => msg === 'invalidation of cached Consumers is heard');

    expect(await readyz()).toMatchObject({ http: 503, administration: 'not_ready' });
    gate.letGo();
    const { admin } = await postern.untilLine(({ msg }) => msg === 'listening');
    await postern.untilLine(({ msg }) => msg === 'ready');
    const created = await fetch(`http://${String(admin)}/consumers`, {
      method: 'POST',
      headers: {
        authorization: 'Bearer a-token-of-the-tests',
        'content-type': 'application/json',
      },
      body: '{"username":"anna"}',
    });
    expect(created.status).toBe(201);
    expect((await readyz()).administration).toBe('ready');

    gate.shut();
    await until(async () => (await readyz()).administration === 'degraded');
    expect(await readyz()).toMatchObject({ http: 200, status: 'degraded' });
  });
});
