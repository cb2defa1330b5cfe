/** What the driver process is asked to do; plain data, since it crosses a process boundary. */
export interface Load {
  /** `host:port` or `unix:/path`. */
  readonly address: string;
  readonly connections: number;
  /** A serialized CheckRequest, base64. */
  readonly message: string;
  /** Decimal digits inside the message that count from call to call, so that tokens differ. */
  readonly counter: Counter | null;
  readonly pace: Pace;
  /** Ends at whichever comes first. */
  readonly until: { readonly ms: number; readonly calls: number };
  /** Values of `CheckResponse.status.code` that are right. */
  readonly expected: readonly number[];
}

export interface Counter {
  /** Byte offset in the message. */
  readonly at: number;
  readonly digits: number;
  readonly from: number;
  /** Starts over after this many. */
  readonly count: number;
}

/**
 * `closed`: a fixed number of calls under way at any time (saturation). `open`: Poisson arrivals at a
 * rate, whatever the answers do; latency counts from the time at which a call was due.
 */
export type Pace =
  | { readonly kind: 'closed'; readonly inFlight: number }
  | { readonly kind: 'open'; readonly perSecond: number; readonly seed: number };

export interface LoadResult {
  readonly calls: number;
  /** Calls whose answer was not the expected one, gRPC errors included. */
  readonly wrong: number;
  /** How the first wrong answer looked; null without one. */
  readonly firstWrong: string | null;
  readonly seconds: number;
  /** Milliseconds. */
  readonly latency: Latency;
}

export interface Latency {
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}
