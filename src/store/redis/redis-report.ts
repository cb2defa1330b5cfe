import type { LookupResult } from './resolve-consumer.ts';

/** Whether something works; `reason` says why not, without any value of a record. */
export interface LinkEvent {
  readonly up: boolean;
  readonly reason?: string;
}

/** What the store tells of itself; each member is for who wants to listen. */
export interface RedisStoreReport {
  /** One command of a look-up; `ms` from sending to its reply. */
  command?(event: { command: string; outcome: 'ok' | 'timeout' | 'error'; ms: number }): void;
  lookup?(result: LookupResult): void;
  /** The server began or ceased to answer. */
  connection?(event: LinkEvent): void;
  /** Nobody can tell whether Redis may evict what it should keep; once for as long as it lasts. */
  evictionUnknown?(reason: string): void;
  /** Invalidation began or ceased to be heard. */
  channel?(event: LinkEvent): void;
  /** Revocations can be read, or began not to be. */
  revocations?(event: LinkEvent): void;
  /** Number of keys that changed on the server; `null` = all. */
  invalidated?(count: number | null): void;
}
