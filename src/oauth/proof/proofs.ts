import type { DpopQuestion, Proofs } from '../../authz/proof.ts';
import { deny, type Deny, type Refusal } from '../../authz/refusal.ts';
import type { AuthzRequest } from '../../authz/request.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Secret } from '../../lib/secret.ts';
import { halt, pass, type Step } from '../../lib/step.ts';
import { hashParts } from '../hash-parts.ts';
import { createCertificateThumbprint } from './certificate-thumbprint.ts';
import { judgeProof } from './judge-proof.ts';
import { Nonces } from './nonces.ts';
import { createProveKey } from './prove-key.ts';
import type { ReplayStore } from './replay-store.ts';

export interface ProofsOptions {
  /** Key of the nonces, to be shared by replicas; null = a random one of this process. */
  readonly nonceKey: Secret | null;
}

export interface ProofsDependencies {
  readonly clock: Clock;
  readonly replays: Pick<ReplayStore, 'use'>;
}

type Checked = Step<{ readonly nonce: string | null }, Refusal>;

/** Checks proofs of possession: DPoP (RFC 9449 section 4.3) and certificates (RFC 8705 section 3). */
export function createProofs(
  { nonceKey }: ProofsOptions,
  { clock, replays }: ProofsDependencies,
): Proofs {
  const nonces = new Nonces(nonceKey, clock);
  const proveKey = createProveKey();

  /** The replay store comes last: what is refused for another reason uses nothing up. */
  async function checkDpop(question: DpopQuestion, signal: AbortSignal): Promise<Checked> {
    const proof = readHeader(question.request);
    if (!proof.ok) return refuse(proof.stop);
    const claims = await proveKey(proof.value, question.thumbprint);
    if (!claims.ok) return refuse(claims.stop);
    const now = clock.now();
    const judged = judgeProof(claims.value, question, now);
    if (!judged.ok) return refuse(judged.stop);
    const nonce = checkNonce(judged.value.nonce, question, nonces);
    if (!nonce.ok) return nonce;

    const { jti, endsAt } = judged.value;
    const key = hashParts([question.service, question.thumbprint, jti]);
    const use = await replays.use(key, endsAt - now, signal, question.thumbprint);
    if (!use.ok) return use;
    return use.value === 'fresh' ? nonce : refuse('replayed');
  }

  return { checkDpop, certificateThumbprint: createCertificateThumbprint() };
}

/** The proof, of which there must be one (RFC 9449 section 4.3, point 1); Envoy may join two. */
function readHeader({ headers }: AuthzRequest): Step<string, string> {
  const [proof, ...more] = headers.values('dpop');
  if (proof === undefined) return halt('there is none');
  return more.length > 0 || proof.includes(',') ? halt('more than one') : pass(proof);
}

/** Passes with a newer nonce where the one in use is about to end (RFC 9449 section 8.2). */
function checkNonce(
  nonce: string | null,
  { policy, service }: DpopQuestion,
  nonces: Nonces,
): Step<{ readonly nonce: string | null }, Deny> {
  if (!policy.useNonce) return pass({ nonce: null });
  const scope = { service, windowMs: policy.lifetimeMs };
  const judged = nonce === null ? 'wrong' : nonces.judge(nonce, scope);
  if (judged === 'current') return pass({ nonce: null });
  const newer = nonces.issue(scope);
  if (judged === 'older') return pass({ nonce: newer });
  const detail = nonce === null ? 'the proof has none' : 'the nonce is too old, or not ours';
  return halt({ ...deny('proof_nonce_required', detail), headers: [['dpop-nonce', newer]] });
}

function refuse(problem: string): Checked {
  return halt(deny('token_proof_invalid', `DPoP proof: ${problem}`));
}
