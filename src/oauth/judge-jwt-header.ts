import { deny, type Deny } from '../authz/refusal.ts';
import { halt, pass, type Step } from '../lib/step.ts';
import { readOwn } from './parse-json-object.ts';

/** What of a JWS header (RFC 7515 section 4) decides on how it is verified. */
export interface JwtHeader {
  readonly alg: string;
  readonly kid: string | null;
}

export interface HeaderRules {
  readonly algorithms: ReadonlySet<string>;
  /** Null = `JWT`, `at+jwt` (RFC 9068) or none. */
  readonly tokenTypes: readonly string[] | null;
}

const tolerated = ['jwt', 'at+jwt'];

export function judgeJwtHeader(
  header: Readonly<Record<string, unknown>>,
  rules: HeaderRules,
): Step<JwtHeader, Deny> {
  const alg = readOwn(header, 'alg');
  if (typeof alg !== 'string') return halt(deny('token_malformed', 'alg is not a string'));
  // Section 4.1.11: extensions that are not understood must be refused, and none is.
  if (Object.hasOwn(header, 'crit')) return halt(deny('token_malformed', 'crit'));
  const kid = readOwn(header, 'kid') ?? null;
  if (kid !== null && typeof kid !== 'string') {
    return halt(deny('token_malformed', 'kid is not a string'));
  }
  if (!isAcceptedType(readOwn(header, 'typ'), rules.tokenTypes)) {
    return halt(deny('token_malformed', 'typ is not one that is accepted'));
  }
  if (!rules.algorithms.has(alg)) {
    return halt(deny('token_signature_invalid', 'alg is not one that is allowed'));
  }
  return pass({ alg, kid });
}

function isAcceptedType(typ: unknown, wanted: readonly string[] | null): boolean {
  if (typ === undefined) return wanted === null;
  if (typeof typ !== 'string') return false;
  return (wanted?.map(normaliseType) ?? tolerated).includes(normaliseType(typ));
}

/** Section 4.1.9: a media type whose `application/` may be left out; case does not matter. */
function normaliseType(typ: string): string {
  return typ.toLowerCase().replace(/^application\//, '');
}
