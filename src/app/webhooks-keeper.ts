import type { Config } from '../config/config.ts';
import type { Webhooks } from '../registry/webhooks.ts';
import { describeWithSecrets } from './describe-with-secrets.ts';
import type { OpenWebhooks } from './open-webhooks.ts';
import type { Tools } from './tools.ts';

export interface WebhooksKeeperOptions {
  /** What is in force. */
  readonly current: () => { readonly config: Config };
  readonly version: string;
  readonly tools: Tools;
}

/** For deliveries under way when a reload ends what they belong to. */
const lingerMs = 30_000;

const none = '[]';

/** Delivers the webhooks of the configuration in force, where there are some. */
export class WebhooksKeeper {
  readonly #options: WebhooksKeeperOptions;
  #key = none;
  #open: OpenWebhooks | null = null;
  #changing: Promise<void> = Promise.resolve();

  constructor(options: WebhooksKeeperOptions) {
    this.#options = options;
    this.reloaded();
  }

  /** Null where none are configured. */
  get webhooks(): Webhooks | null {
    return this.#open?.webhooks ?? null;
  }

  async stop(drainMs: number): Promise<void> {
    await this.#changing;
    await this.#open?.stop(drainMs);
  }

  /** Takes over what a reload has brought. */
  reloaded(): void {
    const { config } = this.#options.current();
    const { webhooks, store } = config;
    const key = webhooks.length === 0 ? none : describeWithSecrets([webhooks, store]);
    if (key === this.#key) return;
    this.#key = key;
    this.#changing = this.#changing.then(() => this.#change(config));
  }

  /** What is under way ends on its own; what both might deliver is leased to one of them. */
  async #change(config: Config): Promise<void> {
    const { version, tools } = this.#options;
    void this.#open?.stop(lingerMs);
    this.#open = null;
    if (config.webhooks.length === 0) return;
    try {
      const { openWebhooks } = await import('./open-webhooks.ts');
      this.#open = openWebhooks(config, version, tools);
    } catch (error) {
      tools.logger.error({ err: error }, 'webhooks cannot be delivered');
    }
  }
}
