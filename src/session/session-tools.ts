import { unavailable, type Unavailable } from '../authz/refusal.ts';
import type { Clock } from '../lib/clock.ts';
import { halt, type Step } from '../lib/step.ts';
import type { SessionShelf } from './session-shelf.ts';
import type { ReadTerms } from './session-terms.ts';

/** What sessions tell of themselves; each member is for who wants to listen. */
export interface SessionsReport {
  sessionChanged?(event: {
    readonly service: string;
    readonly change: 'opened' | 'renewed' | 'ended';
  }): void;
  /** The request went on without the cookie that was due to it. */
  sessionNotKept?(event: {
    readonly service: string;
    readonly step: 'open' | 'renew';
    readonly reason: NotKept;
  }): void;
  cacheAsked?(event: { readonly cache: 'sessions'; readonly result: 'hit' | 'miss' }): void;
}

/** `too_large`: no browser would keep the cookie. */
export type NotKept = 'too_large' | 'store_unavailable';

/** What the steps of a session's life share. */
export interface SessionTools {
  readonly shelf: SessionShelf;
  readonly readTerms: ReadTerms;
  readonly clock: Clock;
  readonly report: SessionsReport;
}

export function deadlineExceeded(): Step<never, Unavailable> {
  return halt(unavailable('deadline_exceeded'));
}
