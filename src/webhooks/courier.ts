import type { Clock } from '../lib/clock.ts';
import type { AttemptReport, WebhookReport } from '../registry/webhook-report.ts';
import type { ClaimedDelivery, WebhookQueue } from '../registry/webhooks.ts';
import type { WebhookEndpoint } from './endpoint.ts';
import { judgeAnswer, type Verdict } from './judge-answer.ts';
import { connections, type Sender } from './sender.ts';
import { signDelivery } from './sign-delivery.ts';

export interface CourierOptions {
  readonly endpoint: WebhookEndpoint;
  readonly sender: Sender;
  readonly queue: WebhookQueue;
  readonly clock: Clock;
  readonly random: () => number;
  readonly report: Omit<WebhookReport, 'cursor'>;
  /** `Postern/1.2.3`. */
  readonly userAgent: string;
  /** No delivery is begun once it aborts. */
  readonly stopping: AbortSignal;
}

/** Beyond the time-out of an attempt: for its claim, its settlement, and clocks that differ. */
const leaseMarginMs = 5000;

/** Delivers to one endpoint what is due; several at once, but of one registration one after the other. */
export class Courier {
  readonly #options: CourierOptions;
  #heldUntil = 0;

  constructor(options: CourierOptions) {
    this.#options = options;
  }

  /** Ends when nothing is due any more. Rejects when the queue cannot be reached. */
  async pass(): Promise<void> {
    const { queue, endpoint, report } = this.#options;
    const rounds = Array.from({ length: connections }, () => this.#deliverAll());
    const [failed] = (await Promise.allSettled(rounds)).filter((it) => it.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    report.pending({ endpoint: endpoint.name, count: await queue.countPending(endpoint.name) });
  }

  async #deliverAll(): Promise<void> {
    const { queue, endpoint, clock, stopping } = this.#options;
    while (!stopping.aborted && clock.now() >= this.#heldUntil) {
      const now = clock.now();
      const until = now + endpoint.timeoutMs + leaseMarginMs;
      const claim = await queue.claim(endpoint.name, { now, until });
      if (claim === null) return;
      await this.#attempt(claim);
    }
  }

  async #attempt(claim: ClaimedDelivery): Promise<void> {
    const { endpoint, sender, clock, random, userAgent } = this.#options;
    const headers = {
      'content-type': 'application/json',
      'user-agent': userAgent,
      ...signDelivery(claim, endpoint.secrets, clock.now()),
    };
    const result = await sender.send({ headers, body: claim.body });
    const { failures } = claim;
    const attempted = { failures, attempts: endpoint.attempts, now: clock.now(), random };
    await this.#settle(claim, judgeAnswer(result, attempted), attempted.now);
  }

  async #settle(claim: ClaimedDelivery, verdict: Verdict, now: number): Promise<void> {
    const { queue } = this.#options;
    switch (verdict.kind) {
      case 'delivered':
        await queue.delivered(claim, { now });
        this.#tell(claim, { outcome: 'delivered', problem: null, nextAt: null });
        return;
      case 'failed': {
        const { problem, nextAt, holdUntil } = verdict;
        if (holdUntil !== null) this.#heldUntil = holdUntil;
        await queue.failed(claim, { now, nextAt, problem });
        this.#tell(claim, { outcome: 'failed', problem, nextAt });
        return;
      }
      case 'dead':
        await queue.died(claim, { now, problem: verdict.problem });
        this.#tell(claim, { outcome: 'dead_letter', problem: verdict.problem, nextAt: null });
    }
  }

  #tell(
    { endpoint, id, type, failures }: ClaimedDelivery,
    how: Pick<AttemptReport, 'outcome' | 'problem' | 'nextAt'>,
  ): void {
    this.#options.report.attempted({ endpoint, id, type, attempt: failures + 1, ...how });
  }
}
