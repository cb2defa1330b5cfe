import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Client, credentials, status } from '@grpc/grpc-js';
import type { Check } from '../../../src/authz/check.ts';
import { refuse } from '../../../src/authz/decide.ts';
import type { Decision } from '../../../src/authz/decision.ts';
import { deny } from '../../../src/authz/refusal.ts';
import { startTrail } from '../../../src/authz/trail.ts';
import {
  authorizationServiceName,
  loadAuthorizationProto,
} from '../../../src/envoy/authorization-proto.ts';
import { policyOf } from '../../support/builders.ts';
import { createCheckClient, type CheckClient } from '../../support/check-client.ts';
import { startServer, type RunningServer } from '../../support/running-server.ts';
import { createProbeClient } from './grpc-client.ts';

const denied: Decision = {
  ...refuse(deny('credential_missing'), policyOf()),
  trail: startTrail(),
};
const denyAll: Check = () => Promise.resolve(denied);
const service = authorizationServiceName;

const closing: (() => unknown)[] = [];
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'postern-server-'));
});

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await rm(directory, { recursive: true, force: true });
});

async function start(...options: Parameters<typeof startServer>): Promise<RunningServer> {
  const running = await startServer(...options);
  closing.push(() => running.server.stop());
  return running;
}

function connect({ server }: RunningServer): CheckClient {
  const client = createCheckClient(server.address);
  closing.push(() => {
    client.close();
  });
  return client;
}

function probe({ server }: RunningServer) {
  const client = createProbeClient(server.address);
  closing.push(() => {
    client.close();
  });
  return client;
}

/** A check that waits until it is let go, and tells when it has begun. */
function gatedCheck() {
  const gate = Promise.withResolvers<Decision>();
  const begun = Promise.withResolvers<AbortSignal>();
  const check: Check = (_request, signal) => {
    begun.resolve(signal);
    return gate.promise;
  };
  return {
    check,
    begun: begun.promise,
    open: () => {
      gate.resolve(denied);
    },
  };
}

describe('answers over TCP', () => {
  it.each(['headers', 'header_map'] as const)('with %s', async (encoding) => {
    const seen: string[] = [];
    const client = connect(
      await start((request) => {
        seen.push(...request.headers.values('authorization'));
        return Promise.resolve(denied);
      }),
    );

    const result = await client.check({ headers: { authorization: 'Bearer t' }, encoding });

    expect(result).toMatchObject({ code: 16, httpStatus: 401, kind: 'denied_response' });
    expect(seen).toEqual(['Bearer t']);
  });

  it('and refuses to start where the port is taken', async () => {
    const first = await start(denyAll);

    await expect(startServer(denyAll, { address: first.server.address })).rejects.toThrow(
      /EADDRINUSE/,
    );
  });
});

describe('answers over a Unix socket', () => {
  it('that owner and group may use', async () => {
    const path = join(directory, 'postern.sock');
    const client = connect(await start(denyAll, { address: `unix:${path}` }));

    expect((await client.check()).code).toBe(16);
    expect((await stat(path)).mode & 0o777).toBe(0o660);
  });

  it('that an ended process left behind', async () => {
    const path = join(directory, 'postern.sock');
    const held = join(directory, 'held.sock');
    const other = createServer().listen(held);
    await new Promise((resolve) => other.once('listening', resolve));
    // Closing unlinks the path it was bound to, so the file that stays has another name by then.
    await rename(held, path);
    await new Promise((resolve) => other.close(resolve));

    const client = connect(await start(denyAll, { address: `unix:${path}` }));

    expect((await client.check()).code).toBe(16);
  });

  it('unless another process listens there', async () => {
    const address = `unix:${join(directory, 'postern.sock')}`;
    const client = connect(await start(denyAll, { address }));

    await expect(startServer(denyAll, { address })).rejects.toThrow('another process listens');
    expect((await client.check()).code).toBe(16);
  });

  it('unless the path is that of another file', async () => {
    const path = join(directory, 'notes.txt');
    await writeFile(path, 'keep me');

    await expect(startServer(denyAll, { address: `unix:${path}` })).rejects.toThrow('not a socket');
    expect((await stat(path)).size).toBe(7);
  });
});

describe('stands bad input', () => {
  it('a message over the limit', async () => {
    const client = connect(await start(denyAll, { maxMessageBytes: 4096 }));

    await expect(client.check({ headers: { 'x-big': 'x'.repeat(8000) } })).rejects.toMatchObject({
      code: status.RESOURCE_EXHAUSTED,
    });
    expect((await client.check()).code).toBe(16);
  });

  it('bytes that are no message', async () => {
    const running = await start(denyAll);
    const raw = new Client(running.server.address, credentials.createInsecure());
    closing.push(() => {
      raw.close();
    });

    const { Check } = loadAuthorizationProto().service;
    const answer = new Promise((resolve, reject) => {
      raw.makeUnaryRequest(
        Check.path,
        (bytes: Buffer) => bytes,
        Check.responseDeserialize,
        Buffer.from([0x0a, 0xff, 0xff]),
        (error, response) => {
          if (error === null) resolve(response);
          else reject(error);
        },
      );
    });

    expect(await answer).toMatchObject({ status: { code: 14 }, denied_response: {} });
    expect(running.events).toMatchObject([{ decision: { reason: 'internal' } }]);
    expect((await connect(running).check()).code).toBe(16);
  });

  it('an empty message', async () => {
    const client = connect(await start(denyAll));

    expect(await client.send({})).toMatchObject({ code: 16, allowed: false });
  });
});

describe('keeps to the caller’s time', () => {
  it('answers by itself before the deadline', async () => {
    const running = await start(() => new Promise(() => undefined));

    const result = await connect(running).check({ deadlineMs: 2000 });

    expect(result).toMatchObject({ code: 14, httpStatus: 503 });
    expect(running.events).toMatchObject([{ decision: { reason: 'deadline_exceeded' } }]);
  });

  it('aborts what a caller no longer waits for', async () => {
    const { check, begun } = gatedCheck();
    const running = await start(check);
    const caller = new AbortController();

    const reported = running.nextEvent();
    const answer = connect(running).check({ signal: caller.signal });
    const signal = await begun;
    caller.abort();

    await expect(answer).rejects.toMatchObject({ code: status.CANCELLED });
    expect(await reported).toMatchObject({ callerGone: true });
    expect(signal.aborted).toBe(true);
    expect(running.service.inFlight()).toBe(0);
  });

  it('sheds what is above max_in_flight', async () => {
    const { check, begun, open } = gatedCheck();
    const running = await start(check, { maxInFlight: 1 });
    const client = connect(running);

    const first = client.check();
    await begun;
    const second = await client.check();
    open();

    expect(second).toMatchObject({ code: 14, httpStatus: 503 });
    expect((await first).code).toBe(16);
  });
});

describe('drains', () => {
  it('by finishing what is under way', async () => {
    const { check, begun, open } = gatedCheck();
    const running = await start(check);

    const answer = connect(running).check();
    await begun;
    const stopped = running.server.stop();
    open();

    expect((await answer).code).toBe(16);
    await stopped;
    await expect(connect(running).check()).rejects.toMatchObject({ code: status.UNAVAILABLE });
  });

  it('for no longer than it may', async () => {
    const { check, begun } = gatedCheck();
    const running = await start(check, { drainTimeoutMs: 50 });

    const answer = connect(running).check();
    await begun;
    const failed = expect(answer).rejects.toHaveProperty('code');
    await running.server.stop();

    await failed;
  });

  it('once, however often it is told to', async () => {
    const running = await start(denyAll);

    await Promise.all([running.server.stop(), running.server.stop()]);
    await running.server.stop();
  });
});

describe('long-lived connections', () => {
  it('are asked to close at their age, with what is under way finished', async () => {
    const { check, begun, open } = gatedCheck();
    const running = await start(check, { maxConnectionAgeMs: 20 });
    const client = connect(running);
    const session = connectHttp2(`http://${running.server.address}`);
    closing.push(() => {
      session.destroy();
    });

    const answer = client.check();
    await begun;
    await once(session, 'goaway');
    open();

    expect((await answer).code).toBe(16);
    expect((await client.check()).code).toBe(16);
  });
});

describe('grpc.health.v1', () => {
  it.each(['', service])('tells Check for "%s"', async (name) => {
    const running = await start(denyAll);
    const client = probe(running);

    expect(await client.health(name)).toBe('NOT_SERVING');
    running.server.setServing(true);
    expect(await client.health(name)).toBe('SERVING');
  });

  it('does not know other services', async () => {
    const client = probe(await start(denyAll));

    await expect(client.health('other')).rejects.toMatchObject({ code: status.NOT_FOUND });
  });

  it('tells Watch of every change, the last one before it drains', async () => {
    const running = await start(denyAll);
    const watch = probe(running).watch(service);

    expect(await watch.next()).toBe('NOT_SERVING');
    running.server.setServing(true);
    expect(await watch.next()).toBe('SERVING');
    const last = watch.next();
    const stopped = running.server.stop();

    expect(await last).toBe('NOT_SERVING');
    watch.cancel();
    await stopped;
  });
});

describe('reflection', () => {
  it('names the service where it is on', async () => {
    const client = probe(await start(denyAll, { reflection: true }));

    expect(await client.listServices()).toContain(service);
  });

  it('is not there by default', async () => {
    const client = probe(await start(denyAll));

    await expect(client.listServices()).rejects.toMatchObject({ code: status.UNIMPLEMENTED });
  });
});
