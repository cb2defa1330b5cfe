import type { Clock } from '../lib/clock.ts';
import { MemoryReplayStore } from '../oauth/proof/memory-replay-store.ts';
import { RevocationMemory } from '../store/revocation-memory.ts';
import { createTelemetry } from '../telemetry/events.ts';
import { createLogger } from '../telemetry/logger.ts';
import { MetricsRegistry } from '../telemetry/metrics-registry.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { createProcessKeys } from './process-keys.ts';
import type { Tools } from './tools.ts';

/** Tools of a command that answers once: standard output is for its answer, and nobody scrapes it. */
export function createQuietTools(clock: Clock): Tools {
  const logger = createLogger({ level: 'silent', destination: { write: () => undefined } });
  const metrics = createMetrics(new MetricsRegistry(), { version: '', node: '' });
  const telemetry = createTelemetry({ logger, metrics, clock, logDecision: () => undefined });
  const usedProofs = new MemoryReplayStore({}, clock);
  const revoked = new RevocationMemory(clock);
  return { telemetry, logger, clock, processKeys: createProcessKeys(), usedProofs, revoked };
}
