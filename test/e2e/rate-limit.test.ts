import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { FakeProvider } from '../support/fake-provider.ts';
import {
  rateLimitOptions,
  startRateLimitService,
  type RateLimitService,
} from '../support/rate-limit-service.ts';
import { describeProvider } from '../support/world-config.ts';
import { startWorld, type World } from '../support/world.ts';

jest.setTimeout(30_000);

let idp: FakeProvider;
let limiter: RateLimitService;
let world: World;

beforeAll(async () => {
  idp = await FakeProvider.start();
  limiter = await startRateLimitService();
  world = await startWorld({
    identityProviders: [describeProvider('idp', idp.issuer)],
    services: [{ name: 'orders', identity_providers: ['idp'] }],
    consumers: [
      { custom_id: 'limited', rate_limit: { requests_per_unit: 2, unit: 'minute' } },
      { custom_id: 'hourly', rate_limit: { requests_per_unit: 1, unit: 'hour' } },
      { custom_id: 'free' },
    ],
    envoy: rateLimitOptions(limiter.port),
  });
});

beforeEach(() => {
  limiter.reset();
});

afterAll(async () => {
  await world.stop();
  limiter.stop();
  await idp.close();
});

async function callThrice(clientId: string): Promise<number[]> {
  const token = await idp.sign(idp.claims({ client_id: clientId, sub: clientId }));
  const call = { path: '/orders/', headers: { authorization: `Bearer ${token}` } };
  return [
    (await world.call(call)).status,
    (await world.call(call)).status,
    (await world.call(call)).status,
  ];
}

describe("Envoy's rate limit filter, by the metadata of the decision", () => {
  it('stops a Consumer at its own limit and no other Consumer', async () => {
    expect(await callThrice('limited')).toEqual([200, 200, 429]);
    expect(await callThrice('hourly')).toEqual([200, 429, 429]);
    expect(await callThrice('free')).toEqual([200, 200, 200]);
  });

  it.each([
    ['limited', { requests_per_unit: 2, unit: 'MINUTE' }],
    ['hourly', { requests_per_unit: 1, unit: 'HOUR' }],
    ['free', null],
  ])('asks about %s with the limit %j', async (clientId, limit) => {
    await callThrice(clientId);

    const { entries, limit: sent = null } = limiter.descriptors.at(-1) ?? { entries: [] };
    expect(entries).toEqual([{ key: 'consumer', value: expect.stringMatching(/.+/) }]);
    expect(sent).toEqual(limit);
  });

  it('counts nobody whom Postern refused', async () => {
    const before = limiter.descriptors.length;

    const { status } = await world.call({ path: '/orders/' });

    expect(status).toBe(401);
    expect(limiter.descriptors).toHaveLength(before);
  });
});
