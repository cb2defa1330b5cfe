import { AdminFailure } from './admin-failure.ts';

/** What a request needs and was sent with, for the words about its refusal. */
export interface AskedFor {
  /** Roles that may do it, such as `admin or approver`. */
  readonly roles: string;
  /** Null = none was sent. */
  readonly tokenSource: string | null;
  readonly idempotencyKey: string | null;
}

export interface RefusedAnswer {
  readonly status: number;
  /** As parsed; anything. */
  readonly body: unknown;
}

/** What the Admin API did not do, and what can be done about it. */
export function explainAnswer({ status, body }: RefusedAnswer, asked: AskedFor): AdminFailure {
  const { message, name, fields } = readError(body);
  const isSaid = name === '' || message.startsWith(name);
  const what = isSaid ? `${String(status)} ${message}` : `${String(status)} ${name}: ${message}`;
  return new AdminFailure(what, [...listFields(fields), ...adviseOn(status, name, asked)], status);
}

const advice: Readonly<Record<number, string>> = {
  405: 'does --admin-addr lead to an Admin API with store.redis?',
  412: 'somebody else has changed it: get it again, then repeat the change',
  429: 'too many wrong tokens came from this host: wait a second, with the right one',
};

/** By the name of what stands against it; others say all there is to say. */
const conflicts: Readonly<Record<string, readonly string[]>> = {
  'illegal transition': [
    '`postern registrations get <id>` shows where it stands; docs/admin-api.md which steps there are',
  ],
  'unique constraint violation': [
    'somebody has it already, perhaps an application, which the list of Consumers does not show',
  ],
};

function adviseOn(status: number, name: string, asked: AskedFor): readonly string[] {
  switch (status) {
    case 401:
      return [adviseOnToken(asked)];
    case 403:
      return [`this needs a token of the role ${asked.roles}`];
    case 409:
      return conflicts[name] ?? [];
    case 503:
      return [adviseOnUnavailable(name, asked)];
    default:
      return [advice[status] ?? (status >= 500 ? 'the log of Postern says more' : [])].flat();
  }
}

function adviseOnToken({ tokenSource }: AskedFor): string {
  return tokenSource !== null
    ? `the token of ${tokenSource} is not, or no longer, one of listen.admin.tokens`
    : 'no token was sent: set POSTERN_ADMIN_TOKEN, or --admin-token-file';
}

function adviseOnUnavailable(name: string, { idempotencyKey }: AskedFor): string {
  return name === 'outcome_unknown' && idempotencyKey !== null
    ? describeRepeat(idempotencyKey)
    : 'nothing was changed: try again when the store is back';
}

/** How to send a write again of which nobody knows whether it was done. */
export function describeRepeat(idempotencyKey: string): string {
  return `it may have been done: the same command with --idempotency-key ${idempotencyKey} is safe to run, and tells`;
}

function readError(body: unknown) {
  const object: Readonly<Record<string, unknown>> = isObject(body) ? body : {};
  const { message, name, fields } = object;
  return {
    message: typeof message === 'string' ? message : 'without a word why',
    name: typeof name === 'string' ? name : '',
    fields: isObject(fields) ? fields : {},
  };
}

/** One line for each field, where the message does not say it already: several in one are hard to read. */
function listFields(fields: Readonly<Record<string, unknown>>): readonly string[] {
  const entries = Object.entries(fields);
  if (entries.length < 2) return [];
  return entries.map(
    ([name, what]) => `${name}: ${typeof what === 'string' ? what : JSON.stringify(what)}`,
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
