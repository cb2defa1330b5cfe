import { expect, it } from '@jest/globals';
import { MetricsRegistry } from '../../../src/telemetry/metrics-registry.ts';
import { createMetrics } from '../../../src/telemetry/metrics.ts';
import { tellOfWebhooks } from '../../../src/telemetry/webhook-events.ts';
import { captureLog } from './log-lines.ts';

const attempt = { endpoint: 'portal', id: '1-0-0', type: 'registration.approved', attempt: 2 };
const next = Date.UTC(2026, 0, 1);

function start() {
  let now = 5000;
  const log = captureLog();
  const registry = new MetricsRegistry();
  const metrics = createMetrics(registry, { version: '1', node: 'v24' });
  const webhooks = tellOfWebhooks({ logger: log.logger, metrics, clock: { now: () => now } });
  const advance = (ms: number) => {
    now += ms;
  };
  return { log, webhooks, advance, scrape: async () => (await registry.scrape()).body };
}

it('what becomes of webhooks is counted, and what fails is logged', async () => {
  const { log, webhooks, advance, scrape } = start();
  webhooks.webhookAttempted({ ...attempt, outcome: 'delivered', problem: null, nextAt: null });
  webhooks.webhookAttempted({ ...attempt, outcome: 'failed', problem: 'HTTP 500', nextAt: next });
  advance(1000);
  webhooks.webhookAttempted({ ...attempt, outcome: 'dead_letter', problem: 'late', nextAt: null });
  webhooks.webhooksPending({ endpoint: 'portal', count: 7 });

  const fields = { endpoint: 'portal', webhook_id: '1-0-0', event: attempt.type, attempt: 2 };
  expect(log.lines()).toMatchObject([
    { ...fields, level: 'warn', problem: 'HTTP 500', next_attempt: '2026-01-01T00:00:00.000Z' },
    { ...fields, level: 'error', problem: 'late' },
  ]);
  const text = await scrape();
  for (const outcome of ['delivered', 'failed', 'dead_letter']) {
    expect(text).toContain(
      `postern_webhook_deliveries_total{endpoint="portal",outcome="${outcome}"} 1`,
    );
  }
  expect(text).toContain('postern_webhook_pending{endpoint="portal"} 7');
});

it.each([
  ['new', 'info'],
  ['lost', 'warn'],
  ['trimmed', 'warn'],
] as const)('a cursor that is %s is a line', (kind, level) => {
  const { log, webhooks } = start();
  webhooks.webhookCursorFound({ kind });

  expect(log.lines()).toMatchObject([{ level }]);
});

it('an endpoint that fails with everything has one line a second', () => {
  const { log, webhooks, advance } = start();
  const fail = (endpoint: string) => {
    webhooks.webhookAttempted({
      ...attempt,
      endpoint,
      outcome: 'failed',
      problem: 'x',
      nextAt: next,
    });
  };
  for (let index = 0; index < 100; index += 1) fail('portal');
  fail('chat');
  expect(log.lines().map((line) => line['endpoint'])).toEqual(['portal', 'chat']);

  advance(1000);
  fail('portal');
  expect(log.lines()).toHaveLength(3);
});
