import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { FakeProvider } from '../../support/fake-provider.ts';
import { startOwnRedis, type OwnRedis } from '../../support/redis.ts';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts';
import { eventually } from '../../support/world.ts';
import { patient, startFleet, type Fleet } from './fleet.ts';

jest.setTimeout(60_000);

// In their order: it hears all and administrates; it soon doubts what it remembers; it trusts that
// for ten minutes. The last two have a connection and a user of their own.
const [admin, doubting, trusting] = [0, 1, 2];

let idp: FakeProvider;
let redis: OwnRedis;
let proxy: TcpProxy;
let fleet: Fleet;

beforeAll(async () => {
  idp = await FakeProvider.start();
  redis = await startOwnRedis({ args: ['--appendonly', 'yes', '--appendfsync', 'always'] });
  await letHear(true);
  proxy = await startTcpProxy({ targetPort: redis.port });
  const url = `redis://sidecar:right@127.0.0.1:${String(proxy.port)}`;
  const stores = [
    { url: redis.url, ...patient },
    { url, ...patient, max_staleness: '1s' },
    { url, ...patient },
  ];
  fleet = await startFleet({ idp, stores });
});

afterAll(async () => {
  await fleet.stop();
  await proxy.stop();
  await redis.stop();
  await idp.close();
});

/** As docs/store.md has it, with or without the permission to hear of changes. */
async function letHear(may: boolean): Promise<void> {
  const page = await readFile(join(import.meta.dirname, '../../../docs/store.md'), 'utf8');
  const documented = /ACL SETUSER postern on >… ~\{postern\}:\* (.+)/.exec(page)?.[1] ?? '';
  const rules = ['reset', 'on', '>right', '~{fleet}:*', ...documented.split(' ')];
  await redis.client.call('ACL', 'SETUSER', 'sidecar', ...rules, ...(may ? [] : ['-client']));
}

async function reasonAt(sidecar: number, clientId: string): Promise<unknown> {
  return (await fleet.callAt(sidecar, clientId)).line['reason'];
}

function untilReasonAt(sidecar: number, clientId: string, wanted: string): Promise<unknown> {
  return eventually(
    () => reasonAt(sidecar, clientId),
    (reason) => reason === wanted,
  );
}

async function storeOf(sidecar: number): Promise<string> {
  const { report } = await fleet.worlds[sidecar]!.readiness();
  const { status = '', reason = '' } = report.components['store'] ?? {};
  return `${status} ${reason}`;
}

function untilStore(sidecar: number, wanted: RegExp): Promise<string> {
  return eventually(
    () => storeOf(sidecar),
    (seen) => wanted.test(seen),
  );
}

async function comeBack(): Promise<void> {
  await redis.restart();
  await letHear(true);
  await eventually(
    () => fleet.ask('GET', '/consumers?size=1'),
    ({ status }) => status === 200,
  );
}

/** An application that all let in and remember. */
async function letIn() {
  const client = randomUUID();
  const body = { name: client, custom_id: client };
  const { id: application } = await fleet.change('POST', '/applications', body);
  const asked = await fleet.change('POST', '/registrations', { application, service: 'orders' });
  const registration = `/registrations/${asked.id as string}`;
  await fleet.change('PATCH', registration, { status: 'approved' });
  await Promise.all(fleet.worlds.map((_, index) => untilStore(index, /^ready/)));
  await fleet.everywhere('allowed', client);
  return { client, revoke: () => fleet.change('PATCH', registration, { status: 'revoked' }) };
}

describe('while changes are not heard of', () => {
  it('what is remembered holds for max_staleness, and nothing of it when they are again', async () => {
    const { client, revoke } = await letIn();
    await letHear(false);
    await redis.client.call('CLIENT', 'KILL', 'TYPE', 'pubsub', 'USER', 'sidecar');
    await untilStore(doubting, /^degraded changes are not heard of.*NOPERM/);
    await untilStore(trusting, /^degraded changes are not heard of.*NOPERM/);
    await revoke();

    await untilReasonAt(admin, client, 'registration_revoked');
    await untilReasonAt(doubting, client, 'registration_revoked');
    // Look-ups work all the time; only what it was told to trust keeps it from making one.
    expect(await reasonAt(trusting, client)).toBe('allowed');
    expect(await storeOf(doubting)).toMatch(/^degraded/);
    await letHear(true);
    await fleet.everywhere('registration_revoked', client);
  });

  it('neither does a cut connection leave anything stale', async () => {
    const { client, revoke } = await letIn();
    proxy.cut(true);
    await untilStore(doubting, /^degraded/);
    await untilStore(trusting, /^degraded/);
    await revoke();

    await untilReasonAt(admin, client, 'registration_revoked');
    await untilReasonAt(doubting, client, 'store_unavailable');
    expect(await reasonAt(trusting, client)).toBe('allowed');
    proxy.accept();
    await fleet.everywhere('registration_revoked', client);
  });

  it('nor do connections that end by turns while much is changed', async () => {
    const clients = await Promise.all(Array.from({ length: 8 }, letIn));
    for (const { revoke } of clients) {
      proxy.cut();
      await revoke();
    }

    for (const { client } of clients) await fleet.everywhere('registration_revoked', client);
  });
});

describe('a Redis that', () => {
  it('comes back with its data is obeyed again, and has all that was acknowledged', async () => {
    const { client, revoke } = await letIn();
    const revoked = await letIn();
    await revoked.revoke();
    await redis.kill();
    await untilReasonAt(doubting, client, 'store_unavailable');
    const refused = await fleet.ask('POST', '/consumers', { username: client });
    expect(refused.status).toBe(503);
    await comeBack();

    await fleet.everywhere('allowed', client);
    await fleet.everywhere('registration_revoked', revoked.client);
    await revoke();
    await fleet.everywhere('registration_revoked', client);
  });

  it('is emptied knows nobody, and is filled again', async () => {
    const { client } = await letIn();
    await redis.client.flushall();

    await fleet.everywhere('consumer_unknown', client);
    await fleet.change('POST', '/applications', { name: client, custom_id: client });
    await fleet.everywhere('registration_missing', client);
  });

  it('comes back empty knows nobody', async () => {
    const { client } = await letIn();
    await redis.client.flushall();
    await comeBack();

    await fleet.everywhere('consumer_unknown', client);
  });
});
