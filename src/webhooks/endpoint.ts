import type { Secret } from '../lib/secret.ts';
import type { RegistrationEventType } from '../registry/registration-event.ts';

/** Who is told of registrations. */
export interface WebhookEndpoint {
  /** For the log, metrics and the store. */
  readonly name: string;
  readonly url: string;
  /** `whsec_` and base64; every one signs, so that a receiver may have either while one replaces another. */
  readonly secrets: readonly Secret[];
  readonly events: readonly RegistrationEventType[];
  /** For one attempt, its answer included. */
  readonly timeoutMs: number;
  /** Before a delivery becomes a dead letter. */
  readonly attempts: number;
  /** More authorities than those of the system, PEM. */
  readonly ca: string | null;
}
