import type { Outcome, Page, PageQuery } from './ports.ts';
import type { RegistrationEvent } from './registration-event.ts';

/** What an endpoint is to be told. */
export interface Delivery {
  /** Of the event: the same in every attempt. */
  readonly id: string;
  /** Such as `registration.approved`. */
  readonly type: string;
  /** Id of the registration: what belongs to one is delivered in its order. */
  readonly lane: string;
  /** The JSON that is sent, the same in every attempt. */
  readonly body: string;
}

/** A delivery that its holder alone tries, for as long as the lease lasts. */
export interface ClaimedDelivery extends Delivery {
  readonly endpoint: string;
  /** Attempts that have failed. */
  readonly failures: number;
}

/** Milliseconds since the Unix epoch. */
interface At {
  readonly now: number;
}

/** Whom to tell of an event, and what. */
export type Address = (
  event: RegistrationEvent,
) => readonly { readonly endpoint: string; readonly delivery: Delivery }[];

/**
 * Deliveries that are due, kept where all replicas see them. Rejects when that cannot be reached;
 * what was not settled comes again when its lease is over.
 */
export interface WebhookQueue {
  /**
   * Turns what is new in the audit trail into deliveries, each entry once, whoever else does so; the
   * number of deliveries. The first time ever it begins at the end of the trail.
   */
  takeOver(address: Address, at: At): Promise<number>;
  /** A delivery whose time has come; null = there is none. */
  claim(endpoint: string, lease: At & { readonly until: number }): Promise<ClaimedDelivery | null>;
  delivered(claim: ClaimedDelivery, at: At): Promise<void>;
  /** To be tried again at `nextAt`. */
  failed(
    claim: ClaimedDelivery,
    failure: At & { readonly nextAt: number; readonly problem: string },
  ): Promise<void>;
  /** Not to be tried again: it becomes a dead letter. */
  died(claim: ClaimedDelivery, failure: At & { readonly problem: string }): Promise<void>;
  /** Deliveries that are not settled. */
  countPending(endpoint: string): Promise<number>;
}

/** How it goes with an endpoint. Times are milliseconds since the Unix epoch. */
export interface EndpointState {
  readonly name: string;
  /** Where it is, without what may be secret in a path or query. */
  readonly origin: string;
  readonly events: readonly string[];
  readonly pending: number;
  readonly lastSuccessAt: number | null;
  readonly lastFailure: { readonly at: number; readonly problem: string } | null;
}

export interface DeadLetter extends Delivery {
  /** Position in the list; `id` is that of the event. */
  readonly position: string;
  readonly endpoint: string;
  readonly failures: number;
  readonly at: number;
  readonly problem: string;
}

/** Administration of webhooks. */
export interface Webhooks {
  endpoints(): Outcome<readonly EndpointState[]>;
  /** Newest first. */
  deadLetters(
    query: PageQuery & { readonly endpoint?: string | undefined },
  ): Outcome<Page<DeadLetter>>;
  /**
   * Makes a delivery of it again, with all its attempts; `invalid` (`endpoint`) where its endpoint is
   * not configured any more.
   */
  redeliver(position: string): Outcome<DeadLetter>;
  discard(position: string): Outcome<DeadLetter>;
}
