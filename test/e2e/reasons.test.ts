import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { reasonTable } from '../../src/authz/reason-table.ts';
import { FakeProvider } from '../support/fake-provider.ts';
import { deadPort } from '../support/ports.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { startWorld, type Outcome, type World } from '../support/world.ts';
import { reasonRows, type ReasonRow } from './reason-rows.ts';
import { reasonWorld } from './reason-world.ts';

jest.setTimeout(30_000);

const rows = Object.entries(reasonRows);
const allowReasons = ['allowed', 'route_open', 'preflight'];

/** What a file cannot show: once read it is in memory. */
const onlyInRedis = rows.filter(([, row]) => row.store === 'redis').map(([reason]) => reason);

function expectAllowed({ status, upstreamSaw, headers }: Outcome): void {
  expect(status).toBe(200);
  expect(upstreamSaw).not.toBeNull();
  expect(headers).not.toHaveProperty('x-postern-reason');
}

function expectRefused(reason: string, { answer }: ReasonRow, outcome: Outcome): void {
  const { status, headers, challenges, body, requestId, upstreamSaw } = outcome;
  expect(upstreamSaw).toBeNull();
  expect({ status, challenges, body: JSON.parse(body) }).toEqual({
    status: answer?.status,
    challenges: answer?.challenges,
    body: { message: answer?.message, request_id: requestId },
  });
  expect(headers).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    ...answer?.headers,
  });
  expect(headers['retry-after']).toBe(answer?.status === 503 ? '1' : undefined);
  expect(JSON.stringify([headers, body])).not.toContain(reason);
}

it('has a row for every reason of the table, and for every reason to allow', () => {
  expect(Object.keys(reasonRows).sort()).toEqual(
    [...Object.keys(reasonTable), ...allowReasons].sort(),
  );
  expect(onlyInRedis).toEqual(['token_revoked', 'store_unavailable']);
});

describe.each([
  { store: 'file', encodeRawHeaders: true },
  { store: 'file', encodeRawHeaders: false },
  { store: 'redis', encodeRawHeaders: true },
  { store: 'redis', encodeRawHeaders: false },
])('store: $store, encode_raw_headers: $encodeRawHeaders', ({ store, encodeRawHeaders }) => {
  let idp: FakeProvider;
  let slow: FakeProvider;
  let redis: TestRedis | null = null;
  let world: World;

  beforeAll(async () => {
    [idp, slow] = await Promise.all([FakeProvider.start(), FakeProvider.start()]);
    slow.fail({ kind: 'hang' }, 'introspection');
    if (store === 'redis') redis = await startRedis();
    const down = `http://127.0.0.1:${deadPort}`;
    world = await startWorld({
      ...reasonWorld({ idp, slow }, down),
      ...(redis === null ? {} : { redis }),
      envoy: { encodeRawHeaders, timeoutMs: 1000 },
    });
  });

  afterAll(async () => {
    await world.stop();
    await Promise.all([idp.close(), slow.close(), redis?.stop()]);
  });

  const reachable = rows.filter(([reason]) => store === 'redis' || !onlyInRedis.includes(reason));

  it.each(reachable)('%s', async (reason, row) => {
    const call = await row.call({ world, idp, slow, redis });
    const labels = { decision: row.decision, reason };
    const before = await world.metric('postern_check_requests_total', labels);

    const outcome = await world.call(call);

    if (row.decision === 'allow') expectAllowed(outcome);
    else expectRefused(reason, row, outcome);
    const known = { decision: row.decision, reason };
    const httpStatus = row.answer?.status ?? 200;
    expect(outcome.line).toMatchObject({ ...known, http_status: httpStatus, service: row.service });
    expect(await world.metadataOf(outcome.requestId)).toMatchObject(known);
    expect(await world.metric('postern_check_requests_total', labels)).toBe(before + 1);
  });
});
