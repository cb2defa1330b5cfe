import type { Clock } from '../lib/clock.ts';
import type { WebhookReport } from '../registry/webhook-report.ts';
import type { WebhookQueue } from '../registry/webhooks.ts';
import { createAddress } from './address-event.ts';
import { Courier } from './courier.ts';
import type { WebhookEndpoint } from './endpoint.ts';
import { pauseUntil } from './pause-until.ts';
import { createSender, type Sender } from './sender.ts';

export interface WebhookRelayOptions {
  readonly endpoints: readonly WebhookEndpoint[];
  readonly queue: WebhookQueue;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly report: Omit<WebhookReport, 'cursor'>;
  /** Of Postern. */
  readonly version: string;
}

/** Between two looks at the audit trail, and at what is due. */
const pauseMs = 500;

/**
 * Takes events out of the audit trail and delivers them. Any number of processes may do so: each entry
 * is taken over once, and each delivery is leased to one of them.
 */
export class WebhookRelay {
  readonly #options: WebhookRelayOptions;
  readonly #stopping = new AbortController();
  readonly #senders: readonly Sender[];
  readonly #couriers: readonly Courier[];
  #loops: Promise<unknown> = Promise.resolve();
  #isUp = true;

  /** Throws where a certificate cannot be read. */
  constructor(options: WebhookRelayOptions) {
    this.#options = options;
    const { endpoints, version, ...shared } = options;
    const stopping = this.#stopping.signal;
    const userAgent = `Postern/${version}`;
    this.#senders = endpoints.map(createSender);
    this.#couriers = endpoints.map(
      (endpoint, index) =>
        new Courier({
          ...shared,
          endpoint,
          sender: this.#senders[index] ?? createSender(endpoint),
          userAgent,
          stopping,
        }),
    );
  }

  /** Goes on until it is stopped; an endpoint that is slow holds up no other. */
  start(): void {
    const passes = [
      () => this.takeOver(),
      ...this.#couriers.map((courier) => () => courier.pass()),
    ];
    this.#loops = Promise.all(passes.map((pass) => this.#repeat(pass)));
  }

  /** One look at the audit trail. Rejects when the queue cannot be reached. */
  async takeOver(): Promise<void> {
    const { queue, endpoints, clock } = this.#options;
    await queue.takeOver(createAddress(endpoints), { now: clock.now() });
  }

  /** Delivers to all endpoints what is due. Rejects when the queue cannot be reached. */
  async deliver(): Promise<void> {
    await Promise.all(this.#couriers.map((courier) => courier.pass()));
  }

  /**
   * Begins no more deliveries, and waits so long for those under way; what is cut off then is
   * delivered again when its lease is over.
   */
  async stop(drainMs: number): Promise<void> {
    this.#stopping.abort();
    const late = new AbortController();
    await Promise.race([this.#loops, pauseUntil(drainMs, late.signal)]);
    late.abort();
    await Promise.all(this.#senders.map((sender) => sender.close()));
  }

  async #repeat(pass: () => Promise<void>): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        await pass();
        this.#tell(true);
      } catch (error) {
        this.#tell(false, error);
      }
      await pauseUntil(pauseMs, signal);
    }
  }

  #tell(up: boolean, error?: unknown): void {
    if (up === this.#isUp) return;
    this.#isUp = up;
    this.#options.report.store(up ? { up } : { up, error });
  }
}
