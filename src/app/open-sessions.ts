import type { Sessions } from '../authz/session.ts';
import type { Config } from '../config/config.ts';
import type { SessionStore } from '../session/session-store.ts';
import { sessionsByStorage } from '../session/sessions-by-storage.ts';
import type { SessionsReport } from '../session/session-tools.ts';
import { createSessions } from '../session/sessions.ts';
import { describeWithSecrets } from './describe-with-secrets.ts';
import type { Tools } from './tools.ts';

/** Sessions with what they were opened with. */
export interface OpenSessions {
  readonly sessions: Sessions;
  readonly sealed: SealedSessions;
  /** Null where there is no store that replicas share. */
  readonly stored: StoredSessions | null;
}

interface SealedSessions {
  readonly sessions: Sessions;
  /** Equal for equal keys. Holds secrets: for comparison only. */
  readonly key: string;
}

interface StoredSessions {
  readonly sessions: Sessions;
  readonly store: SessionStore;
}

/** They count what happens, which is true of requests under way at a reload too: nothing is muted. */
interface SessionTools extends Pick<Tools, 'clock' | 'processKeys'> {
  readonly telemetry: SessionsReport;
}

/** As much of an `OpenStore` as is needed. */
interface Store {
  readonly shared: { readonly sessions: SessionStore } | null;
}

/**
 * The sessions that a configuration asks for. Those of `before` whose keys or whose store did not
 * change are taken over, with what they remember.
 */
export function openSessions(
  { session }: Pick<Config, 'session'>,
  before: OpenSessions | undefined,
  { shared }: Store,
  tools: SessionTools,
): OpenSessions {
  const sealed = openSealed(session, before?.sealed, tools);
  const stored = openStored(shared, before?.stored, tools);
  if (before?.sealed === sealed && before.stored === stored) return before;
  const kept = { cookie: sealed.sessions, redis: stored?.sessions ?? null };
  return { sessions: sessionsByStorage(kept), sealed, stored };
}

function openSealed(
  session: Config['session'],
  before: SealedSessions | undefined,
  { telemetry, clock, processKeys }: SessionTools,
): SealedSessions {
  const keys = session === null || session.keys.length === 0 ? [processKeys.session] : session.keys;
  const key = describeWithSecrets(keys);
  if (before?.key === key) return before;
  const deps = { clock, store: null, report: telemetry };
  return { sessions: createSessions({ storage: 'cookie', keys }, deps), key };
}

function openStored(
  shared: Store['shared'],
  before: StoredSessions | null | undefined,
  { telemetry, clock }: SessionTools,
): StoredSessions | null {
  if (shared === null) return null;
  const store = shared.sessions;
  if (before?.store === store) return before;
  const deps = { clock, store, report: telemetry };
  return { sessions: createSessions({ storage: 'redis', keys: [] }, deps), store };
}
