import type { Sessions } from '../authz/session.ts';
import type { Config } from '../config/config.ts';
import { createSessions } from '../session/sessions.ts';
import { muteable } from '../telemetry/wrap-telemetry.ts';
import type { OpenStore } from './open-store.ts';
import { describeWithSecrets } from './describe-with-secrets.ts';
import type { Tools } from './tools.ts';

/** Sessions with what they were opened with. */
export interface OpenSessions {
  readonly sessions: Sessions;
  /** Equal for equal configurations. Holds secrets: for comparison only. */
  readonly key: string;
  /** Where they are, unless they are in their cookies. */
  readonly store: OpenStore;
  /** Ends what they tell of themselves, once others have their place. */
  readonly mute: () => void;
}

/** The sessions that a configuration asks for: `before` if they are those, else new ones. */
export function openSessions(
  { session }: Config,
  before: OpenSessions | undefined,
  store: OpenStore,
  tools: Tools,
): OpenSessions {
  const key = describeWithSecrets(session);
  if (before?.key === key && before.store === store) return before;
  const { storage, keys } = session ?? { storage: 'cookie', keys: [] };
  const { telemetry, mute } = muteable(tools.telemetry);
  const options = { storage, keys: keys.length === 0 ? [tools.processKeys.session] : keys };
  const deps = { clock: tools.clock, store: store.shared?.sessions ?? null, report: telemetry };
  return { sessions: createSessions(options, deps), key, store, mute };
}
