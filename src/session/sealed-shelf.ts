import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { pass } from '../lib/step.ts';
import type { Sealer } from './sealer.ts';
import { decodeContent, encodeContent } from './session-content.ts';
import { maxCookieLength, type NotFound, type SessionShelf } from './session-shelf.ts';
import { foundSession, type FoundSession } from './session-state.ts';

export interface SealedShelfOptions {
  readonly sealer: Sealer;
  /** Opened cookies that are remembered. */
  readonly maxEntries: number;
  readonly onResult: (result: 'hit' | 'miss') => void;
}

interface Passed<T> {
  readonly ok: true;
  readonly value: T;
}

/**
 * Sessions that are their cookies. What a cookie opened to follows from the cookie, its binding and
 * the keys alone, so it is remembered as long as there is room, by a hash of the first two: nothing
 * that time or policy decides is remembered with it. A cookie that does not open leaves no trace.
 */
export function createSealedShelf({
  sealer,
  maxEntries,
  onResult,
}: SealedShelfOptions): SessionShelf {
  const opened = new LRUCache<string, Passed<FoundSession>>({ max: maxEntries });

  function find(cookie: string, binding: string): Passed<FoundSession | NotFound> {
    if (cookie.length > maxCookieLength) return pass('longer than a cookie can be');
    // No binding begins with another one, see there.
    const key = hash('sha256', binding + cookie, 'base64url');
    const known = opened.get(key);
    onResult(known === undefined ? 'miss' : 'hit');
    if (known !== undefined) return known;
    const text = sealer.open(cookie, binding);
    if (!text.ok) return pass(text.stop);
    const content = decodeContent(text.value);
    if (content === null) return pass('of a form that is not known');
    const found = pass(foundSession(content, null));
    opened.set(key, found);
    return found;
  }

  return {
    find,
    add: ({ content, binding }) => pass(sealer.seal(encodeContent(content), binding)),
    renew: (_state, { content, binding }) => pass(sealer.seal(encodeContent(content), binding)),
    // Nobody keeps it but the client. Of several cookies none is a session, see `readSessionCookie`.
    remove: ([cookie, ...more], binding) =>
      pass(cookie !== undefined && more.length === 0 && isSession(find(cookie, binding)) ? 1 : 0),
  };
}

function isSession({ value }: Passed<FoundSession | NotFound>): boolean {
  return typeof value !== 'string';
}
