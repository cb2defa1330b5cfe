import type { Claims } from '../authz/token.ts';
import type { Clock } from '../lib/clock.ts';
import { halt, pass, type Step } from '../lib/step.ts';
import { classifyToken } from './classify-token.ts';
import { judgeJwtHeader } from './judge-jwt-header.ts';
import { explainStatus, maxBodyLength, type IntrospectionAnswer } from './judge-introspection.ts';
import { judgeTimes, readTime, type TimeRules } from './judge-times.ts';
import type { KeySet } from './key-set.ts';
import { isJsonObject, parseJsonObject, readOwn } from './parse-json-object.ts';
import { proveSignature, type Proven } from './prove-signature.ts';
import type { IntrospectionType, ProviderOptions } from './provider-options.ts';
import { asymmetricAlgorithms } from './public-key.ts';

const signedType = 'application/token-introspection+jwt';
const draftType = 'application/jwt';
type SignedType = Exclude<IntrospectionType, 'application/json'>;

/** Members of an introspection answer, and the key that signed them. */
interface OpenedAnswer {
  readonly members: Claims;
  readonly keyId: string;
}

/**
 * The members of a signed answer, or why it is none that can be believed. `askedAt`: when the provider
 * was asked, in epoch milliseconds.
 */
type OpenSignedAnswer = (
  answer: IntrospectionAnswer,
  askedAt: number,
) => Promise<Step<OpenedAnswer, string>>;

/**
 * Proves signed introspection answers (RFC 9701 section 5): a JWT of the provider, meant for our
 * client, made since we asked. A plain answer, which anybody on the way could have written, is not
 * believed; nor is an earlier one, which may be of before a revocation. No form names the token.
 *
 * With `application/jwt` the older drafts of the RFC count too, which had the members at the top. There
 * `iat`, `exp` and `nbf` are the token's: when such an answer was made cannot be checked, and whoever
 * can write answers on the way can repeat an old one.
 */
export function createAnswerOpener(
  options: ProviderOptions,
  { keys, clock }: { readonly keys: KeySet; readonly clock: Clock },
): OpenSignedAnswer {
  const issuers = new Set([options.issuer, ...options.issuersAllowed]);
  const algorithms = new Set(options.algorithms.filter((name) => asymmetricAlgorithms.has(name)));

  return async function openSignedAnswer(answer, askedAt) {
    const type = typeOf(answer, options.introspection.accept);
    if (!type.ok) return type;
    const proven = await prove(answer.body, type.value, { algorithms, keys });
    if (!proven.ok) return proven;
    const claims = parseJsonObject(proven.value.payload);
    if (claims === null) return halt('the payload of the signed answer is no JSON object');

    const issuer = readOwn(claims, 'iss');
    if (typeof issuer !== 'string' || !issuers.has(issuer)) {
      return halt('the signed answer is not of the provider');
    }
    if (!isFor(readOwn(claims, 'aud'), options.client?.id)) {
      return halt('the signed answer is not for our client');
    }
    const { leewayMs } = options;
    const members = membersOf(claims, type.value, { askedAt, nowMs: clock.now(), leewayMs });
    return members.ok ? pass({ members: members.value, keyId: proven.value.keyId }) : members;
  };
}

function typeOf(
  { status, contentType, body }: IntrospectionAnswer,
  accepted: IntrospectionType,
): Step<SignedType, string> {
  if (status !== 200) return halt(explainStatus(status));
  const type = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase();
  if (type !== signedType && (type !== draftType || accepted !== draftType)) {
    return halt('the answer is not a signed one');
  }
  return body.length > maxBodyLength ? halt('the answer is too long') : pass(type);
}

async function prove(
  body: string,
  type: SignedType,
  { algorithms, keys }: { readonly algorithms: ReadonlySet<string>; readonly keys: KeySet },
): Promise<Step<Proven, string>> {
  const token = body.trim();
  const shape = classifyToken(token);
  if (shape.kind !== 'jwt') return halt('the signed answer is no signed JWT');
  const header = judgeJwtHeader(shape.header, { algorithms, tokenTypes: typesFor(type, shape) });
  if (!header.ok) return halt(`the signed answer: ${header.stop.detail ?? header.stop.reason}`);
  const proven = await proveSignature(token, header.value, keys);
  if (proven.kind === 'proven') return pass(proven);
  return halt(`the signed answer: ${proven.refusal.detail ?? proven.refusal.reason}`);
}

/** Explicit in the RFC; the drafts had none yet, but an access token is none of their answers. */
function typesFor(
  type: SignedType,
  { header }: { readonly header: Readonly<Record<string, unknown>> },
): readonly string[] | null {
  if (type === signedType) return ['token-introspection+jwt'];
  return readOwn(header, 'typ') === undefined ? null : ['jwt', 'token-introspection+jwt'];
}

function isFor(audience: unknown, clientId: string | undefined): boolean {
  if (clientId === undefined) return false;
  return Array.isArray(audience) ? audience.includes(clientId) : audience === clientId;
}

interface Moments extends TimeRules {
  readonly askedAt: number;
}

function membersOf(claims: Claims, type: SignedType, moments: Moments): Step<Claims, string> {
  const members = readOwn(claims, 'token_introspection');
  if (members === undefined && type === draftType) return pass(claims);
  if (!isJsonObject(members)) return halt('the signed answer has no token_introspection');
  const problem = judgeMoments(claims, moments);
  return problem === null ? pass(members) : halt(problem);
}

/** Why an answer is not one of now; null = it is. */
function judgeMoments(claims: Claims, { askedAt, nowMs, leewayMs }: Moments): string | null {
  const issuedAt = readTime(claims, 'iat');
  if (typeof issuedAt !== 'number') return 'iat of the signed answer is absent or no number';
  if (issuedAt > nowMs + leewayMs) return 'iat of the signed answer lies ahead';
  // Most providers tell whole seconds.
  if (issuedAt < Math.floor((askedAt - leewayMs) / 1000) * 1000) {
    return 'the signed answer is older than the question';
  }
  const times = judgeTimes(claims, { nowMs, leewayMs, maxTokenAgeMs: null });
  return times.ok ? null : 'exp or nbf of the signed answer does not fit';
}
