import { hash } from 'node:crypto';
import { revocableText } from '../lib/revocable-text.ts';
import { halt, pass, type Step } from '../lib/step.ts';
import { checkName, checkText, gather, maybe } from './check-fields.ts';
import { newFacts, touch, type Facts, type Stamp } from './dossier.ts';
import { invalid, type RegistryProblem } from './problem.ts';

export const revocationKinds = ['token', 'jti', 'client_id', 'consumer', 'session'] as const;
export type RevocationKind = (typeof revocationKinds)[number];

/** What is revoked, as far as it may be kept: no token, no cookie, and no `jti`, which may be a token. */
export interface RevocationTarget {
  readonly kind: RevocationKind;
  /**
   * `token`: {@link hashToken}. `session`: `SessionMarks.id`. `consumer`: its id. Only a client id
   * and a Consumer's id are ever written down.
   */
  readonly subject: string;
  /** Only what this issuer issued; for `jti` and `client_id`. Null = of any. */
  readonly issuer: string | null;
  /** When what is revoked ends by itself; epoch milliseconds, null = not known. */
  readonly endsAt: number | null;
}

/** One revocation, as it is kept. Times are epoch milliseconds. */
export interface RevocationFacts extends Facts {
  readonly kind: RevocationKind;
  /** A client id or a Consumer's id; null for what nobody may read. */
  readonly subject: string | null;
  readonly issuer: string | null;
  /** What was issued up to then is met; null = it is one thing, whenever it was issued. */
  readonly notBefore: number | null;
  /** When it may be forgotten. */
  readonly until: number;
  readonly note: string | null;
}

/** Milliseconds. */
export interface RevocationTerms {
  /** At least the longest life of any token. */
  readonly keepMs: number;
}

const dayMs = 86_400_000;
const hourMs = 3_600_000;

/**
 * A UUID (version 8, RFC 9562) of what is revoked, so that it can be looked up by what a request
 * brings, and only by who knows it.
 */
export function revocationId(kind: RevocationKind, subject: string, issuer: string | null): string {
  const hex = hash('sha256', JSON.stringify([kind, issuer, subject]));
  const variant = ((parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
  const last = `${variant}${hex.slice(18, 20)}-${hex.slice(20, 32)}`;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${last}`;
}

/** SHA-256 of its {@link revocableText}, base64url: how a token is named here and in sessions. */
export function hashToken(token: string): string {
  return hash('sha256', revocableText(token), 'base64url');
}

/** What a revocation makes of what is there; the same object where nothing changes. */
export function revoke(
  before: RevocationFacts | null,
  target: RevocationTarget,
  note: string | null | undefined,
  { keepMs }: RevocationTerms,
  stamp: Stamp,
): Step<RevocationFacts, RegistryProblem> {
  const checked = checkTarget(target, note);
  if (!checked.ok) return checked;
  const wanted = { ...describe(target, before, keepMs, stamp.now), ...noteOf(before, note) };
  if (before === null) {
    const { kind, subject, issuer } = target;
    return pass({ ...newFacts(revocationId(kind, subject, issuer), stamp), ...wanted });
  }
  // One thing is revoked or not: to say it again is no news.
  if (wanted.notBefore === null && wanted.note === before.note) return pass(before);
  return pass({ ...touch(before, stamp), ...wanted });
}

/** Neither what is met nor how long ever becomes less. */
function describe(
  target: RevocationTarget,
  before: RevocationFacts | null,
  keepMs: number,
  now: number,
): Omit<RevocationFacts, keyof Facts | 'note'> {
  const { kind, subject, issuer } = target;
  const isMark = kind === 'client_id' || kind === 'consumer';
  return {
    kind,
    subject: isMark ? subject : null,
    issuer,
    notBefore: isMark ? Math.max(now, before?.notBefore ?? 0) : null,
    until: Math.max(endOf(target, keepMs, now), before?.until ?? 0),
  };
}

function noteOf(
  before: RevocationFacts | null,
  note: string | null | undefined,
): { readonly note: string | null } {
  return { note: note === undefined ? (before?.note ?? null) : note };
}

/**
 * A token's own `exp` is not proven here, so that it may lengthen the time, and shorten it to a day at
 * the least: an introspection may let a token live a little longer than it says.
 */
function endOf({ kind, endsAt }: RevocationTarget, keepMs: number, now: number): number {
  if (endsAt === null) return now + keepMs;
  if (kind === 'token') return Math.max(now + Math.min(dayMs, keepMs), endsAt + hourMs);
  return Math.max(now + keepMs, endsAt);
}

function checkTarget(
  { kind, subject, issuer }: RevocationTarget,
  note: string | null | undefined,
): Step<null, RegistryProblem> {
  if (subject === '') return halt(invalid({ [kind]: 'length must be at least 1' }));
  return gather({
    [kind]: kind === 'client_id' ? checkName(subject) : null,
    issuer: maybe(issuer, checkText),
    note: maybe(note, checkText),
  });
}
