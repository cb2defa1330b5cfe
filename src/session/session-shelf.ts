import type { Unavailable } from '../authz/refusal.ts';
import type { MaybePromise, Step } from '../lib/step.ts';
import type { SessionContent } from './session-content.ts';
import type { FoundSession, SessionState } from './session-state.ts';

/** Cookie texts longer than this are not looked at: no browser keeps them. */
export const maxCookieLength = 4096;

/** Why a cookie names no session: words for the log. */
export type NotFound = string;

/** What to keep, under what, and for how long. */
export interface Keeping {
  readonly content: SessionContent;
  /** Service and cookie name, without which the session cannot be found again. */
  readonly binding: string;
  /** Whole milliseconds, at least 1. */
  readonly ttlMs: number;
}

/** Where sessions are kept: in the cookie itself, or in a store that the cookie is the key to. */
export interface SessionShelf {
  /** Judges nothing but whether the cookie is one of ours; times and policy are the caller's part. */
  find(cookie: string, binding: string): MaybePromise<Step<FoundSession | NotFound, Unavailable>>;
  /** The text of a new cookie. */
  add(keeping: Keeping): MaybePromise<Step<string, Unavailable>>;
  /** The text of the next cookie of a session; null where it was ended meanwhile. */
  renew(state: SessionState, keeping: Keeping): MaybePromise<Step<string | null, Unavailable>>;
  /** How many sessions that ended. */
  remove(cookies: readonly string[], binding: string): MaybePromise<Step<number, Unavailable>>;
}
