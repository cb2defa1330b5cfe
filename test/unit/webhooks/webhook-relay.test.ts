import { expect, it } from '@jest/globals';
import type { WebhookQueue } from '../../../src/registry/webhooks.ts';
import { WebhookRelay } from '../../../src/webhooks/webhook-relay.ts';

it('a store that is gone is told of once, and again when it is back', async () => {
  const told: boolean[] = [];
  const { promise: back, resolve: tellBack } = Promise.withResolvers<undefined>();
  let looks = 0;
  const queue: WebhookQueue = {
    takeOver: async () => {
      looks += 1;
      if (looks < 3) throw new Error('gone');
      return 0;
    },
    claim: async () => null,
    delivered: async () => undefined,
    failed: async () => undefined,
    died: async () => undefined,
    countPending: async () => 0,
  };
  const relay = new WebhookRelay({
    endpoints: [],
    queue,
    clock: { now: () => 0 },
    random: () => 0,
    report: {
      attempted: () => undefined,
      pending: () => undefined,
      store: ({ up }) => {
        told.push(up);
        if (up) tellBack(undefined);
      },
    },
    version: '1',
  });
  relay.start();
  await back;
  await relay.stop(0);

  expect(told).toEqual([false, true]);
});
