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

/** What webhooks tell of themselves. */
export interface WebhookReport {
  readonly attempted: (report: AttemptReport) => void;
  readonly pending: (report: { readonly endpoint: string; readonly count: number }) => void;
  /** Whether the store can be worked with; told at each change. */
  readonly store: (report: { readonly up: boolean; readonly error?: unknown }) => void;
}
