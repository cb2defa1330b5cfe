import type { Clock } from '../lib/clock.ts';
import type { ReplayStore } from '../oauth/proof/replay-store.ts';
import type { RevocationMemory } from '../store/revocation-memory.ts';
import type { Telemetry } from '../telemetry/events.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { ProcessKeys } from './process-keys.ts';

/** What every part of the application may use. */
export interface Tools {
  readonly telemetry: Telemetry;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly processKeys: ProcessKeys;
  /** DPoP proofs that were used up, where no store keeps them for all replicas. */
  readonly usedProofs: ReplayStore;
  /** What was revoked, over every reload: an empty memory would let it in again. */
  readonly revoked: RevocationMemory;
}
