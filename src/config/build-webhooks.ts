import type { Secret } from '../lib/secret.ts';
import type { RegistrationEventType } from '../registry/registration-event.ts';
import { readSecrets } from './read-secret.ts';
import type { ReferencedFiles } from './referenced-files.ts';
import type { Settings } from './schema/settings.ts';

export interface WebhookConfig {
  readonly name: string;
  readonly url: string;
  /** At least one; each signs. */
  readonly secrets: readonly Secret[];
  readonly events: readonly RegistrationEventType[];
  readonly timeoutMs: number;
  readonly attempts: number;
  /** PEM. */
  readonly ca: string | null;
}

export function buildWebhooks(
  { webhooks }: Settings,
  files: ReferencedFiles,
): readonly WebhookConfig[] {
  return webhooks.map(({ ca_file: ca, secret_files: secretFiles, ...one }) => ({
    name: one.name,
    url: one.url,
    secrets: readSecrets(one.secrets, secretFiles, files),
    events: one.events,
    timeoutMs: one.timeout,
    attempts: one.attempts,
    ca: ca === undefined ? null : files.text(ca),
  }));
}
