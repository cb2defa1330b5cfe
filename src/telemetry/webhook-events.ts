import type { WebhookReport } from '../registry/webhook-report.ts';
import type { TelemetryOptions } from './events.ts';
import { LineLimit } from './line-limit.ts';

export interface WebhookEvents {
  readonly webhookAttempted: WebhookReport['attempted'];
  readonly webhooksPending: WebhookReport['pending'];
  readonly webhookStoreChanged: WebhookReport['store'];
  readonly webhookCursorFound: WebhookReport['cursor'];
}

/** Lines a second for each endpoint: one that is down fails with everything. */
const linesPerSecond = 1;

const cursorLines = {
  new: 'webhooks begin at the end of the audit trail: nobody knows of an earlier place',
  lost: 'Redis has lost how far webhooks were; they go on from where this process saw them last',
  trimmed:
    'the audit trail begins after the last entry that webhooks took over: some may be gone untold',
} as const;

export function tellOfWebhooks({
  logger,
  metrics,
  clock,
}: Pick<TelemetryOptions, 'logger' | 'metrics' | 'clock'>): WebhookEvents {
  const limit = new LineLimit({
    perSecond: linesPerSecond,
    clock,
    onLeftOut: (endpoint, count) => {
      logger.warn({ endpoint, count }, 'lines about webhooks that failed are left out');
    },
  });
  return {
    webhookAttempted(event) {
      const { endpoint, outcome, problem, nextAt } = event;
      metrics.webhookDeliveries([endpoint, outcome]);
      if (outcome === 'delivered' || !limit.admit(endpoint)) return;
      const { id, type, attempt } = event;
      const next = nextAt === null ? null : new Date(nextAt).toISOString();
      const fields = { endpoint, webhook_id: id, event: type, attempt, problem };
      if (next !== null) logger.warn({ ...fields, next_attempt: next }, 'a webhook failed');
      else logger.error(fields, 'a webhook failed for good; it is a dead letter now');
    },
    webhooksPending({ endpoint, count }) {
      metrics.webhooksPending([endpoint], count);
    },
    webhookStoreChanged({ up, error }) {
      if (up) logger.info({}, 'webhooks go on');
      else logger.warn({ err: error }, 'webhooks wait for Redis');
    },
    webhookCursorFound({ kind }) {
      if (kind === 'new') logger.info({}, cursorLines[kind]);
      else logger.warn({}, cursorLines[kind]);
    },
  };
}
