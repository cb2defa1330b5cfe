import { describe, expect, it } from '@jest/globals';
import { checkProof } from '../../../src/authz/check-proof.ts';
import type { TokenCredential } from '../../../src/authz/credentials/credential.ts';
import type { ProofMode, ProofPolicy } from '../../../src/authz/policy.ts';
import type { Proofs } from '../../../src/authz/proof.ts';
import { deny } from '../../../src/authz/refusal.ts';
import { halt, pass } from '../../../src/lib/step.ts';
import { policyOf, requestOf, tokenOf } from '../../support/builders.ts';

const certificate = '-----BEGIN%20CERTIFICATE-----';

/** Finds the thumbprint `T` in the one good certificate, and takes any DPoP proof of the key `J`. */
const proofs: Proofs = {
  checkDpop: ({ thumbprint }) =>
    thumbprint === 'J' ? pass({ nonce: 'next' }) : halt(deny('token_proof_invalid', 'another key')),
  certificateThumbprint: (text) => (text === certificate ? 'T' : null),
};

interface Case {
  readonly cnf?: unknown;
  readonly scheme?: 'bearer' | 'dpop' | null;
  readonly dpop?: ProofMode;
  readonly mtls?: ProofMode;
  readonly peer?: string;
}

function check({ cnf, scheme = 'bearer', dpop = 'off', mtls = 'off', peer = '' }: Case) {
  const place = { kind: 'header', name: 'authorization' } as const;
  const carrier: TokenCredential | null =
    scheme === null ? null : { kind: 'token', scheme, token: 't', place };
  const proof: ProofPolicy = { ...policyOf().proof, dpop, mtls };
  return checkProof(
    tokenOf(cnf === undefined ? {} : { cnf }),
    carrier,
    {
      request: requestOf({ peerCertificate: peer }),
      policy: policyOf({ proof }),
      signal: new AbortController().signal,
    },
    proofs,
  );
}

const both = { dpop: 'optional', mtls: 'optional' } as const;

describe('accepts', () => {
  it.each<[string, Case]>([
    ['an unbound token', {}],
    ['cnf: null, which is absent', { cnf: null }],
    ['an unbound token where proofs are optional', both],
    ['a session, which is opened for unbound tokens only', { scheme: null, dpop: 'optional' }],
    ['the certificate', { cnf: { 'x5t#S256': 'T' }, mtls: 'optional', peer: certificate }],
    ['the required certificate', { cnf: { 'x5t#S256': 'T' }, mtls: 'required', peer: certificate }],
  ])('%s', async (_name, given) => {
    expect(await check(given)).toEqual(pass({ responseHeaders: [] }));
  });

  it.each<[string, Case]>([
    ['a DPoP proof', { cnf: { jkt: 'J' }, scheme: 'dpop', dpop: 'optional' }],
    ['the required DPoP proof', { cnf: { jkt: 'J' }, scheme: 'dpop', dpop: 'required' }],
    [
      'both of two bindings',
      { ...both, cnf: { jkt: 'J', 'x5t#S256': 'T' }, scheme: 'dpop', peer: certificate },
    ],
  ])('%s, and tells the next nonce', async (_name, given) => {
    expect(await check(given)).toEqual(pass({ responseHeaders: [['dpop-nonce', 'next']] }));
  });
});

describe('refuses', () => {
  it.each<[string, Case]>([
    ['a DPoP binding where DPoP is off', { cnf: { jkt: 'J' }, scheme: 'dpop' }],
    ['a DPoP binding with the Bearer scheme', { cnf: { jkt: 'J' }, dpop: 'optional' }],
    ['a proof of another key', { cnf: { jkt: 'K' }, scheme: 'dpop', dpop: 'optional' }],
    ['the DPoP scheme without a binding', { scheme: 'dpop', dpop: 'optional' }],
    ['a binding that is no string', { cnf: { jkt: 7 }, scheme: 'dpop', dpop: 'optional' }],
    ['an unbound token where DPoP is required', { dpop: 'required' }],
    ['an unbound token where a certificate is required', { mtls: 'required', peer: certificate }],
    [
      'a certificate where DPoP is required',
      { ...both, cnf: { 'x5t#S256': 'T' }, dpop: 'required', peer: certificate },
    ],
    ['a certificate binding where it is off', { cnf: { 'x5t#S256': 'T' }, peer: certificate }],
    ['no certificate', { cnf: { 'x5t#S256': 'T' }, mtls: 'optional' }],
    ['an unreadable certificate', { cnf: { 'x5t#S256': 'T' }, mtls: 'optional', peer: 'x' }],
    ['another certificate', { cnf: { 'x5t#S256': 'U' }, mtls: 'optional', peer: certificate }],
    [
      'a bad DPoP proof beside a good certificate',
      { ...both, cnf: { jkt: 'J', 'x5t#S256': 'T' }, peer: certificate },
    ],
    ['a bound token behind a pair or a session', { ...both, cnf: { jkt: 'J' }, scheme: null }],
    ['no binding behind a pair where one is required', { scheme: null, dpop: 'required' }],
    ['a jkt that is null', { ...both, cnf: { jkt: null } }],
    ['a jkt that is null, with its scheme', { ...both, cnf: { jkt: null }, scheme: 'dpop' }],
    ['an x5t#S256 that is null', { ...both, cnf: { 'x5t#S256': null }, peer: certificate }],
    ['an empty cnf', { ...both, cnf: {} }],
    ['a cnf that is no object', { ...both, cnf: '' }],
    ['cnf: false', { ...both, cnf: false }],
    ['an unknown kind of binding', { ...both, cnf: { kid: 'x' } }],
    ['an unknown kind beside a good one', { ...both, cnf: { jkt: 'J', jwk: {} }, scheme: 'dpop' }],
  ])('%s', async (_name, given) => {
    expect(await check(given)).toMatchObject({ stop: { reason: 'token_proof_invalid' } });
  });
});
