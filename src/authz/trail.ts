import type { ConsumerRecord } from './consumer.ts';
import type { CacheResult, VerifiedToken } from './token.ts';

/** What a Check learnt on its way, for the log line, the metrics and `dynamic_metadata`. */
export interface Trail {
  service: string | null;
  route: string | null;
  token: VerifiedToken | null;
  /** The value that was looked for as a Consumer: the client id at the provider. */
  clientId: string | null;
  consumer: ConsumerRecord | null;
  cache: CacheResult | null;
}

export function startTrail(): Trail {
  return { service: null, route: null, token: null, clientId: null, consumer: null, cache: null };
}

/** What a refused credential said is no fact about who stands in for its caller. */
export function forgetCaller(trail: Trail): void {
  trail.token = null;
  trail.clientId = null;
  trail.cache = null;
}
