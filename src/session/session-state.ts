import type { Session } from '../authz/session.ts';
import type { SessionMarks } from '../authz/revocations.ts';
import { pass } from '../lib/step.ts';
import type { SessionContent } from './session-content.ts';

/** What stands in `Session.state`; told apart by `instanceof`. */
export class SessionState {
  readonly content: SessionContent;
  /** Cookie that names the session in a store; null where the cookie is the session. */
  readonly id: string | null;

  constructor(content: SessionContent, id: string | null) {
    this.content = content;
    this.id = id;
  }
}

/** The state of a session that was resumed here; throws for any other. */
export function stateOf(session: Session): SessionState {
  if (session.state instanceof SessionState) return session.state;
  throw new TypeError('the session is not one that was resumed here');
}

/** A session that was found, ready to be handed out again and again. */
export interface FoundSession {
  readonly state: SessionState;
  readonly resumed: { readonly ok: true; readonly value: Session };
}

export function foundSession(content: SessionContent, id: string | null): FoundSession {
  const { provider, issuer, claims, openedBy, credentialIdentifier } = content;
  const expiresAt = content.tokenExpiresAt;
  const state = new SessionState(content, id);
  const token = { provider, issuer, method: 'session', claims, expiresAt } as const;
  const marks = describeMarks(content);
  return { state, resumed: pass({ token, openedBy, credentialIdentifier, marks, state }) };
}

function describeMarks(content: SessionContent): SessionMarks {
  const { tokenHash, jti, tokenIssuedAt: issuedAt } = content;
  return { id: nameSession(content), tokenHash, jti, issuedAt };
}

/** The same for every cookie of a session. */
export function nameSession({ service, tokenHash, openedAt }: SessionContent): string {
  return `${tokenHash} ${openedAt} ${service}`;
}
