import type { Claims } from '../authz/token.ts';
import type { Clock } from '../lib/clock.ts';
import { halt, pass, type Step } from '../lib/step.ts';
import { classifyToken } from './classify-token.ts';
import { judgeJwtHeader } from './judge-jwt-header.ts';
import { explainStatus, maxBodyLength, type IntrospectionAnswer } from './judge-introspection.ts';
import { readTime } from './judge-times.ts';
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

/** The members of a signed answer, or why it is none that can be believed. */
type OpenSignedAnswer = (answer: IntrospectionAnswer) => Promise<Step<OpenedAnswer, string>>;

/**
 * Proves signed introspection answers (RFC 9701 section 5): a JWT of the provider, meant for our
 * client. A plain answer, which anybody on the way could have written, is not believed. With
 * `application/jwt` the older drafts of the RFC count too, which had the members at the top.
 */
export function createAnswerOpener(
  options: ProviderOptions,
  { keys, clock }: { readonly keys: KeySet; readonly clock: Clock },
): OpenSignedAnswer {
  const issuers = new Set([options.issuer, ...options.issuersAllowed]);
  const algorithms = new Set(options.algorithms.filter((name) => asymmetricAlgorithms.has(name)));

  return async function openSignedAnswer(answer) {
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
    const members = membersOf(claims, type.value, clock.now() + options.leewayMs);
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

function membersOf(claims: Claims, type: SignedType, latestMs: number): Step<Claims, string> {
  const members = readOwn(claims, 'token_introspection');
  // At the top, `iat` would be that of the token.
  if (members === undefined && type === draftType) return pass(claims);
  if (!isJsonObject(members)) return halt('the signed answer has no token_introspection');
  const issuedAt = readTime(claims, 'iat');
  if (typeof issuedAt !== 'number' || issuedAt > latestMs) {
    return halt('iat of the signed answer is absent or lies ahead');
  }
  return pass(members);
}
