import { halt, pass, type MaybePromise, type Step } from '../lib/step.ts';
import { readFirstClaim, type ClaimPath } from './claims.ts';
import type { CheckContext } from './context.ts';
import type { TokenCredential } from './credentials/credential.ts';
import type { Policy } from './policy.ts';
import type { Proofs } from './proof.ts';
import { deny, type HeaderLine, type Refusal } from './refusal.ts';
import type { AuthzRequest } from './request.ts';
import type { VerifiedToken } from './token.ts';

/** What a good proof leaves for the client: a nonce to go on with, where it changed. */
export interface Proven {
  readonly responseHeaders: readonly HeaderLine[];
}

type ProofContext = Omit<CheckContext, 'trail'>;

const unbound: Step<Proven, Refusal> = pass({ responseHeaders: [] });
const confirmation: readonly ClaimPath[] = [['cnf']];

/**
 * Whether the caller holds the key that its token is bound to (`cnf`, RFC 7800): by DPoP (RFC 9449)
 * or by the client certificate (RFC 8705). A binding that cannot be proved here, or of another kind,
 * is refused, never ignored. A token that did not come by itself (null) has nobody to prove it.
 */
export function checkProof(
  token: VerifiedToken,
  credential: TokenCredential | null,
  context: ProofContext,
  proofs: Proofs,
): MaybePromise<Step<Proven, Refusal>> {
  const { request, policy } = context;
  const binding = readFirstClaim(token.claims, confirmation);
  if (binding === undefined && credential?.scheme !== 'dpop' && !isBindingRequired(policy)) {
    return unbound;
  }
  if (credential === null) return refuse('a bound token in place of a plain one');
  const problem =
    findUnknownBinding(binding) ??
    checkCertificate(readMember(binding, 'x5t#S256'), request, policy, proofs) ??
    judgeDpopShape(readMember(binding, 'jkt'), credential, policy);
  return problem === null
    ? checkDpop(readMember(binding, 'jkt'), credential, context, proofs)
    : refuse(problem);
}

async function checkDpop(
  thumbprint: unknown,
  { token: accessToken }: TokenCredential,
  { request, policy: { proof: policy, service }, signal }: ProofContext,
  proofs: Proofs,
): Promise<Step<Proven, Refusal>> {
  if (typeof thumbprint !== 'string') return unbound;
  const question = { request, policy, accessToken, thumbprint, service };
  const proven = await proofs.checkDpop(question, signal);
  if (!proven.ok) return proven;
  const { nonce } = proven.value;
  return pass({ responseHeaders: nonce === null ? [] : [['dpop-nonce', nonce]] });
}

function isBindingRequired({ proof }: Policy): boolean {
  return proof.dpop === 'required' || proof.mtls === 'required';
}

/** Why the certificate is no proof; null = it is one, or none is needed. */
function checkCertificate(
  bound: unknown,
  { peerCertificate }: AuthzRequest,
  { proof }: Policy,
  proofs: Proofs,
): string | null {
  if (bound === undefined) {
    return proof.mtls === 'required' ? 'the token is not bound to a certificate' : null;
  }
  if (proof.mtls === 'off') return 'certificate-bound tokens are not accepted here';
  if (peerCertificate === '') return 'no client certificate';
  const thumbprint = proofs.certificateThumbprint(peerCertificate);
  if (thumbprint === null) return 'the client certificate cannot be read';
  return thumbprint === bound ? null : 'another client certificate';
}

/** Why scheme and binding do not go together; null = they do. */
function judgeDpopShape(
  thumbprint: unknown,
  { scheme }: TokenCredential,
  { proof }: Policy,
): string | null {
  if (thumbprint === undefined) {
    if (scheme === 'dpop') return 'a DPoP scheme with a token that no key is bound to';
    return proof.dpop === 'required' ? 'the token is not bound to a key' : null;
  }
  if (typeof thumbprint !== 'string') return 'cnf.jkt is no string';
  if (proof.dpop === 'off') return 'DPoP-bound tokens are not accepted here';
  // RFC 9449 section 7.2: a bound token must not be taken as a plain bearer token.
  return scheme === 'dpop' ? null : 'a DPoP-bound token with another scheme';
}

const knownBindings: ReadonlySet<string> = new Set(['jkt', 'x5t#S256']);

function findUnknownBinding(binding: unknown): string | null {
  if (binding === undefined) return null;
  if (typeof binding !== 'object' || binding === null) return 'cnf is no object';
  const names = Object.keys(binding);
  if (names.length === 0) return 'cnf is empty';
  return names.every((name) => knownBindings.has(name)) ? null : 'an unknown kind of binding';
}

/** A member that is there counts, `null` as well: what it binds to cannot be proved. */
function readMember(binding: unknown, name: string): unknown {
  if (typeof binding !== 'object' || binding === null || !Object.hasOwn(binding, name)) {
    return undefined;
  }
  return (binding as Record<string, unknown>)[name];
}

function refuse(detail: string): Step<Proven, Refusal> {
  return halt(deny('token_proof_invalid', detail));
}
