import type { ResolveConsumer } from '../authz/consumer.ts';
import type { Problem } from '../documents/problem.ts';

/** How a store does; `reason` is for the operator and names no Consumer. */
export interface StoreStatus {
  /** `degraded`: it answers, but perhaps not with the newest data, or not fast. */
  readonly state: 'ok' | 'degraded' | 'down';
  readonly reason?: string;
}

/** What every adapter of the port {@link ResolveConsumer} gives the process that runs it. */
export interface ConsumerStore {
  readonly resolve: ResolveConsumer;
  /**
   * Ends when look-ups can be answered, or with the problems of a file that cannot be used (none =
   * started). Rejects with the signal's reason when it aborts first.
   */
  start(signal: AbortSignal): Promise<readonly Problem[]>;
  stop(): Promise<void>;
  status(): StoreStatus;
}
