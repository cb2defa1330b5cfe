/** A reply that did not come in time, as opposed to one that says no. */
export function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.message === 'Command timed out';
}

/**
 * What went wrong, for the log: the kind of error without the text around it, since Redis quotes
 * commands and their arguments in some of its errors.
 */
export function explainRedisError(error: unknown): string {
  if (isTimeout(error)) return 'Redis did not answer in time';
  if (!(error instanceof Error)) return 'Redis failed';
  // What a Cluster client wraps when no node would do.
  if ('lastNodeError' in error && error.lastNodeError instanceof Error) {
    return explainRedisError(error.lastNodeError);
  }
  if (error.name === 'ReplyError') return explainReply(error.message);
  const code = 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : '';
  return `Redis cannot be reached${code}`;
}

function explainReply(message: string): string {
  const kind = /^[A-Z][A-Z_]+\b/.exec(message)?.[0] ?? 'an error';
  return `Redis answered ${kind}`;
}
