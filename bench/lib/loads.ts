import type { Counter, Load, Pace } from '../drive/load.ts';
import { writeCheckMessage, type Caller } from './check-message.ts';
import { digits, numberText, opaqueToken } from './credentials.ts';

/** As many as an Envoy with four workers opens. */
const connections = 4;
const noEnd = Number.MAX_SAFE_INTEGER;
const allowed = [0];

export type LoadBase = Pick<Load, 'address' | 'connections' | 'message' | 'counter' | 'expected'>;

/** The same request over and over. `expected`: the `status.code` of a right answer. */
export function repeatRequest(
  address: string,
  caller: Caller,
  expected: readonly number[] = allowed,
): LoadBase {
  const { message } = writeCheckMessage(caller);
  return { address, connections, message, counter: null, expected };
}

/** The same token over and over. */
export function repeatToken(address: string, token: string): LoadBase {
  return repeatRequest(address, bearer(token));
}

/** One opaque token after the other: `count` of them from number `from`, then again. */
export function countTokens(
  address: string,
  kind: 'good' | 'made',
  { from = 0, count }: { readonly from?: number; readonly count: number },
  expected: readonly number[] = allowed,
): LoadBase {
  return countDigits(address, opaqueToken(kind, 0), numberText(0), { from, count }, expected);
}

/** One request after the other that differ in the digits that stand at `place` in the token. */
export function countDigits(
  address: string,
  token: string,
  place: string,
  range: Pick<Counter, 'from' | 'count'>,
  expected: readonly number[],
): LoadBase {
  const check = writeCheckMessage(bearer(token));
  const counter = { at: check.offsetOf(token) + token.indexOf(place), digits, ...range };
  return { address, connections, message: check.message, counter, expected };
}

/** For a time, as fast as the answers come. */
export function saturate(base: LoadBase, ms: number, inFlight = 64): Load {
  return { ...base, pace: { kind: 'closed', inFlight }, until: { ms, calls: noEnd } };
}

/** For a time, at a rate. */
export function atRate(base: LoadBase, ms: number, perSecond: number, seed: number): Load {
  const pace: Pace = { kind: 'open', perSecond, seed };
  return { ...base, pace, until: { ms, calls: noEnd } };
}

/** A number of calls, `inFlight` at a time; given up after two minutes unless told otherwise. */
export function callTimes(base: LoadBase, calls: number, inFlight: number, ms = 120_000): Load {
  return { ...base, pace: { kind: 'closed', inFlight }, until: { ms, calls } };
}

function bearer(token: string): Caller {
  return { authorization: `Bearer ${token}` };
}
