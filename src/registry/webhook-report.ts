/** How one attempt went. */
export interface AttemptReport {
  readonly endpoint: string;
  readonly outcome: 'delivered' | 'failed' | 'dead_letter';
  /** Of the event. */
  readonly id: string;
  readonly type: string;
  /** From 1. */
  readonly attempt: number;
  /** Null = it was delivered. */
  readonly problem: string | null;
  /** When it is tried again, in milliseconds since the Unix epoch; null = not again. */
  readonly nextAt: number | null;
}

/**
 * What is odd about the place in the audit trail from which webhooks go on. `new`: there was none, so it
 * is the end of the trail; `lost`: the store has lost it, so it is where this process saw it last;
 * `trimmed`: the trail begins after it, so that entries may be gone untold.
 */
export interface CursorEvent {
  readonly kind: 'new' | 'lost' | 'trimmed';
}

/** What webhooks tell of themselves. */
export interface WebhookReport {
  readonly attempted: (report: AttemptReport) => void;
  readonly pending: (report: { readonly endpoint: string; readonly count: number }) => void;
  /** Whether the store can be worked with; told at each change. */
  readonly store: (report: { readonly up: boolean; readonly error?: unknown }) => void;
  readonly cursor: (event: CursorEvent) => void;
}
