import type { AdminConnection, AdminRequest, RawAnswer } from './admin-connection.ts';
import { AdminFailure } from './admin-failure.ts';
import { describeRepeat, explainAnswer } from './explain-answer.ts';
import { explainNetworkError, mayHaveArrived } from './explain-network-error.ts';

export type Entry = Readonly<Record<string, unknown>>;

/** One request to the Admin API. */
export interface AdminCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Pieces of the path, not yet escaped: `['consumers', 'billing app']`. */
  readonly path: readonly string[];
  /** Parameters that are undefined are left out. */
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: Entry;
  readonly ifMatch?: string | undefined;
  /** Names a write, so that a repeat changes nothing; default a new one. */
  readonly idempotencyKey?: string | undefined;
  /** Of the whole command, where each of its writes has a key of its own: what is told to repeat it. */
  readonly commandKey?: string | undefined;
  /** Roles that may do it, for the words about a refusal: `admin or approver`. */
  readonly roles: string;
}

export interface AdminAnswer {
  readonly status: number;
  /** Empty where there is no content. */
  readonly body: Entry;
  readonly etag: string | null;
}

export interface ClientOptions {
  readonly createId: () => string;
  readonly wait: (milliseconds: number) => Promise<unknown>;
}

/** Times that a write of unknown outcome is sent, the first one included. */
export const attempts = 5;
const firstWaitMs = 200;
const longestWaitMs = 5_000;
const largestPage = 1000;

type Connection = Pick<AdminConnection, 'address' | 'tokenSource' | 'send' | 'close'>;

/** Speaks to an Admin API. Everything but success is thrown as an {@link AdminFailure}. */
export class AdminClient {
  readonly #connection: Connection;
  readonly #options: ClientOptions;

  constructor(connection: Connection, options: ClientOptions) {
    this.#connection = connection;
    this.#options = options;
  }

  /**
   * Sends a request. A write whose outcome stays unknown (503 `outcome_unknown`, or no answer) is
   * sent again with the same `Idempotency-Key`, which is safe, a few times.
   */
  async send(call: AdminCall): Promise<AdminAnswer> {
    const key = call.method === 'GET' ? null : (call.idempotencyKey ?? this.createKey());
    for (let attempt = 1; attempt < attempts; attempt += 1) {
      const raw = await this.#try(call, key, false);
      const answer = raw === null ? null : this.#read(raw);
      if (answer !== null && !isUnknown(answer)) return this.#judge(answer, call, key);
      await this.pause(attempt, raw?.retryAfter ?? null);
    }
    const raw = await this.#try(call, key, true);
    return this.#judge(this.#read(raw), call, key);
  }

  /** The entries of a list, at most `limit`, page by page, each fetched when it is asked for. */
  async *list(
    call: Omit<AdminCall, 'method' | 'body'>,
    limit = Number.POSITIVE_INFINITY,
  ): AsyncGenerator<readonly Entry[]> {
    let offset: string | undefined;
    let left = limit;
    do {
      const query = { size: String(Math.min(largestPage, left)), ...call.query, offset };
      const { body } = await this.send({ ...call, method: 'GET', query });
      const { data, offset: next } = body;
      if (!Array.isArray(data)) throw notAdminApi(this.#connection.address.text);
      const page = (data as readonly Entry[]).slice(0, left);
      left -= page.length;
      yield page;
      offset = typeof next === 'string' ? next : undefined;
    } while (offset !== undefined && left > 0);
  }

  /** A new `Idempotency-Key`. */
  createKey(): string {
    return this.#options.createId();
  }

  /** Waits before the next attempt: as long as the answer asked (seconds), or longer each time. */
  async pause(attempt: number, retryAfter: number | null = null): Promise<void> {
    const own = firstWaitMs * 2 ** (attempt - 1);
    await this.#options.wait(
      Math.min(longestWaitMs, retryAfter === null ? own : retryAfter * 1000),
    );
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  /** Null = a write without an answer, to be sent again, unless it was the last time. */
  #try(call: AdminCall, key: string | null, isLast: true): Promise<RawAnswer>;
  #try(call: AdminCall, key: string | null, isLast: false): Promise<RawAnswer | null>;
  async #try(call: AdminCall, key: string | null, isLast: boolean): Promise<RawAnswer | null> {
    try {
      return await this.#connection.send(writeRequest(call, key));
    } catch (error) {
      const isInDoubt = key !== null && mayHaveArrived(error);
      if (isInDoubt && !isLast) return null;
      const { message, hints } = explainNetworkError(error, this.#connection.address);
      throw new AdminFailure(
        message,
        isInDoubt ? [describeRepeat(call.commandKey ?? key), ...hints] : hints,
      );
    }
  }

  #read({ status, text, etag }: RawAnswer): AdminAnswer {
    const body = text === '' ? {} : parseObject(text);
    if (body === null) throw notAdminApi(this.#connection.address.text);
    return { status, body, etag };
  }

  #judge(answer: AdminAnswer, { roles, commandKey }: AdminCall, key: string | null): AdminAnswer {
    if (answer.status < 300) return answer;
    const { tokenSource } = this.#connection;
    throw explainAnswer(answer, { roles, tokenSource, idempotencyKey: commandKey ?? key });
  }
}

function writeRequest(call: AdminCall, key: string | null): AdminRequest {
  return {
    method: call.method,
    path: writePath(call),
    headers: {
      accept: 'application/json',
      ...(call.body !== undefined && { 'content-type': 'application/json' }),
      ...(call.ifMatch !== undefined && { 'if-match': call.ifMatch }),
      ...(key !== null && { 'idempotency-key': key }),
    },
    body: call.body === undefined ? null : JSON.stringify(call.body),
  };
}

function writePath({ path, query = {} }: AdminCall): string {
  const given = Object.entries(query).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const parameters = new URLSearchParams(given).toString();
  const pieces = path.map((piece) => `/${encodeURIComponent(piece)}`).join('');
  return parameters === '' ? pieces : `${pieces}?${parameters}`;
}

function parseObject(text: string): Entry | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}

function notAdminApi(address: string): AdminFailure {
  return new AdminFailure(`${address} does not answer as an Admin API would`, [
    '--admin-addr or POSTERN_ADMIN_ADDR says where it is, by default at port 8001',
  ]);
}

function isUnknown({ status, body }: AdminAnswer): boolean {
  return status === 503 && body['name'] === 'outcome_unknown';
}
