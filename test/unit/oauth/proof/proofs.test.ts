import { createHash, generateKeyPairSync } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CompactSign, calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import * as oauth from 'oauth4webapi';
import type { ProofPolicy } from '../../../../src/authz/policy.ts';
import { unavailable } from '../../../../src/authz/refusal.ts';
import { Secret } from '../../../../src/lib/secret.ts';
import { halt } from '../../../../src/lib/step.ts';
import { MemoryReplayStore } from '../../../../src/oauth/proof/memory-replay-store.ts';
import { createProofs } from '../../../../src/oauth/proof/proofs.ts';
import type { ReplayStore } from '../../../../src/oauth/proof/replay-store.ts';
import { headersOf, requestOf } from '../../../support/builders.ts';
import {
  createSigningKey,
  forgeToken,
  signText,
  type SigningKey,
} from '../../../support/signing-keys.ts';

const accessToken = 'the-access-token';
const ath = createHash('sha256').update(accessToken).digest('base64url');
const never = new AbortController().signal;
const policy: ProofPolicy = {
  dpop: 'required',
  mtls: 'off',
  useNonce: false,
  lifetimeMs: 60_000,
  publicUrl: 'https://api.example/orders',
};

let now: number;
const clock = { now: () => now };
let key: SigningKey;
let thumbprint: string;
let used: string[];
let owners: string[];
let replays: Pick<ReplayStore, 'use'>;

beforeAll(async () => {
  key = await createSigningKey('ES256', 'unused');
  thumbprint = await calculateJwkThumbprint(key.publicJwk);
});

beforeEach(() => {
  now = 1_700_000_000_000;
  used = [];
  owners = [];
  const store = new MemoryReplayStore({}, clock);
  replays = {
    use(id, ttlMs, signal, owner) {
      used.push(`${id} ${ttlMs}`);
      owners.push(owner);
      return store.use(id, ttlMs, signal, owner);
    },
  };
});

function claimsOf(more: object = {}): Record<string, unknown> {
  const own = { jti: 'proof-1', htm: 'GET', htu: 'https://api.example/orders/1', ath };
  return { ...own, iat: now / 1000, ...more };
}

const headerOf = (by: SigningKey): Record<string, unknown> => {
  const { kty, crv, x, y, n, e } = by.publicJwk;
  return { typ: 'dpop+jwt', jwk: { kty, crv, x, y, n, e } };
};

function sign(claims: object = {}, header: object = {}, by = key): Promise<string> {
  return signText(JSON.stringify(claimsOf(claims)), { ...headerOf(by), ...header }, by);
}

interface Circumstances {
  readonly proofs?: readonly string[];
  readonly policy?: Partial<ProofPolicy>;
  readonly service?: string;
  readonly thumbprint?: string;
}

/** One for all tests, so that the keys of one are known in the next. */
const proofs = createProofs(
  { nonceKey: new Secret('shared') },
  { clock: { now: () => now }, replays: { use: (...asked) => replays.use(...asked) } },
);

/** The answer, with a refusal as `reason: detail`. */
async function check(proof: string | null, more: Circumstances = {}) {
  const headers = (more.proofs ?? [proof ?? '']).map((value) => ['dpop', value] as const);
  const request = requestOf({
    path: '/orders/1?from=https://elsewhere/',
    headers: headersOf(...(proof === null ? [] : headers)),
  });
  const answer = await proofs.checkDpop(
    {
      request,
      accessToken,
      policy: { ...policy, ...more.policy },
      thumbprint: more.thumbprint ?? thumbprint,
      service: more.service ?? 'orders',
    },
    never,
  );
  return answer.ok ? answer.value : answer.stop;
}

const invalid = (problem: string) => ({
  kind: 'deny',
  reason: 'token_proof_invalid',
  detail: `DPoP proof: ${problem}`,
});

describe('a DPoP proof', () => {
  it('passes for the request, the token and the key that it was made for', async () => {
    expect(await check(await sign())).toEqual({ nonce: null });
  });

  it.each(['ES256', 'RS256', 'PS256', 'EdDSA', 'Ed25519'])('may be signed by %s', async (alg) => {
    const by = await createSigningKey(alg, 'unused');
    const own = await calculateJwkThumbprint(by.publicJwk);

    expect(await check(await sign({}, {}, by), { thumbprint: own })).toEqual({ nonce: null });
  });

  it('passes as a certified client library makes it', async () => {
    now = Date.now();
    const pair = await generateKeyPair('ES256', { extractable: true });
    const handle = oauth.DPoP({}, pair);
    const sent: (string | null)[] = [];
    await oauth.protectedResourceRequest(
      accessToken,
      'GET',
      new URL('https://api.example/orders/1?from=here'),
      undefined,
      undefined,
      {
        DPoP: handle,
        async [oauth.customFetch](_url, { headers }) {
          sent.push(new Headers(headers).get('dpop'));
          return new Response();
        },
      },
    );

    const own = await handle.calculateThumbprint();
    expect(await check(sent[0]!, { thumbprint: own })).toEqual({ nonce: null });
  });

  it.each([
    ['a proof of 60 s', -60, true],
    ['a proof of 61 s', -61, false],
    ['a proof 5 s ahead', 5, true],
    ['a proof 6 s ahead', 6, false],
  ])('judges %s by its iat', async (_name, offset, good) => {
    const answer = await check(await sign({ iat: now / 1000 + offset }));

    expect(answer).toEqual(
      good ? { nonce: null } : invalid(offset < 0 ? 'too old by its iat' : 'iat lies ahead'),
    );
  });
});

describe('a DPoP proof is refused', () => {
  it.each<[string, object, string]>([
    ['without jti', { jti: undefined }, 'jti is missing, empty or too long'],
    ['with an empty jti', { jti: '' }, 'jti is missing, empty or too long'],
    ['with a number as jti', { jti: 1 }, 'jti is missing, empty or too long'],
    ['with a long jti', { jti: 'j'.repeat(257) }, 'jti is missing, empty or too long'],
    ['without htm', { htm: undefined }, 'htm is not the method'],
    ['for another method', { htm: 'POST' }, 'htm is not the method'],
    ['for the method in another case', { htm: 'get' }, 'htm is not the method'],
    ['without htu', { htu: undefined }, 'htu is missing'],
    ['with an object as htu', { htu: { a: 1 } }, 'htu is missing'],
    ['for another URL', { htu: 'https://api.example/orders/2' }, 'htu has another path'],
    ['without iat', { iat: undefined }, 'iat is missing or no number'],
    ['with a text as iat', { iat: '1700000000' }, 'iat is missing or no number'],
    ['past its own exp', { exp: 1_699_999_990 }, 'exp or nbf does not fit'],
    ['before its own nbf', { nbf: 1_700_000_010 }, 'exp or nbf does not fit'],
    ['without ath', { ath: undefined }, 'ath is not the hash of the token'],
    ['for another token', { ath: ath.toLowerCase() }, 'ath is not the hash of the token'],
  ])('%s', async (_name, claims, problem) => {
    expect(await check(await sign(claims))).toEqual(invalid(problem));
    expect(used).toEqual([]);
  });

  it.each<[string, object, string]>([
    ['with the type of an access token', { typ: 'at+jwt' }, 'typ is not one that is accepted'],
    ['without a type', { typ: undefined }, 'typ is not one that is accepted'],
    ['without a key', { jwk: undefined }, 'no jwk'],
    ['with a list of keys', { jwk: [] }, 'no jwk'],
    ['with a key of no use', { jwk: { kty: 'EC', crv: 'P-256' } }, 'jwk is weak, or of no use'],
  ])('%s', async (_name, header, problem) => {
    expect(await check(await sign({}, header))).toEqual(invalid(problem));
    expect(used).toEqual([]);
  });

  it.each<[string, object, string]>([
    ['signed by nobody', { alg: 'none' }, 'alg is not one that is allowed'],
    ['signed with a shared secret', { alg: 'HS256' }, 'alg is not one that is allowed'],
    ['signed by an algorithm out of the list', { alg: 'ES384' }, 'alg is not one that is allowed'],
    ['signed by another algorithm than its key is for', { alg: 'RS256' }, 'jwk does not fit alg'],
    ['with a header that must be understood', { crit: ['b64'], b64: false }, 'crit'],
    ['with a signature of nothing', {}, 'the signature does not verify'],
  ])('%s', async (_name, header, problem) => {
    const forged = forgeToken({ alg: 'ES256', ...headerOf(key), ...header }, claimsOf());

    expect(await check(forged)).toEqual(invalid(problem));
    expect(used).toEqual([]);
  });

  it('when it brings its private key along', async () => {
    const jwk = await exportJWK(key.privateKey);

    expect(await check(await sign({}, { jwk }))).toEqual(invalid('jwk is not public'));
  });

  it('with a key of 1024 bits', async () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const jwk = publicKey.export({ format: 'jwk' });
    const forged = forgeToken({ alg: 'RS256', typ: 'dpop+jwt', jwk }, claimsOf());
    const own = await calculateJwkThumbprint(publicKey);

    const answer = await check(forged, { thumbprint: own });
    expect(answer).toEqual(invalid('jwk is weak, or of no use'));
  });

  it('by another key than the token is bound to', async () => {
    const thief = await createSigningKey('ES256', 'unused');

    expect(await check(await sign({}, {}, thief))).toEqual(
      invalid('jwk is not the key that the token is bound to'),
    );
  });

  it('by another key than the one that it names', async () => {
    const thief = await createSigningKey('ES256', 'unused');
    const stolen = await sign({}, headerOf(key), thief);

    expect(await check(stolen)).toEqual(invalid('the signature does not verify'));
  });

  it('by another key than before, with the same header', async () => {
    expect(await check(await sign())).toEqual({ nonce: null });
    const thief = await createSigningKey('ES256', 'unused');

    const stolen = await sign({ jti: 'proof-2' }, headerOf(key), thief);
    expect(await check(stolen)).toEqual(invalid('the signature does not verify'));
    const own = await calculateJwkThumbprint(thief.publicJwk);
    const unbound = await check(await sign({ jti: 'proof-3' }), { thumbprint: own });
    expect(unbound).toEqual(invalid('jwk is not the key that the token is bound to'));
  });

  it.each(['[1]', 'null', '"text"', '{', ''])('with the payload %p', async (payload) => {
    const proof = await signText(payload, headerOf(key), key);

    expect(await check(proof)).toEqual(invalid('the payload is no JSON object'));
  });

  it.each<[string, (proof: string) => Circumstances, string]>([
    ['sent twice', (proof) => ({ proofs: [proof, proof] }), 'more than one'],
    ['sent twice in one header', (proof) => ({ proofs: [`${proof},${proof}`] }), 'more than one'],
    ['that is empty', () => ({ proofs: [''] }), 'not a JWT'],
    ['that is no JWT', () => ({ proofs: ['a.b'] }), 'not a JWT'],
    ['of 4097 characters', (proof) => ({ proofs: [proof.padEnd(4097, 'A')] }), 'too long'],
    ['at a Service without public_url', () => ({ policy: { publicUrl: null } }), 'no public_url'],
  ])('%s', async (_name, circumstances, problem) => {
    const proof = await sign();

    expect(await check(proof, circumstances(proof))).toMatchObject({
      reason: 'token_proof_invalid',
      detail: expect.stringContaining(problem),
    });
    expect(used).toEqual([]);
  });

  it('where it is missing', async () => {
    expect(await check(null)).toEqual(invalid('there is none'));
  });
});

describe('a DPoP proof that was used', () => {
  it('is refused until nobody takes it any more', async () => {
    const proof = await sign();
    expect(await check(proof)).toEqual({ nonce: null });

    expect(await check(proof)).toEqual(invalid('replayed'));
    now += 60_000;
    expect(await check(proof)).toEqual(invalid('replayed'));
    now += 1;
    expect(await check(proof)).toEqual(invalid('too old by its iat'));
  });

  it('is remembered for its lifetime and the leeway, counted from its iat', async () => {
    await check(await sign({ iat: now / 1000 - 20 }));

    expect(used).toEqual([expect.stringMatching(/^[\w-]{43} 45000$/)]);
    expect(owners).toEqual([thumbprint]);
  });

  it('may be followed by one with another jti, at another Service, by another key', async () => {
    const other = await createSigningKey('ES256', 'unused');
    const own = await calculateJwkThumbprint(other.publicJwk);
    await check(await sign());

    expect(await check(await sign({ jti: 'proof-2' }))).toEqual({ nonce: null });
    expect(await check(await sign(), { service: 'bills' })).toEqual({ nonce: null });
    expect(await check(await sign({}, {}, other), { thumbprint: own })).toEqual({ nonce: null });
  });

  it('is "cannot tell" while the store cannot be asked', async () => {
    const outage = unavailable('store_unavailable', 'Redis cannot be reached');
    replays = { use: async () => halt(outage) };

    expect(await check(await sign())).toEqual(outage);
  });
});

describe('a DPoP nonce', () => {
  const nonces = { useNonce: true };

  async function fetchNonce(): Promise<string> {
    const refusal = await check(await sign({ jti: 'asks' }), { policy: nonces });
    if (!('headers' in refusal)) throw new Error('no nonce was given');
    return refusal.headers[0]?.[1] ?? '';
  }

  it.each<[string, object, string]>([
    ['no', {}, 'the proof has none'],
    ['a made-up', { nonce: 'made-up' }, 'the nonce is too old, or not ours'],
    ['an object as', { nonce: {} }, 'the proof has none'],
  ])('is sent to a proof with %s nonce, which is not used up', async (_name, claims, detail) => {
    const proof = await sign(claims);

    expect(await check(proof, { policy: nonces })).toEqual({
      kind: 'deny',
      reason: 'proof_nonce_required',
      detail,
      headers: [['dpop-nonce', expect.stringMatching(/^[\w-]{43}$/)]],
    });
    expect(used).toEqual([]);
  });

  it('lets the next proof pass', async () => {
    const nonce = await fetchNonce();

    expect(await check(await sign({ nonce }), { policy: nonces })).toEqual({ nonce: null });
  });

  it('is followed by another before it ends', async () => {
    const nonce = await fetchNonce();
    now += 60_000;
    const next = await fetchNonce();

    expect(await check(await sign({ nonce }), { policy: nonces })).toEqual({ nonce: next });
    now += 60_000;
    const late = await sign({ nonce, jti: 'late' });
    expect(await check(late, { policy: nonces })).toMatchObject({ reason: 'proof_nonce_required' });
  });

  it('is not sent to a proof that is wrong', async () => {
    const answer = await check(await sign({ htm: 'POST' }), { policy: nonces });

    expect(answer).toEqual(invalid('htm is not the method'));
  });
});

describe('a DPoP proof that somebody has put together', () => {
  it('never makes the check throw, and never shows in the detail', async () => {
    const marker = 'do-not-log-me';
    const values = [marker, [marker], { [marker]: marker }, null, true, 1e308, ''];
    for (const name of ['jti', 'htm', 'htu', 'iat', 'ath', 'nonce', 'exp', 'nbf']) {
      for (const value of values) {
        const proof = await new CompactSign(
          Buffer.from(JSON.stringify(claimsOf({ [name]: value }))),
        )
          .setProtectedHeader({ alg: 'ES256', ...headerOf(key) })
          .sign(key.privateKey);
        const answer = await check(proof, { policy: { useNonce: name === 'nonce' } });

        expect(JSON.stringify(answer)).not.toContain(marker);
      }
    }
  });
});
