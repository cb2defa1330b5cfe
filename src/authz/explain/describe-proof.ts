import { readFirstClaim } from '../claims.ts';
import { refusalOf, type CaseOfPolicy } from './case.ts';
import { list } from './words.ts';

/** Whether the token is bound to a key or certificate, and what came as proof. */
export function describeProof(it: CaseOfPolicy): string[] {
  const { request, policy, alone } = it;
  const { proof } = policy;
  const facts = [
    `Proofs of possession here: DPoP ${proof.dpop}, certificates ${proof.mtls}.`,
    `The token is ${tellBinding(it)}.`,
  ];
  if (proof.dpop !== 'off') {
    const count = request.headers.values('dpop').length;
    facts.push(count === 0 ? 'No DPoP proof came.' : `DPoP proofs that came: ${String(count)}.`);
  }
  if (proof.mtls !== 'off') {
    facts.push(
      request.peerCertificate === '' ? 'No client certificate came.' : 'A client certificate came.',
    );
  }
  const refusal = refusalOf(alone.decision);
  const isOurs = refusal?.reason === 'token_proof_invalid';
  if (isOurs && refusal.detail !== undefined) facts.push(`Wrong: ${refusal.detail}.`);
  return facts;
}

/** Nothing is asked for and nothing is claimed. */
export function skipsProof(it: CaseOfPolicy): boolean {
  const { dpop, mtls } = it.policy.proof;
  const isDpop =
    it.credential?.ok === true &&
    it.credential.value.kind === 'token' &&
    it.credential.value.scheme === 'dpop';
  return dpop !== 'required' && mtls !== 'required' && !isDpop && bindingsOf(it).length === 0;
}

function tellBinding(it: CaseOfPolicy): string {
  const bindings = bindingsOf(it);
  return bindings.length === 0 ? 'not bound' : `bound (${list(bindings)})`;
}

function bindingsOf({ alone }: CaseOfPolicy): string[] {
  const { token } = alone.decision.trail;
  const binding = token === null ? undefined : readFirstClaim(token.claims, [['cnf']]);
  if (binding === undefined) return [];
  return typeof binding === 'object' && binding !== null
    ? ['cnf', ...Object.keys(binding)]
    : ['cnf'];
}
