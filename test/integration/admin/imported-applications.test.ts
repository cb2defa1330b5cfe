import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { importKong } from '../../../src/kong/import-kong.ts';
import { importConsumers } from '../../../src/store/import-consumers.ts';
import {
  createRedisRegistry,
  type RedisRegistry,
} from '../../../src/store/redis/registry/redis-registry.ts';
import { startAdmin, type RunningAdmin } from '../../support/admin.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';
import { until } from '../store/until.ts';
import { DeckClient, stateOf } from './deck-client.ts';

jest.setTimeout(120_000);

const kong = `
_format_version: "3.0"
services:
  - name: orders
    url: http://orders.internal
    plugins:
      - name: openid-connect
        config: { issuer: https://idp.example, auth_methods: [bearer], consumer_claim: [client_id] }
      - name: application-registration
        config: { display_name: Orders }
`;
const dana = 'b6a0f4c1-5f0b-4b0e-9d3c-7f1c2a94e5d1';
const portal = {
  developers: [{ id: dana, email: 'dana@partner.example', status: 0 }],
  applications: [{ id: 'a1', name: 'Kiosk', custom_id: '0oa-kiosk', developer: { id: dana } }],
  application_instances: [{ application: { id: 'a1' }, service: { name: 'orders' }, status: 0 }],
};

let redis: TestRedis;
let registry: RedisRegistry;
let admin: RunningAdmin;

beforeAll(async () => {
  redis = await startRedis();
  registry = createRedisRegistry({ connection: redis.connection, keyPrefix: redis.keyPrefix });
  registry.start();
  admin = await startAdmin({ registry });
  await until(async () => (await admin.send('GET', '/consumers')).status === 200);
});

afterAll(async () => {
  await admin.stop();
  registry.stop();
  await redis.stop();
});

function translate(): string {
  const imported = importKong({
    kong: { name: 'kong.yaml', text: kong },
    portal: { name: 'portal.json', text: JSON.stringify(portal) },
    acceptLoss: [],
    kongVersion: null,
  });
  if (!imported.ok) throw new Error(imported.stop.map(({ message }) => message).join('\n'));
  const { files, report } = imported.value;
  expect(report.refused).toEqual([]);
  return files.find(({ name }) => name === 'consumers.yaml')?.text ?? '';
}

it('applications of a portal outlive what decK deletes, from the export to the registration', async () => {
  const text = translate();
  const imported = await importConsumers({
    source: (async function* () {
      yield Buffer.from(text);
    })(),
    file: 'consumers.yaml',
    connection: redis.connection,
    keyPrefix: redis.keyPrefix,
  });
  expect(imported).toMatchObject({ created: 1, failed: [] });

  const deck = new DeckClient(admin.url, 'admin');
  await deck.sync(stateOf(3, 'app', ['team-a']));
  await deck.reset();

  expect(await deck.dump()).toEqual({ consumers: [], acls: [] });
  const { data } = (await admin.send('GET', `/applications?owner=${dana}`)).body;
  expect(data).toMatchObject([{ name: 'Kiosk', custom_id: '0oa-kiosk', owner: dana }]);
  const registrations = await admin.send('GET', '/registrations?service=orders');
  expect(registrations.body.data).toMatchObject([
    { application: { name: 'Kiosk' }, status: 'approved', suspended: false },
  ]);
  const thief = { username: 'thief', custom_id: '0oa-kiosk' };
  expect(await deck.send('PUT', `/consumers/${randomUUID()}`, thief)).toMatchObject({
    status: 409,
  });
});
