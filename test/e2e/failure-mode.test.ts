import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { FakeProvider } from '../support/fake-provider.ts';
import { findFreePort } from '../support/ports.ts';
import { describeProvider } from '../support/world-config.ts';
import { startWorld, type World } from '../support/world.ts';

jest.setTimeout(30_000);

let idp: FakeProvider;

beforeAll(async () => {
  idp = await FakeProvider.start();
});

afterAll(() => idp.close());

async function startFailing(unavailable: string, failureModeAllow: boolean): Promise<World> {
  return startWorld({
    identityProviders: [
      describeProvider('idp', idp.issuer),
      describeProvider('down', `http://127.0.0.1:${await findFreePort()}`),
    ],
    services: [
      { name: 'orders', identity_providers: ['idp'] },
      { name: 'down', identity_providers: ['down'] },
    ],
    consumers: [{ custom_id: 'client-1' }],
    config: { unavailable },
    envoy: { failureModeAllow },
  });
}

const outage = { path: '/down/', headers: { authorization: 'Bearer opaque' } };

describe.each([
  { unavailable: 'denied', failureModeAllow: true, status: 503, body: 'Service Unavailable' },
  { unavailable: 'denied', failureModeAllow: false, status: 503, body: 'Service Unavailable' },
  { unavailable: 'envoy_decides', failureModeAllow: true, status: 200, body: '"path":"/down/"' },
  { unavailable: 'envoy_decides', failureModeAllow: false, status: 503, body: '' },
])(
  'unavailable: $unavailable, failure_mode_allow: $failureModeAllow',
  ({ unavailable, failureModeAllow, status, body }) => {
    let world: World;

    beforeAll(async () => {
      world = await startFailing(unavailable, failureModeAllow);
    });

    afterAll(() => world.stop());

    it(`ends an outage with ${status}`, async () => {
      const outcome = await world.call(outage);

      expect(outcome.status).toBe(status);
      expect(outcome.body).toContain(body);
      expect(outcome.upstreamSaw === null).toBe(status !== 200);
      expect(outcome.line).toMatchObject({ reason: 'idp_unavailable', decision: 'unavailable' });
    });

    it('refuses whom policy refuses', async () => {
      expect(await world.call({ path: '/orders/' })).toMatchObject({
        status: 401,
        upstreamSaw: null,
        line: { reason: 'credential_missing' },
      });
    });

    it('allows whom policy allows', async () => {
      const headers = { authorization: `Bearer ${await idp.sign()}` };

      expect((await world.call({ path: '/orders/', headers })).status).toBe(200);
    });

    it(`warns of the setting: ${unavailable === 'envoy_decides'}`, () => {
      const warned = world.postern.output().includes('failure_mode_allow: true in Envoy');

      expect(warned).toBe(unavailable === 'envoy_decides');
    });
  },
);

describe('an Envoy whose Postern has ended', () => {
  it('answers 503 by itself', async () => {
    const world = await startFailing('denied', false);
    expect(await world.postern.stop()).toBe(0);

    const answer = await world.send(outage);
    await world.stop();

    expect(answer).toMatchObject({ status: 503, body: '' });
    expect(world.upstream.requests).toEqual([]);
  });
});
