import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { until } from '../integration/store/until.ts';
import { startPostern, type RunningPostern } from '../support/postern.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import {
  startWebhookReceiver,
  status,
  type ReceivedWebhook,
  type WebhookReceiver,
} from '../support/webhook-receiver.ts';

jest.setTimeout(90_000);

const token = 'a-token-of-the-webhook-test';
const secret = `whsec_${Buffer.alloc(32, 'a').toString('base64')}`;
const nextSecret = `whsec_${Buffer.alloc(32, 'b').toString('base64')}`;

// Prints what is loaded of webhooks.
const watchLoads = `import { registerHooks } from 'node:module';
registerHooks({
  load(url, context, next) {
    if (/standardwebhooks|src\\/webhooks\\//.test(url)) console.error('loaded', url);
    return next(url, context);
  },
});`;
const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(watchLoads)}` };

let redis: TestRedis;
let receiver: WebhookReceiver;
const running: RunningPostern[] = [];

beforeEach(async () => {
  redis = await startRedis();
  receiver = await startWebhookReceiver();
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((postern) => postern.stop()));
  await receiver.stop();
  await redis.stop();
});

function configOf(secrets: readonly string[], more: object = {}) {
  return {
    listen: {
      grpc: { address: '127.0.0.1:0' },
      ops: { address: '127.0.0.1:0' },
      admin: { address: '127.0.0.1:0', tokens: [token] },
    },
    store: { redis: { url: redis.url, key_prefix: redis.keyPrefix } },
    identity_providers: [
      { name: 'idp', issuer: 'https://idp.invalid', audience_required: ['api'] },
    ],
    services: [{ name: 'orders', identity_providers: ['idp'], registration: {} }],
    webhooks:
      secrets.length === 0
        ? []
        : [{ name: 'portal', url: receiver.url, secrets, timeout: '10s', ...more }],
    drain_delay: '0ms',
  };
}

async function start(config: ReturnType<typeof configOf>) {
  const postern = await startPostern({ config, env });
  running.push(postern);
  const listening = await postern.untilLine(({ msg }) => msg === 'listening');
  const url = `http://${String(listening['admin'])}`;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- what comes off the wire is untyped
  const send = async (method: string, path: string, body?: object): Promise<any> => {
    const response = await fetch(url + path, {
      method,
      headers: { 'kong-admin-token': token, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return text === '' ? null : JSON.parse(text);
  };
  return { postern, send };
}

type Send = Awaited<ReturnType<typeof start>>['send'];

async function request(send: Send, customId: string): Promise<string> {
  const { id } = await send('POST', '/applications', { name: customId, custom_id: customId });
  return (await send('POST', '/registrations', { application: id, service: 'orders' })).id;
}

/** The trail of events begins with the first look of a process with webhooks. */
function untilBegun(): Promise<void> {
  return until(() => redis.client.exists(`{${redis.keyPrefix}}:webhooks:cursor`));
}

function verify(text: string, { body, headers }: ReceivedWebhook): unknown {
  return new Webhook(text).verify(body, headers as Record<string, string>);
}

describe('webhooks of a running Postern', () => {
  it('tell of a registration that is asked for, and of its approval', async () => {
    const { postern, send } = await start(configOf([secret]));
    await untilBegun();
    const id = await request(send, 'app-1');
    await receiver.untilReceived(1);
    await send('PATCH', `/registrations/${id}`, { status: 'approved', note: 'welcome' });
    await receiver.untilReceived(2);

    expect(receiver.received.map((one) => verify(secret, one))).toMatchObject([
      { type: 'registration.requested', data: { registration: { id }, previous_status: null } },
      {
        type: 'registration.approved',
        data: { registration: { id, note: 'welcome' }, previous_status: 'requested' },
      },
    ]);
    expect((await send('GET', '/webhooks')).data).toMatchObject([{ name: 'portal' }]);
    const metrics = await (await fetch(`${postern.opsUrl}/metrics`)).text();
    expect(metrics).toMatch(/postern_webhook_deliveries_total\{.*outcome="delivered".*\} \d/);
    expect(postern.output()).not.toContain(secret);
  });

  it('come from another replica when the one that was at it is killed', async () => {
    receiver.answer = () => undefined;
    const first = await start(configOf([secret], { timeout: '2s' }));
    await untilBegun();
    await request(first.send, 'app-1');
    await receiver.untilReceived(1);
    first.postern.signal('SIGKILL');
    receiver.answer = status(204);
    await start(configOf([secret]));
    await receiver.untilReceived(2);

    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(ids[1]).toBe(ids[0]);
  });

  it('are what the newest configuration says, and none of their code is loaded before', async () => {
    const { postern, send } = await start(configOf([]));
    expect(postern.output()).not.toContain('loaded');
    expect(await send('GET', '/webhooks')).toEqual({ data: [], next: null, offset: null });

    await postern.writeConfig(configOf([secret, nextSecret]));
    postern.signal('SIGHUP');
    await untilBegun();
    await request(send, 'app-1');
    await receiver.untilReceived(1);
    const [one] = receiver.received;
    expect([secret, nextSecret].map((text) => verify(text, one!))).toHaveLength(2);
  });

  it('become dead letters that can be delivered again', async () => {
    receiver.answer = status(500);
    const { postern, send } = await start(configOf([secret], { attempts: 1 }));
    await untilBegun();
    await request(send, 'app-1');
    const line = await postern.untilLine(({ level, endpoint }) => {
      return level === 'error' && endpoint === 'portal';
    });
    expect(line).toMatchObject({ event: 'registration.requested', problem: 'HTTP 500' });

    const { data } = await send('GET', '/webhooks/dead-letters');
    expect(data).toMatchObject([{ endpoint: 'portal', attempts: 1, problem: 'HTTP 500' }]);
    expect(data[0].payload).toEqual(receiver.received[0]!.json);
    receiver.answer = status(204);
    await send('POST', '/webhooks/dead-letters/redeliver', { ids: [data[0].id] });
    await receiver.untilReceived(2);
    expect((await send('GET', '/webhooks/dead-letters')).data).toEqual([]);
    expect(await send('DELETE', `/webhooks/dead-letters/${data[0].id}`)).toEqual({
      message: 'Not found',
    });
  });
});
