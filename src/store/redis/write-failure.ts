import { explainRedisError } from './redis-error.ts';

/** The script was broken off by Redis. `amid`: after its first write. */
export class ScriptFailure extends Error {
  /** As of other replies, so that it is told like one. */
  override readonly name = 'ReplyError';
  readonly amid: boolean;

  constructor(said: string, amid: boolean) {
    // Where the server is old, the code stands behind where in the script it was.
    super(/\b(?:NOPERM|OOM|WRONGTYPE|READONLY|MISCONF|NOREPLICAS)\b.*/s.exec(said)?.[0] ?? said);
    this.amid = amid;
  }
}

/** What a server says of a script instead of running it. */
const refusals = new Set(
  [
    ['NOPERM', 'NOAUTH', 'NOSCRIPT', 'LOADING', 'BUSY', 'OOM'],
    ['READONLY', 'MASTERDOWN', 'MISCONF', 'NOREPLICAS'],
    ['MOVED', 'ASK', 'TRYAGAIN', 'CLUSTERDOWN', 'CROSSSLOT'],
  ]
    .flat()
    .map((code) => `Redis answered ${code}`),
);

/** Whether a write that was rejected with this has certainly changed nothing. */
export function changedNothing(error: unknown): boolean {
  if (error instanceof ScriptFailure) return !error.amid;
  return wasNotSent(error) || refusals.has(explainRedisError(error));
}

/** The library's words for a command that found no connection and was not to wait for one. */
function wasNotSent(error: unknown): boolean {
  return error instanceof Error && error.message.includes('enableOfflineQueue options is false');
}
