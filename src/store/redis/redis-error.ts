import { describeErrorCode } from '../error-code.ts';

/** A server that was the master, and is a replica now. */
export class NotMasterError extends Error {
  constructor() {
    super('the server is not the master');
  }
}

/** A reply that did not come in time, as opposed to one that says no. */
export function isTimeout(error: unknown): boolean {
  return readText(error, 'message') === 'Command timed out';
}

/**
 * What went wrong, for the log: the kind of error without the text around it, since Redis quotes
 * commands and their arguments in some of its errors.
 */
export function explainRedisError(error: unknown): string {
  if (isTimeout(error)) return 'Redis did not answer in time';
  if (error instanceof NotMasterError) return error.message;
  // What a Cluster client wraps when no node would do.
  if (typeof error === 'object' && error !== null && 'lastNodeError' in error) {
    return explainRedisError(error.lastNodeError);
  }
  if (readText(error, 'name') === 'ReplyError') return explainReply(readText(error, 'message'));
  return `Redis cannot be reached${describeErrorCode(error)}`;
}

function explainReply(message: string): string {
  const kind = /^[A-Z][A-Z_]+\b/.exec(message)?.[0] ?? 'an error';
  return `Redis answered ${kind}`;
}

function readText(error: unknown, field: 'name' | 'message'): string {
  const text = (error as Partial<Record<string, unknown>> | null | undefined)?.[field];
  return typeof text === 'string' ? text : '';
}
