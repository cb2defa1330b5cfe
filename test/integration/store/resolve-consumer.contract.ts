import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ConsumerAttribute, ResolveConsumer } from '../../../src/authz/consumer.ts';
import { until } from './until.ts';

/** An adapter with these Consumers in it. */
export interface StoreUnderTest {
  readonly resolve: ResolveConsumer;
  /** Makes these all the Consumers that there are. */
  replace(consumers: readonly object[]): Promise<void>;
  close(): Promise<void>;
}

const billing = {
  id: '1b4e28ba-2fa1-41d2-883f-0016d3cca427',
  username: 'billing-app',
  custom_id: '0oa1b2c3d4',
  identity_provider: 'okta',
  tags: ['orders'],
  acls: [{ group: 'gold' }, { group: 'silver' }],
  registrations: [
    { service: 'orders', status: 'approved' },
    { service: 'stock', status: 'suspended' },
  ],
  rate_limit: { requests_per_unit: 10, unit: 'minute' },
};
const guest = { username: 'guest' };
const odd = { username: 'ünïcode "quoted" {tag} *', custom_id: 'a:b,c d\u{1f600}' };
const all = [billing, guest, odd];

const { signal } = new AbortController();

/** What every adapter of the port `ResolveConsumer` promises. */
export function describeResolveConsumer(
  name: string,
  open: (consumers: readonly object[]) => Promise<StoreUnderTest>,
): void {
  describe(`Consumers in ${name}`, () => {
    let store: StoreUnderTest;
    const resolve: ResolveConsumer = (by, value, until) => store.resolve(by, value, until);

    beforeAll(async () => {
      store = await open(all);
    });

    afterAll(async () => {
      await store.close();
    });

    it('gives the whole record', async () => {
      expect(await resolve('custom_id', '0oa1b2c3d4', signal)).toEqual({
        ok: true,
        value: {
          id: '1b4e28ba-2fa1-41d2-883f-0016d3cca427',
          customId: '0oa1b2c3d4',
          username: 'billing-app',
          identityProvider: 'okta',
          tags: ['orders'],
          groups: new Set(['gold', 'silver']),
          registrations: new Map([
            ['orders', { status: 'approved', suspended: false }],
            ['stock', { status: 'approved', suspended: true }],
          ]),
          rateLimit: { requestsPerUnit: 10, unit: 'minute' },
        },
      });
    });

    it.each<[ConsumerAttribute, string, string]>([
      ['custom_id', '0oa1b2c3d4', 'billing-app'],
      ['username', 'billing-app', 'billing-app'],
      ['id', '1b4e28ba-2fa1-41d2-883f-0016d3cca427', 'billing-app'],
      ['id', '1B4E28BA-2FA1-41D2-883F-0016D3CCA427', 'billing-app'],
      ['username', 'guest', 'guest'],
      ['custom_id', 'a:b,c d\u{1f600}', odd.username],
      ['username', odd.username, odd.username],
    ])('finds by %s %j', async (by, value, username) => {
      expect(await resolve(by, value, signal)).toMatchObject({ ok: true, value: { username } });
    });

    it.each<[ConsumerAttribute, string]>([
      ['custom_id', 'billing-app'],
      ['username', '0oa1b2c3d4'],
      ['custom_id', '0oa1b2c3d'],
      ['custom_id', '0OA1B2C3D4'],
      ['username', ''],
      ['id', 'guest'],
      ['custom_id', '__proto__'],
      ['username', 'constructor'],
      ['custom_id', '*'],
      ['custom_id', 'a:b,c d\ud83d'],
    ])('knows nobody by %s %j', async (by, value) => {
      expect(await resolve(by, value, signal)).toEqual({ ok: true, value: null });
    });

    it('gives a Consumer without an id the same id by every attribute', async () => {
      const byName = await resolve('username', 'guest', signal);
      const id = byName.ok ? byName.value?.id : undefined;
      expect(await resolve('id', String(id), signal)).toEqual(byName);
    });

    it('answers again without a promise', async () => {
      await resolve('username', 'billing-app', signal);
      await until(() => 'ok' in resolve('username', 'billing-app', signal));
      expect(resolve('username', 'billing-app', signal)).toMatchObject({ ok: true });
    });

    it('sees a Consumer come, change and go', async () => {
      const groups = async () => {
        const found = await resolve('custom_id', '0oa1b2c3d4', signal);
        return found.ok ? [...(found.value?.groups ?? ['nobody'])].join() : 'unavailable';
      };
      await store.replace([guest]);
      await until(async () => (await groups()) === 'nobody');
      await store.replace([guest, billing]);
      await until(async () => (await groups()) === 'gold,silver');
      await store.replace([guest, { ...billing, acls: [{ group: 'bronze' }] }]);
      await until(async () => (await groups()) === 'bronze');
      await store.replace([guest]);
      await until(async () => (await groups()) === 'nobody');
    });
  });
}
