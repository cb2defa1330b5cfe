import { createHash } from 'node:crypto';
import { z } from 'zod';
import { halt, pass, type Step } from '../../lib/step.ts';
import type { RevocationEntity } from '../../registry/entities.ts';
import type { RevocationDraft } from '../../registry/ports.ts';
import { optionalText, text } from '../http/fields.ts';
import type { Answer } from '../http/answer.ts';
import { schemaViolation } from '../http/violations.ts';
import { readConsumerKey, writeTimes } from '../kong/consumer-body.ts';

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

const names = ['token', 'jti', 'client_id', 'consumer', 'session'] as const;

/** What a body wants revoked. Nothing of what it says in secret is in the draft, or in a refusal. */
export async function readRevocation(
  body: RevocationBody,
  findSession: FindSession,
): Promise<Step<RevocationDraft, Answer>> {
  const given = names.filter((name) => body[name] !== undefined);
  const [kind] = given;
  if (kind === undefined || given.length > 1) return refuse(`expected one of: ${names.join(', ')}`);
  const issuer = body.issuer ?? null;
  if (issuer !== null && kind !== 'jti' && kind !== 'client_id') {
    return halt(schemaViolation({ issuer: 'goes with jti or client_id only' }));
  }
  const value = body[kind] ?? '';
  if (value === '') return halt(schemaViolation({ [kind]: 'length must be at least 1' }));
  const { note } = body;
  switch (kind) {
    case 'token':
      return readToken(value, note);
    case 'jti':
    case 'client_id':
      return pass({ kind, subject: value, issuer, endsAt: null, note });
    case 'consumer':
      return pass({ kind, key: readConsumerKey(value), note });
    case 'session':
      return readSession(value, note, findSession);
  }
}

type Note = RevocationBody['note'];

function readToken(token: string, note: Note): Step<RevocationDraft, Answer> {
  // With a scheme before it, it is another text, and would revoke nothing.
  if (!/^[\x21-\x7e]+$/.test(token)) {
    return halt(schemaViolation({ token: 'expected the token alone' }));
  }
  const subject = createHash('sha256').update(token).digest('base64url');
  return pass({ kind: 'token', subject, issuer: null, endsAt: readExpiry(token), note });
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

function refuse(problem: string): Step<never, Answer> {
  return halt(schemaViolation({ '@entity': [problem] }));
}

export function writeRevocation(entity: RevocationEntity): object {
  const { id, kind, subject, issuer, notBefore, until, note, version } = entity;
  return {
    id,
    kind,
    ...(kind === 'client_id' && { client_id: subject }),
    ...(kind === 'consumer' && { consumer: { id: subject } }),
    issuer,
    issued_until: notBefore === null ? null : new Date(notBefore).toISOString(),
    until: new Date(Math.min(until, latest)).toISOString(),
    note,
    version,
    ...writeTimes(entity),
  };
}

/** The last moment that a date can name (ECMA-262 section 21.4.1.1). */
const latest = 8_640_000_000_000_000;
