import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, jest } from '@jest/globals';
import { Secret } from '../../../src/lib/secret.ts';
import { startOwnRedis } from '../../support/redis.ts';
import { startWebhookReceiver, status } from '../../support/webhook-receiver.ts';
import { startRegistry, valueOf } from '../store/redis/registry/harness.ts';
import { endpointOf, request, startReplica, TestClock } from './harness.ts';

jest.setTimeout(60_000);

const page = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'store.md'), 'utf8');

function readPermissions(pattern: RegExp): string[] {
  const [, found] = pattern.exec(page) ?? [];
  if (found === undefined) throw new Error(`docs/store.md says nothing like ${String(pattern)}`);
  return found.replace('>…', '>right').split(' ');
}

it('a user of Redis with what the documentation names can have webhooks', async () => {
  const redis = await startOwnRedis();
  const receiver = await startWebhookReceiver();
  const rules = [
    ...readPermissions(/^ACL SETUSER postern (.+)$/m),
    ...readPermissions(/For the Admin API[^`]*(?:`[^`+]+`[^`]*)*`(\+[^`]+)`/),
    ...readPermissions(/\[Webhooks\]\(webhooks\.md\) need beside that:\s+`([^`]+)`/),
  ];
  await redis.client.call('ACL', 'SETUSER', 'administrator', ...rules);
  const connection = {
    ...redis.connection,
    username: 'administrator',
    password: new Secret('right'),
  };
  const registry = await startRegistry(connection);
  const clock = new TestClock();
  const portal = await startReplica(
    { connection, keyPrefix: 'postern' },
    [endpointOf(receiver.url)],
    clock,
  );
  receiver.answer = status(500);
  await request(registry, 'app-1');
  for (const wait of [0, 10_000, 30_000]) {
    clock.advance(wait);
    await portal.pass();
  }
  receiver.answer = status(204);
  const { items } = await valueOf(portal.redis.webhooks.deadLetters({ size: 10 }));
  await valueOf(portal.redis.webhooks.redeliver(items[0]!.position));
  await portal.pass();
  receiver.answer = status(410);
  await request(registry, 'app-2');
  await portal.pass();
  const [letter] = (await valueOf(portal.redis.webhooks.deadLetters({ size: 10 }))).items;
  await valueOf(portal.redis.webhooks.discard(letter!.position));

  expect(receiver.received).toHaveLength(5);
  expect(await redis.client.acl('LOG')).toEqual([]);
  await portal.stop();
  registry.stop();
  await receiver.stop();
  await redis.stop();
});
