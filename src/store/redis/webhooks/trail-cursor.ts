import type { WebhookReport } from '../../../registry/webhook-report.ts';
import { compareStreamIds } from '../stream-id.ts';
import type { WebhookTools } from './redis-webhooks.ts';
import { begin } from './scripts.ts';

/** How far the audit trail was taken over: in Redis, and in mind for when Redis loses it. */
export class TrailCursor {
  /** Where it was last, as far as this process knows; '' = it does not. */
  seen = '';
  readonly #tools: WebhookTools;
  readonly #report: Pick<WebhookReport, 'cursor'>;
  /** Told of once, however often it is looked at. */
  #trimmed = '';

  constructor(tools: WebhookTools, report: Pick<WebhookReport, 'cursor'>) {
    this.#tools = tools;
    this.#report = report;
  }

  /** Null where there was none: then there is one at the next look. */
  async find(): Promise<string | null> {
    const { client, keys, audit } = this.#tools;
    const cursor = await client.get(keys.cursor);
    if (cursor === null) {
      await begin(client, [keys.cursor, audit], [this.seen]);
      this.#report.cursor({ kind: this.seen === '' ? 'new' : 'lost' });
      return null;
    }
    this.seen = cursor;
    await this.#tellTrimmed(cursor);
    return cursor;
  }

  /** An entry leaves the trail with all before it: while that of the cursor is there, none was missed. */
  async #tellTrimmed(cursor: string): Promise<void> {
    if (cursor === beginning || cursor === this.#trimmed) return;
    const { client, audit } = this.#tools;
    const [first] = await client.xrange(audit, '-', '+', 'COUNT', 1);
    if (first === undefined || compareStreamIds(first[0], cursor) <= 0) return;
    this.#trimmed = cursor;
    this.#report.cursor({ kind: 'trimmed' });
  }
}

/** Of a trail that was empty. */
const beginning = '0-0';
