import { describe, expect, it } from '@jest/globals';
import { clean, mask } from '../../../../src/authz/explain/words.ts';
import { deny } from '../../../../src/authz/refusal.ts';
import { halt, pass } from '../../../../src/lib/step.ts';
import {
  grantOf,
  headersOf,
  policyOf,
  sessionPolicyOf,
  tokenOf,
} from '../../../support/builders.ts';
import { fc } from '../../../support/properties.ts';
import type { World } from '../decide-in.ts';
import { explainIn } from './explain-in.ts';

/** In no word of ours. */
const canary = fc
  .stringMatching(/^[A-Za-z0-9]{24,60}$/)
  .map((text) => `${text.slice(0, 4)}Qx9Zq7Wv${text.slice(4)}`);

const everything = {
  tokenPlaces: {
    headers: ['authorization', 'x-token'],
    query: 'token',
    cookie: 'token',
    body: null,
  },
  grant: grantOf({ places: new Set(['header', 'query']) }),
  session: sessionPolicyOf(),
  proof: { ...policyOf().proof, dpop: 'optional', publicUrl: 'https://a.example' },
} as const;

/** Each way in which a request may carry a secret, alone or beside others. */
const carriers: readonly ((secret: string) => readonly [string, string])[] = [
  (secret) => ['authorization', `Bearer ${secret}`],
  (secret) => ['authorization', `DPoP ${secret}`],
  (secret) => ['authorization', secret],
  (secret) => ['authorization', `Basic ${Buffer.from(`app:${secret}`).toString('base64')}`],
  (secret) => ['authorization', `Basic ${secret}`],
  (secret) => ['x-token', secret],
  (secret) => ['x-api-key', secret],
  (secret) => ['cookie', `token=${secret}; other=${secret}`],
  (secret) => ['cookie', `__Host-postern_session=${secret}`],
  (secret) => ['dpop', secret],
];

const policies: readonly World['policy'][] = [
  everything,
  { ...everything, hideCredentials: false },
  { ...everything, upstreamAccessToken: true, ownedHeaders: new Set(['authorization']) },
  { ...everything, upstreamJwt: { header: 'x-jwt', audience: [], service: 'orders' } },
  { session: null },
];

function portsWith(secret: string, isGood: boolean): NonNullable<World['ports']> {
  const token = tokenOf({ private: secret });
  const refused = halt(deny('token_inactive'));
  const resumed = {
    token,
    openedBy: 'bearer' as const,
    credentialIdentifier: null,
    marks: { id: 'a', tokenHash: 'b', jti: null, issuedAt: null },
    state: {},
  };
  return {
    obtainToken: () =>
      isGood
        ? pass({
            token,
            cache: 'miss',
            accessToken: secret,
            acceptedId: 'app',
            obtainedAt: 1,
            fetchedAt: 1,
          })
        : refused,
    verifyToken: () => (isGood ? pass({ token, cache: 'hit' }) : refused),
    proofs: { checkDpop: () => pass({ nonce: secret }), certificateThumbprint: () => null },
    sessions: {
      resume: () => (isGood ? pass(resumed) : halt(deny('session_invalid'))),
      clearing: () => [],
      open: () => secret,
      renew: () => secret,
      end: () => pass(secret),
    },
    signUpstreamJwt: () => secret,
  };
}

describe('an explanation', () => {
  it('holds no secret of a request, wherever it stands and whatever becomes of it', async () => {
    await fc.assert(
      fc.asyncProperty(
        canary,
        fc.subarray([...carriers], { minLength: 1 }),
        fc.constantFrom(...policies),
        fc.boolean(),
        fc.boolean(),
        async (secret, chosen, policy, isGood, inQuery) => {
          const explained = await explainIn({
            ...(policy === undefined ? {} : { policy }),
            request: {
              headers: headersOf(...chosen.map((carry) => carry(secret))),
              path: inQuery ? `/?token=${secret}&client_secret=${secret}` : '/',
            },
            ports: portsWith(secret, isGood),
          });

          const text = JSON.stringify(explained);
          expect(text).not.toContain(secret);
          // No more than the beginning of an opaque token.
          expect(text).not.toContain(secret.slice(4));
          expect(text).not.toContain(secret.slice(0, 5));
        },
      ),
    );
  });

  it('holds no part of a JWT that could be used', async () => {
    await fc.assert(
      fc.asyncProperty(canary, fc.boolean(), async (signature, isGood) => {
        const parts = [
          { alg: 'ES256', typ: 'JWT' },
          { iss: 'https://a', nonce: signature },
        ];
        const encoded = parts.map((it) => Buffer.from(JSON.stringify(it)).toString('base64url'));
        const explained = await explainIn({
          request: {
            headers: headersOf(['authorization', `Bearer ${encoded.join('.')}.${signature}`]),
          },
          ports: portsWith(signature, isGood),
        });

        const text = JSON.stringify(explained);
        for (const part of [...encoded, signature]) expect(text).not.toContain(part);
      }),
    );
  });

  it('holds nothing that a terminal would obey, and is of bounded length', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 3000 }), async (text) => {
        const explained = await explainIn({
          claims: { iss: text, client_id: text, aud: [text] },
          policy: { audienceRequired: [['api']] },
          request: { host: text },
        });

        const lines = [
          ...explained.steps.flatMap(({ facts }) => facts),
          explained.advice ?? '',
          explained.detail ?? '',
        ];
        for (const line of lines) {
          expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u);
          expect(line.length).toBeLessThan(1600);
        }
      }),
    );
  });
});

describe('a mask', () => {
  it.each([
    ['short', '(5 characters)'],
    ['0123456789012345678', '(19 characters)'],
    ['01234567890123456789', '0123… (20 characters)'],
  ])('of %s is %s', (secret, masked) => {
    expect(mask(secret)).toBe(masked);
  });

  it('does not stand in for what only needs cleaning', () => {
    expect(clean('a\u001b[31mb\u202ec')).toBe('a\ufffd[31mb\ufffdc');
  });
});
