import type { Case } from './case.ts';

/** What the dry run could not know, and what it left undone. */
export function describeLimits(it: Case): string[] {
  const { policy } = it;
  if (policy === null || it.credential === null) return [];
  const { tokenPlaces, grant, proof } = policy;
  const limits: string[] = [];
  if (tokenPlaces.body !== null || grant?.places.has('body') === true) {
    limits.push('A body is not part of a dry run: credentials in it were not looked for.');
  }
  if (proof.mtls !== 'off' && it.request.peerCertificate === '') {
    limits.push('No client certificate was given to the dry run.');
  }
  return [...limits, ...tellUndone(it)];
}

function tellUndone({ credential, alone, final }: Case): string[] {
  const undone: string[] = [];
  if (alone.asked.some(({ step }) => step === 'proof')) {
    undone.push('The DPoP proof was not used up by this.');
  }
  if (credential?.ok === true && credential.value.kind === 'pair') {
    undone.push('The pair was shown to the identity provider, as for any request.');
  }
  if (final.session === 'open') {
    undone.push('A real request may get a session cookie; none was made.');
  }
  if (final.session === 'renew') undone.push('The session was not renewed.');
  return undone;
}
