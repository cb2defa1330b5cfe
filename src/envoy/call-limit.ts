/** What a call tells about how long its caller waits; a part of grpc-js's `ServerUnaryCall`. */
export interface WaitingCall {
  readonly cancelled: boolean;
  /** Time of the deadline, in milliseconds since the epoch; `Infinity` when the caller set none. */
  getDeadline(): Date | number;
  on(event: 'cancelled', listener: () => void): unknown;
}

/** How long the work on one call may take. */
export interface CallLimit {
  /** Aborts when our answer has to leave, or when the caller is gone. */
  readonly signal: AbortSignal;
  readonly callerGone: boolean;
  /** Ends the watch; to be called once the call is answered. */
  release(): void;
}

/** Envoy gives up some milliseconds before its own deadline, and answers the client by itself then. */
const usableShare = 0.9;
const longestTimerMs = 2 ** 31 - 1;

/** Ties one AbortSignal to 90 % of the time that the caller leaves us, and to its going away. */
export function limitCall(call: WaitingCall, nowMs: number, defaultMs: number): CallLimit {
  const abort = new AbortController();
  let callerGone = call.cancelled;
  let released = false;
  const remainingMs = Number(call.getDeadline()) - nowMs;
  const usableMs = Number.isFinite(remainingMs) ? remainingMs * usableShare : defaultMs;
  if (callerGone || usableMs <= 0) abort.abort();

  const timer = setTimeout(
    () => {
      abort.abort();
    },
    Math.min(usableMs, longestTimerMs),
  );
  call.on('cancelled', () => {
    // grpc-js says so at the end of every call, answered ones included.
    if (released) return;
    callerGone = true;
    abort.abort();
  });
  return {
    signal: abort.signal,
    get callerGone() {
      return callerGone;
    },
    release() {
      released = true;
      clearTimeout(timer);
    },
  };
}
