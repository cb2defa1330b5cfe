import { Connection } from './connection.ts';
import { writeRequest } from './frames.ts';
import { AnswerJudge, checkPath } from './judge-answers.ts';
import { readLatency } from '../lib/statistics.ts';
import type { Counter, Load, LoadResult } from './load.ts';

/** Calls that were never answered are given up after this time. */
const stragglersMs = 6_000;

/** Runs one load to its end, every answer included. Rejects when a connection is lost. */
export async function runLoad(load: Load): Promise<LoadResult> {
  const calls = new Calls(load);
  try {
    await calls.connect();
    return await calls.run();
  } finally {
    calls.close();
  }
}

class Calls {
  readonly #load: Load;
  readonly #judge: AnswerJudge;
  readonly #template;
  readonly #connections: Connection[] = [];
  /** When each call was due, then how long it took. */
  readonly #times: number[] = [];
  readonly #lost = Promise.withResolvers<never>();
  readonly #done = Promise.withResolvers<undefined>();
  #answered = 0;
  #startedMs = 0;
  #sending = true;

  constructor(load: Load) {
    this.#load = load;
    this.#judge = new AnswerJudge(load.expected);
    this.#template = writeRequest(checkPath, Buffer.from(load.message, 'base64'));
    this.#lost.promise.catch(() => undefined);
  }

  async connect(): Promise<void> {
    const { address, connections } = this.#load;
    for (let index = 0; index < connections; index += 1) {
      const onAnswer = (call: number, message: Buffer | null): void => {
        this.#take(call, message, index);
      };
      this.#connections.push(await Connection.open(address, onAnswer, this.#lost.reject));
    }
  }

  async run(): Promise<LoadResult> {
    this.#startedMs = performance.now();
    if (this.#load.pace.kind === 'closed') this.#fill(this.#load.pace.inFlight);
    else this.#followArrivals(this.#load.pace.perSecond, this.#load.pace.seed);
    const limit = setTimeout(() => {
      this.#done.resolve(undefined);
    }, this.#load.until.ms + stragglersMs);
    await Promise.race([this.#done.promise, this.#lost.promise]);
    clearTimeout(limit);
    return this.#result();
  }

  close(): void {
    for (const connection of this.#connections) connection.close();
  }

  #result(): LoadResult {
    const missing = this.#times.length - this.#answered;
    return {
      calls: this.#answered,
      wrong: this.#judge.wrong + missing,
      firstWrong: this.#judge.firstWrong ?? (missing > 0 ? 'no answer' : null),
      seconds: (performance.now() - this.#startedMs) / 1000,
      latency: readLatency(this.#times),
    };
  }

  #fill(inFlight: number): void {
    for (let index = 0; index < inFlight; index += 1) this.#sendNow(index);
    this.#flush();
  }

  #sendNow(connection: number): void {
    const now = performance.now();
    if (this.#mayStart(now)) this.#send(now, connection);
    else this.#stopSending();
  }

  #mayStart(dueMs: number): boolean {
    const { until } = this.#load;
    return this.#times.length < until.calls && dueMs - this.#startedMs < until.ms;
  }

  /** Turns with the event loop instead of a timer, whose steps of 1 ms would be part of the latency. */
  #followArrivals(perSecond: number, seed: number): void {
    const random = createRandom(seed);
    const pause = () => (-Math.log(1 - random()) * 1000) / perSecond;
    let dueMs = this.#startedMs + pause();
    const turn = (): void => {
      const now = performance.now();
      for (; dueMs <= now; dueMs += pause()) {
        if (!this.#mayStart(dueMs)) {
          this.#stopSending();
          this.#flush();
          return;
        }
        this.#send(dueMs, this.#times.length);
      }
      this.#flush();
      setImmediate(turn);
    };
    turn();
  }

  #send(dueMs: number, connection: number): void {
    const call = this.#times.length;
    this.#times.push(dueMs);
    const { counter } = this.#load;
    this.#connections[connection % this.#connections.length]?.send(
      call,
      this.#template,
      (request) => {
        if (counter !== null) writeCount(request, this.#template.messageAt, counter, call);
      },
    );
  }

  #take(call: number, message: Buffer | null, connection: number): void {
    this.#times[call] = performance.now() - (this.#times[call] ?? 0);
    this.#answered += 1;
    this.#judge.take(message);
    if (this.#load.pace.kind === 'closed' && this.#sending) this.#sendNow(connection);
    if (!this.#sending && this.#answered === this.#times.length) this.#done.resolve(undefined);
  }

  #stopSending(): void {
    this.#sending = false;
    if (this.#answered === this.#times.length) this.#done.resolve(undefined);
  }

  #flush(): void {
    for (const connection of this.#connections) connection.flush();
  }
}

function writeCount(request: Buffer, messageAt: number, counter: Counter, call: number): void {
  const number = counter.from + (call % counter.count);
  request.write(String(number).padStart(counter.digits, '0'), messageAt + counter.at, 'latin1');
}

/** Mulberry32: the same arrivals in every run with the same seed. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
