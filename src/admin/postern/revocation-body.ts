import { z } from 'zod';
import { halt, pass, type MaybePromise, type Step } from '../../lib/step.ts';
import type { RevocationDraft } from '../../registry/ports.ts';
import { hashToken, revocationKinds, type RevocationKind } from '../../registry/revocation.ts';
import { optionalText, text } from '../http/fields.ts';
import type { Answer } from '../http/answer.ts';
import { schemaViolation } from '../http/violations.ts';
import { readConsumerKey } from '../kong/consumer-body.ts';

export const revocationBody = z.strictObject({
  token: text.optional().describe('An access token; its SHA-256 is kept, nothing else of it.'),
  jti: text.optional().describe('`jti` of a token; kept as a hash.'),
  client_id: text.optional().describe('All that this client was issued until now.'),
  consumer: text.optional().describe('id or username: all that it was issued until now.'),
  session: text.optional().describe('Value of a session cookie; what it names is kept as a hash.'),
  issuer: optionalText.describe('With `jti` and `client_id`: only what this `iss` issued.'),
  note: optionalText,
});

export type RevocationBody = z.output<typeof revocationBody>;

/** A session that a cookie names. */
export interface NamedSession {
  readonly id: string;
  /** Epoch milliseconds: it is over by then whatever happens. */
  readonly endsAt: number;
}

/** What a cookie names; null = no session that counts. Stops where the sessions cannot be read. */
export type FindSession = (cookie: string) => Promise<Step<NamedSession | null, string>>;

/** What a body wants revoked. Nothing of what it says in secret is in the draft, or in a refusal. */
export async function readRevocation(
  body: RevocationBody,
  findSession: FindSession,
): Promise<Step<RevocationDraft, Answer>> {
  const given = revocationKinds.filter((name) => body[name] !== undefined);
  const [kind] = given;
  if (kind === undefined || given.length > 1) {
    return halt(schemaViolation({ '@entity': [`expected one of: ${revocationKinds.join(', ')}`] }));
  }
  return readKind(kind, body, findSession);
}

function readKind(
  kind: RevocationKind,
  body: RevocationBody,
  findSession: FindSession,
): MaybePromise<Step<RevocationDraft, Answer>> {
  const { [kind]: value = '', note } = body;
  const issuer = body.issuer ?? null;
  const problem = findProblem(kind, value, issuer);
  if (problem !== null) return halt(schemaViolation(problem));
  switch (kind) {
    case 'token':
      return pass(describeToken(value, note));
    case 'jti':
    case 'client_id':
      return pass({ kind, subject: value, issuer, endsAt: null, note });
    case 'consumer':
      return pass({ kind, key: readConsumerKey(value), note });
    case 'session':
      return readSession(value, note, findSession);
  }
}

function findProblem(
  kind: RevocationKind,
  value: string,
  issuer: string | null,
): Record<string, string> | null {
  if (issuer !== null && kind !== 'jti' && kind !== 'client_id') {
    return { issuer: 'goes with jti or client_id only' };
  }
  if (value === '') return { [kind]: 'length must be at least 1' };
  // With a scheme before it, it is another text, and would revoke nothing.
  const isAlone = kind !== 'token' || /^[\x21-\x7e]+$/.test(value);
  return isAlone ? null : { token: 'expected the token alone' };
}

type Note = RevocationBody['note'];

function describeToken(token: string, note: Note): RevocationDraft {
  const subject = hashToken(token);
  return { kind: 'token', subject, issuer: null, endsAt: readExpiry(token), note };
}

async function readSession(
  cookie: string,
  note: Note,
  findSession: FindSession,
): Promise<Step<RevocationDraft, Answer>> {
  const found = await findSession(cookie);
  if (!found.ok) {
    const body = { message: 'The store cannot be reached; nothing was changed' };
    return halt({ status: 503, body, headers: { 'retry-after': '1' }, detail: found.stop });
  }
  if (found.value === null) {
    return halt(schemaViolation({ session: 'no session of any Service that counts now' }));
  }
  const { id: subject, endsAt } = found.value;
  return pass({ kind: 'session', subject, issuer: null, endsAt, note });
}

/** `exp` of what looks like a JWT, in milliseconds. Nobody has proven it, see `revoke`. */
function readExpiry(token: string): number | null {
  const [, payload = ''] = token.split('.');
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const { exp } = claims as { exp?: unknown };
    const ends = typeof exp === 'number' ? Math.round(exp * 1000) : NaN;
    return Number.isSafeInteger(ends) ? ends : null;
  } catch {
    return null;
  }
}
