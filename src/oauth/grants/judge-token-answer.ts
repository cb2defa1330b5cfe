import type { GrantPlan } from '../../authz/policy.ts';
import { unavailable, type Unavailable } from '../../authz/refusal.ts';
import { maxTokenLength } from '../classify-token.ts';
import { parseJsonObject, readOwn } from '../parse-json-object.ts';
import { isJsonType } from '../read-json-answer.ts';

export type Grant = GrantPlan['grant'];

/** An access token and what comes with it, most of which nobody reads. */
const maxBodyLength = 64 * 1024;
/** RFC 6749 appendix A.12; also what a header may hold. */
const accessTokenText = /^[\x21-\x7e]+$/;
/** What registered errors look like (RFC 6749 section 11.4). Others stay out of the log. */
const errorText = /^[a-z_]{1,64}$/;
const digits = /^\d+$/;

/**
 * Errors that speak of what the caller presented. With `password` the client is Postern's own, so
 * that only the user's part counts.
 */
const callersFault: Readonly<Record<Grant, ReadonlySet<string>>> = {
  client_credentials: new Set(['invalid_client', 'unauthorized_client', 'access_denied']),
  password: new Set(['invalid_grant']),
};

/** An answer of the token endpoint, as it came. */
export interface TokenAnswer {
  readonly status: number;
  readonly contentType: string | null;
  readonly body: string;
}

export type JudgedTokenAnswer =
  | {
      readonly kind: 'issued';
      readonly accessToken: string;
      /** Of `expires_in`, in milliseconds; 0 = over at once, null = it says nothing. */
      readonly lifetimeMs: number | null;
    }
  /** The provider refused what the caller presented; with its `error`. */
  | { readonly kind: 'rejected'; readonly error: string }
  | { readonly kind: 'unavailable'; readonly refusal: Unavailable };

/**
 * Judges an answer of the token endpoint (RFC 6749 sections 5.1 and 5.2). The OAuth `error` decides,
 * not the status: providers disagree about 400, 401 and 403. Whatever cannot be read for sure says
 * nothing about the caller.
 */
export function judgeTokenAnswer(answer: TokenAnswer, grant: Grant): JudgedTokenAnswer {
  const { status, contentType, body } = answer;
  // A provider in trouble, whatever it says.
  if (status === 429 || status >= 500) return cannotTell(`answered ${status}`);
  if (!isJsonType(contentType)) return cannotTell(`answered ${status}, not application/json`);
  if (body.length > maxBodyLength) return cannotTell(`answered ${status}, too long`);
  const members = parseJsonObject(body);
  if (members === null) return cannotTell(`answered ${status}, no JSON object`);
  const error = readError(members);
  if (error !== null) return judgeError(error, status, grant);
  return status === 200 ? judgeIssued(members) : cannotTell(`answered ${status} without an error`);
}

/** Okta tells of a client id that it does not know in a form of its own, without `error`. */
function readError(members: Readonly<Record<string, unknown>>): unknown {
  return readOwn(members, 'error') ?? readOwn(members, 'errorCode') ?? null;
}

function judgeError(error: unknown, status: number, grant: Grant): JudgedTokenAnswer {
  if (typeof error !== 'string' || !errorText.test(error)) {
    return cannotTell(`answered ${status} with an error of its own`);
  }
  return callersFault[grant].has(error)
    ? { kind: 'rejected', error }
    : cannotTell(`answered ${status} with the error ${error}`);
}

function judgeIssued(members: Readonly<Record<string, unknown>>): JudgedTokenAnswer {
  const accessToken = readOwn(members, 'access_token');
  if (typeof accessToken !== 'string' || !accessTokenText.test(accessToken)) {
    return cannotTell('answered without a usable access_token');
  }
  if (accessToken.length > maxTokenLength) return cannotTell('answered with too long a token');
  const type = readOwn(members, 'token_type');
  // Also `DPoP`: it is bound to a key that nobody has.
  if (typeof type !== 'string' || type.toLowerCase() !== 'bearer') {
    return cannotTell('answered with a token that is no bearer token');
  }
  return { kind: 'issued', accessToken, lifetimeMs: readLifetime(readOwn(members, 'expires_in')) };
}

/** Seconds, which some providers send as text. What is no number is as good as absent. */
function readLifetime(value: unknown): number | null {
  const seconds = typeof value === 'string' && digits.test(value) ? Number(value) : value;
  if (typeof seconds !== 'number' || !Number.isFinite(seconds)) return null;
  return Math.max(0, seconds * 1000);
}

function cannotTell(what: string): JudgedTokenAnswer {
  const refusal = unavailable('idp_unavailable', `the token endpoint ${what}`);
  return { kind: 'unavailable', refusal };
}
