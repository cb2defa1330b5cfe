import { Webhook } from 'standardwebhooks';
import type { Secret } from '../lib/secret.ts';
import type { Delivery } from '../registry/webhooks.ts';

/** The headers of Standard Webhooks: a signature of each secret, with the time of this attempt. */
export function signDelivery(
  { id, body }: Pick<Delivery, 'id' | 'body'>,
  secrets: readonly Secret[],
  now: number,
): Readonly<Record<string, string>> {
  const time = new Date(now);
  const signatures = secrets.map((secret) => new Webhook(secret.reveal()).sign(id, time, body));
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now / 1000)),
    'webhook-signature': signatures.join(' '),
  };
}
