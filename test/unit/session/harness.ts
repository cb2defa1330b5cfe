import type { SessionPolicy } from '../../../src/authz/policy.ts';
import type { Session, SessionOpening, Sessions } from '../../../src/authz/session.ts';
import type { VerifiedToken } from '../../../src/authz/token.ts';
import { Secret } from '../../../src/lib/secret.ts';
import { pass } from '../../../src/lib/step.ts';
import type { SessionStore } from '../../../src/session/session-store.ts';
import {
  createSessions,
  type SessionsDependencies,
  type SessionsOptions,
} from '../../../src/session/sessions.ts';

export const minute = 60_000;
export const never = new AbortController().signal;
export const oldKey = new Secret('an old key of more than 32 characters');
export const newKey = new Secret('a new key of more than 32 characters!');

/** A moment whose seconds are whole, as `exp` has them. */
export const start = 1_800_000_000_000;

export function policyOf(changes: Partial<SessionPolicy> = {}): SessionPolicy {
  return {
    service: 'orders',
    storage: 'cookie',
    cookieName: '__Host-postern_session',
    cookiePath: '/',
    cookieDomain: null,
    secure: true,
    sameSite: 'Lax',
    openedBy: new Set(['bearer', 'introspection', 'client_credentials', 'password']),
    idleMs: 16 * minute,
    absoluteMs: 120 * minute,
    providers: new Map([
      ['okta', new Set(['https://idp.example.com'])],
      ['entra', new Set(['https://entra.example.com'])],
    ]),
    claimNames: ['cid', 'scp'],
    logout: null,
    ...changes,
  };
}

const usualClaims = {
  cid: 'app',
  scp: ['read'],
  jti: 'j1',
  exp: start / 1000 + 3600,
  email: 'a@b.c',
};

/** It ends by its `exp`, unless told otherwise. */
export function tokenOf(changes: Partial<VerifiedToken> = {}): VerifiedToken {
  const claims = changes.claims ?? usualClaims;
  const { exp } = claims;
  return {
    provider: 'okta',
    issuer: 'https://idp.example.com',
    method: 'bearer',
    claims,
    expiresAt: typeof exp === 'number' ? exp * 1000 : null,
    ...changes,
  };
}

export function openingOf(changes: Partial<SessionOpening> = {}): SessionOpening {
  return {
    token: tokenOf(),
    accessToken: 'the-access-token',
    credentialIdentifier: null,
    issuedAt: start,
    cookie: null,
    ...changes,
  };
}

export interface World {
  readonly sessions: Sessions;
  /** What was told, in order: `opened orders`, `open too_large`, `hit`. */
  readonly told: string[];
  /** Moves the clock on. */
  readonly pass: (ms: number) => void;
  /** Another `Sessions` at the same clock. */
  readonly again: (options?: Partial<SessionsOptions>) => Sessions;
  /** Opens a session; gives the cookie's text. */
  readonly open: (opening?: SessionOpening, policy?: SessionPolicy) => Promise<string>;
  /** The session, or the detail of the refusal. */
  readonly resume: (cookie: string, policy?: SessionPolicy) => Promise<Session | string>;
}

/** Sessions at a clock of the test's own. */
export function startWorld(
  options: Partial<SessionsOptions> = {},
  deps: Partial<SessionsDependencies> = {},
): World {
  let now = start;
  const told: string[] = [];
  const create = (more: Partial<SessionsOptions> = {}): Sessions =>
    createSessions(
      { storage: 'cookie', keys: [newKey], ...options, ...more },
      {
        clock: { now: () => now },
        store: null,
        report: {
          sessionChanged: ({ service, change }) => told.push(`${change} ${service}`),
          sessionNotKept: ({ step, reason }) => told.push(`${step} ${reason}`),
          cacheAsked: ({ result }) => told.push(result),
        },
        ...deps,
      },
    );
  const sessions = create();
  return {
    sessions,
    told,
    pass(ms) {
      now += ms;
    },
    again: create,
    async open(opening = openingOf(), policy = policyOf()) {
      return valueOf(await sessions.open(opening, policy, never));
    },
    async resume(cookie, policy = policyOf()) {
      const resumed = await sessions.resume(cookie, policy, never);
      return resumed.ok ? resumed.value : `${resumed.stop.reason}: ${resumed.stop.detail ?? ''}`;
    },
  };
}

/** The text of the cookie in a `set-cookie`. */
export function valueOf(setCookie: string | null): string {
  const [, value] = /^[^=]+=([^;]*);/.exec(setCookie ?? '') ?? [];
  if (value === undefined) throw new Error(`no cookie: ${String(setCookie)}`);
  return value;
}

export interface MemoryStore extends SessionStore {
  readonly texts: Map<string, string>;
  /** Time to live of the last write. */
  ttlMs: number;
}

/** A store as Redis is one, without its time. */
export function createMemoryStore(): MemoryStore {
  const texts = new Map<string, string>();
  const store: MemoryStore = {
    texts,
    ttlMs: 0,
    read: (id) => Promise.resolve(pass(texts.get(id) ?? null)),
    write(id, text, ttlMs) {
      texts.set(id, text);
      store.ttlMs = ttlMs;
      return Promise.resolve(pass(null));
    },
    replace(id, text, ttlMs) {
      const there = texts.has(id);
      if (there) texts.set(id, text);
      if (there) store.ttlMs = ttlMs;
      return Promise.resolve(pass(there));
    },
    remove(ids) {
      return Promise.resolve(pass(ids.filter((id) => texts.delete(id)).length));
    },
  };
  return store;
}
