import { randomBytes as nodeRandomBytes } from 'node:crypto';
import type { Sessions } from '../authz/session.ts';
import type { Clock } from '../lib/clock.ts';
import { Secret } from '../lib/secret.ts';
import { createEnd } from './end-session.ts';
import { createOpen } from './open-session.ts';
import { createRenew } from './renew-session.ts';
import { createResume } from './resume-session.ts';
import { createSealedShelf } from './sealed-shelf.ts';
import { createSealer, type RandomBytes } from './sealer.ts';
import type { SessionShelf } from './session-shelf.ts';
import type { SessionStore } from './session-store.ts';
import { createReadTerms } from './session-terms.ts';
import type { SessionsReport } from './session-tools.ts';
import { createStoredShelf } from './stored-shelf.ts';

export interface SessionsOptions {
  /** Where the content is: sealed in the cookie, or in the store under a hash of the cookie. */
  readonly storage: 'cookie' | 'redis';
  /**
   * At least 32 characters each; the first seals, all open. None = a random one, so that sessions
   * end with this object and mean nothing to other replicas. A store needs none.
   */
  readonly keys: readonly Secret[];
  /** Opened cookies, tokens that had their session and renewals: so many of each; default 10,000. */
  readonly maxEntries?: number;
}

export interface SessionsDependencies {
  readonly clock: Clock;
  /** Default: those of Node. */
  readonly randomBytes?: RandomBytes;
  /** Needed for `storage: redis`. */
  readonly store: SessionStore | null;
  readonly report?: SessionsReport;
}

/** Sessions by one configuration; all that differs from Service to Service comes with the policy. */
export function createSessions(options: SessionsOptions, deps: SessionsDependencies): Sessions {
  const { maxEntries = 10_000 } = options;
  const { clock, report = {} } = deps;
  const shelf = createShelf({ ...options, maxEntries }, deps);
  const readTerms = createReadTerms();
  const tools = { shelf, readTerms, clock, report };
  const resume = createResume(tools);
  return {
    resume,
    clearing: (policy) => readTerms(policy).clearing,
    open: createOpen(tools, resume, maxEntries),
    renew: createRenew(tools, maxEntries),
    end: createEnd(tools),
  };
}

function createShelf(
  { storage, keys, maxEntries }: Required<SessionsOptions>,
  { randomBytes = nodeRandomBytes, store, report }: SessionsDependencies,
): SessionShelf {
  if (storage === 'redis') {
    if (store === null) throw new TypeError('there is no store for sessions');
    return createStoredShelf(store, randomBytes);
  }
  const random = () => new Secret(Buffer.from(randomBytes(32)).toString('base64url'));
  const sealer = createSealer(keys.length === 0 ? [random()] : keys, randomBytes);
  const onResult = (result: 'hit' | 'miss') => report?.cacheAsked?.({ cache: 'sessions', result });
  return createSealedShelf({ sealer, maxEntries, onResult });
}
