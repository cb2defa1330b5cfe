import { eventsOf } from '../../../registry/registration-event.ts';
import type { Address, ClaimedDelivery, WebhookQueue } from '../../../registry/webhooks.ts';
import { decodeDelivery, encodeDelivery, encodeLetter } from './delivery-codec.ts';
import { lifeMs } from './lifetime.ts';
import { readToldWrite } from './read-told-write.ts';
import type { WebhookTools } from './redis-webhooks.ts';
import { bury, lease, moveOn, postpone, settle } from './scripts.ts';
import type { TrailCursor } from './trail-cursor.ts';

/** Entries of the trail that are read at once. */
const chunk = 100;
/** Registrations that are looked at before a claim is given up until the next. */
const candidates = 16;

const backlog = 'too many deliveries are waiting';

/** The port on Redis: a cursor in the audit trail, and for each endpoint a list per registration. */
export class RedisWebhookQueue implements WebhookQueue {
  readonly #tools: WebhookTools;
  readonly #cursor: TrailCursor;

  constructor(tools: WebhookTools, cursor: TrailCursor) {
    this.#tools = tools;
    this.#cursor = cursor;
  }

  async takeOver(address: Address, { now }: { readonly now: number }): Promise<number> {
    let cursor = await this.#cursor.find();
    let taken = 0;
    while (cursor !== null) {
      const entries = await this.#readAfter(cursor);
      for (const [id, fields] of entries) {
        const told = readToldWrite(id, fields);
        const claims = (told === null ? [] : eventsOf(told)).flatMap((event) =>
          address(event).map(({ endpoint, delivery }) => ({ ...delivery, endpoint, failures: 0 })),
        );
        const isLast = id === entries.at(-1)?.[0];
        if (claims.length === 0 && !isLast) continue;
        if (!(await this.#moveOn(cursor, id, claims, now))) return taken;
        cursor = id;
        this.#cursor.seen = id;
        taken += claims.length;
      }
      if (entries.length < chunk) break;
    }
    return taken;
  }

  async claim(
    endpoint: string,
    { now, until }: { readonly now: number; readonly until: number },
  ): Promise<ClaimedDelivery | null> {
    const { client, keys } = this.#tools;
    const own = keys.endpoint(endpoint);
    const due = await client.zrangebyscore(own.due, '-inf', now, 'LIMIT', 0, candidates);
    for (const lane of due) {
      const values = [lane, now, until, lifeMs].map(String);
      const head = await lease(client, [own.due, own.lane(lane), own.state], values);
      if (typeof head === 'string') return decodeDelivery(head);
    }
    return null;
  }

  async delivered(claim: ClaimedDelivery, { now }: { readonly now: number }): Promise<void> {
    await settle(this.#tools.client, this.#keysOf(claim), [claim.lane, claim.id, String(now)]);
  }

  async failed(
    claim: ClaimedDelivery,
    failure: { readonly now: number; readonly nextAt: number; readonly problem: string },
  ): Promise<void> {
    const { now, nextAt, problem } = failure;
    const after = encodeDelivery({ ...claim, failures: claim.failures + 1 });
    const times = [now, nextAt].map(String);
    const values = [claim.lane, encodeDelivery(claim), after, ...times, problem];
    await postpone(this.#tools.client, this.#keysOf(claim), values);
  }

  async died(
    claim: ClaimedDelivery,
    { now, problem }: { readonly now: number; readonly problem: string },
  ): Promise<void> {
    const { client, keys, maxDeadLetters } = this.#tools;
    const letter = encodeLetter({ ...claim, failures: claim.failures + 1 }, now, problem);
    const last = [letter, String(maxDeadLetters)];
    const values = [claim.lane, encodeDelivery(claim), String(now), problem, ...last];
    await bury(client, [...this.#keysOf(claim), keys.dead], values);
  }

  async countPending(endpoint: string): Promise<number> {
    const { client, keys } = this.#tools;
    return Number((await client.hget(keys.endpoint(endpoint).state, 'pending')) ?? '0');
  }

  async #readAfter(cursor: string): Promise<readonly (readonly [string, readonly string[]])[]> {
    const { client, audit } = this.#tools;
    const found = await client.xread('COUNT', chunk, 'STREAMS', audit, cursor);
    return found?.[0]?.[1] ?? [];
  }

  /** False where somebody else has moved the cursor. */
  async #moveOn(
    from: string,
    to: string,
    claims: readonly ClaimedDelivery[],
    now: number,
  ): Promise<boolean> {
    const { client, keys, maxPending, maxDeadLetters } = this.#tools;
    const head = [from, to, ...[now, maxPending, maxDeadLetters, lifeMs].map(String)];
    const reply = await moveOn(
      client,
      [keys.cursor, keys.dead, ...claims.flatMap((claim) => this.#keysOf(claim))],
      [
        ...head,
        ...claims.flatMap((claim) => [
          claim.lane,
          encodeDelivery(claim),
          encodeLetter(claim, now, backlog),
        ]),
      ],
    );
    return reply === 1;
  }

  #keysOf({ endpoint, lane }: Pick<ClaimedDelivery, 'endpoint' | 'lane'>): string[] {
    const own = this.#tools.keys.endpoint(endpoint);
    return [own.due, own.lane(lane), own.state];
  }
}
