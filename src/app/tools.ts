import type { Clock } from '../lib/clock.ts';
import type { Secret } from '../lib/secret.ts';
import type { Telemetry } from '../telemetry/events.ts';
import type { Logger } from '../telemetry/logger.ts';

/** What every part of the application may use. */
export interface Tools {
  readonly telemetry: Telemetry;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Hashes callers' secrets for the caches where no key is configured; of this process alone. */
  readonly cacheKey: Secret;
}
