import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import type { UpstreamJwtPolicy } from '../../../../src/authz/policy.ts';
import { checkAcl } from '../../../../src/authz/check-acl.ts';
import type { Permit } from '../../../../src/authz/permit.ts';
import type { Subject } from '../../../../src/authz/subject.ts';
import { startTrail, type Trail } from '../../../../src/authz/trail.ts';
import { Secret } from '../../../../src/lib/secret.ts';
import {
  createSignUpstreamJwt,
  type UpstreamJwtSigner,
} from '../../../../src/oauth/upstream-jwt/sign-upstream-jwt.ts';
import { createRandomSigningKey } from '../../../../src/oauth/upstream-jwt/signing-key.ts';
import { consumerOf, policyOf, tokenOf } from '../../../support/builders.ts';

const policy: UpstreamJwtPolicy = {
  header: 'x-postern-jwt',
  audience: ['orders'],
  service: 'orders',
};
const ttlMs = 60_000;
const start = 1_700_000_000_000;
let now: number;
let count: number;

beforeEach(() => {
  now = start;
  count = 0;
});

const deps = {
  clock: { now: () => now },
  randomUUID: () => `id-${(count += 1)}`,
  randomKey: createRandomSigningKey,
};

async function signerOf(...keys: string[]): Promise<UpstreamJwtSigner> {
  const secrets = keys.map((text) => new Secret(text));
  const options = { issuer: 'https://postern.example', keys: secrets, ttlMs };
  const made = await createSignUpstreamJwt(options, deps);
  if (!made.ok) throw new Error('the keys are no good');
  return made.value;
}

function subjectOf(fields: Partial<Subject> = {}): Subject {
  return {
    consumer: consumerOf({ groups: new Set(['gold', 'eu']) }),
    anonymous: false,
    credentialIdentifier: 'subject-1',
    authenticatedGroups: ['staff'],
    ...fields,
  };
}

/** As the ACL step mints it for a Service without an ACL. */
function permitOf(fields: Partial<Subject> = {}): Permit {
  const permit = checkAcl(subjectOf(fields), policyOf());
  if (!permit.ok) throw new Error('expected a permit');
  return permit.value;
}

const trailOf = (fields: Partial<Trail> = {}): Trail => ({
  ...startTrail(),
  token: tokenOf(),
  clientId: 'billing',
  ...fields,
});

const withExp = (seconds: number) => trailOf({ token: tokenOf({ exp: start / 1000 + seconds }) });

const pem = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' });

describe('an upstream JWT', () => {
  it('verifies by the published keys, and tells who calls', async () => {
    const { sign, jwks } = await signerOf();
    const jwt = await sign(permitOf(), trailOf(), policy);

    const { payload, protectedHeader } = await jwtVerify(jwt, createLocalJWKSet(jwks()), {
      issuer: 'https://postern.example',
      audience: 'orders',
      currentDate: new Date(now),
    });
    expect(protectedHeader).toEqual({ alg: 'ES256', kid: jwks().keys[0]?.kid, typ: 'JWT' });
    expect(payload).toEqual({
      iss: 'https://postern.example',
      sub: consumerOf().id,
      aud: 'orders',
      iat: 1_700_000_000,
      exp: 1_700_000_060,
      jti: 'id-1',
      service: 'orders',
      anonymous: false,
      consumer: { id: consumerOf().id, custom_id: 'billing', username: 'billing-app' },
      groups: ['gold', 'eu'],
      client_id: 'billing',
      credential_identifier: 'subject-1',
      idp: 'https://idp.example.com',
      auth_method: 'bearer',
    });
  });

  it.each<[string, Partial<Subject>, Partial<Trail>, object]>([
    [
      'a token without a Consumer',
      { consumer: null },
      {},
      { sub: undefined, consumer: undefined, groups: ['staff'], client_id: 'billing' },
    ],
    [
      'a token without a Consumer and without groups',
      { consumer: null, authenticatedGroups: null, credentialIdentifier: null },
      { clientId: null },
      { groups: [], client_id: undefined, credential_identifier: undefined },
    ],
    [
      'the anonymous Consumer',
      { anonymous: true, credentialIdentifier: null, authenticatedGroups: null },
      { token: null, clientId: null },
      { anonymous: true, sub: consumerOf().id, idp: undefined, auth_method: undefined },
    ],
    [
      'a Consumer with a username alone',
      { consumer: consumerOf({ customId: null }) },
      {},
      { consumer: { id: consumerOf().id, username: 'billing-app' } },
    ],
  ])('tells of %s', async (_name, subject, trail, expected) => {
    const { sign } = await signerOf();
    const jwt = await sign(permitOf(subject), trailOf(trail), policy);

    const payload = decodeJwt(jwt);
    const names = Object.keys(expected);
    expect(Object.fromEntries(names.map((name) => [name, payload[name]]))).toEqual(expected);
  });

  it('has the claims that the documentation names, and no others', async () => {
    const { sign } = await signerOf();
    const page = join(import.meta.dirname, '..', '..', '..', '..', 'docs', 'upstream-jwt.md');
    const [, table = ''] = readFileSync(page, 'utf8').split('## Claims');
    const rows = table.split('\n').filter((line) => line.startsWith('| `'));
    const named = rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)]);

    const payload = decodeJwt(await sign(permitOf(), trailOf(), policy));
    expect(named.map(([, name]) => name).sort()).toEqual(Object.keys(payload).sort());
  });

  it('keeps several audiences as a list', async () => {
    const { sign } = await signerOf();
    const jwt = await sign(permitOf(), trailOf(), { ...policy, audience: ['a', 'b'] });

    expect(decodeJwt(jwt).aud).toEqual(['a', 'b']);
  });

  it('ends with the token where that is the earlier end', async () => {
    const { sign } = await signerOf();

    expect(decodeJwt(await sign(permitOf(), withExp(20), policy)).exp).toBe(start / 1000 + 20);
    expect(decodeJwt(await sign(permitOf(), withExp(90), policy)).exp).toBe(start / 1000 + 60);
  });

  it.each([
    ['has ended and passes by its leeway', -4],
    ['ends now', 0],
    ['ends at once', 0.9],
  ])('lives for 5 s where the token %s', async (_name, seconds) => {
    const { sign } = await signerOf();
    const first = await sign(permitOf(), withExp(seconds), policy);

    expect(decodeJwt(first).exp).toBe(start / 1000 + 5);
    now += 2499;
    expect(sign(permitOf(), withExp(seconds), policy)).toBe(first);
    now += 1;
    const second = await sign(permitOf(), withExp(seconds), policy);
    expect(decodeJwt(second).exp).toBe(start / 1000 + 7);
  });

  it('ends with a token of a session, whose claims need not tell when', async () => {
    const { sign } = await signerOf();
    const token = { ...tokenOf(), method: 'session', expiresAt: start + 20_000 } as const;

    expect(decodeJwt(await sign(permitOf(), trailOf({ token }), policy)).exp).toBe(
      start / 1000 + 20,
    );
  });
});

describe('signing for upstreams', () => {
  it('signs once for the same facts, until half of the time is left', async () => {
    const { sign } = await signerOf();
    const first = await sign(permitOf(), trailOf(), policy);

    now += ttlMs / 2 - 1;
    expect(sign(permitOf(), trailOf(), policy)).toBe(first);
    now += 1;
    const second = await sign(permitOf(), trailOf(), policy);
    expect(decodeJwt(second)).toMatchObject({ jti: 'id-2', exp: start / 1000 + 90 });
  });

  it('signs once for many that come at the same time', async () => {
    const { sign } = await signerOf();
    const all = await Promise.all(
      Array.from({ length: 20 }, async () => sign(permitOf(), trailOf(), policy)),
    );

    expect(new Set(all).size).toBe(1);
    expect(count).toBe(1);
  });

  it('reuses one that ends with its token until then', async () => {
    const { sign } = await signerOf();
    const first = await sign(permitOf(), withExp(20), policy);

    now += 19_999;
    expect(await sign(permitOf(), withExp(20), policy)).toBe(first);
    now += 1;
    expect(await sign(permitOf(), withExp(20), policy)).not.toBe(first);
  });

  it.each<[string, Partial<Subject>, Partial<Trail>, Partial<UpstreamJwtPolicy>]>([
    ['other groups', { consumer: consumerOf({ groups: new Set(['gold']) }) }, {}, {}],
    ['another Consumer', { consumer: consumerOf({ id: 'other' }) }, {}, {}],
    ['another credential', { credentialIdentifier: 'subject-2' }, {}, {}],
    ['an anonymous one', { anonymous: true }, {}, {}],
    ['another client', {}, { clientId: 'other' }, {}],
    ['another issuer', {}, { token: { ...tokenOf(), issuer: 'https://other.example' } }, {}],
    ['another method', {}, { token: { ...tokenOf(), method: 'session' } }, {}],
    ['a token with another end', {}, { token: tokenOf({ exp: start / 1000 + 90 }) }, {}],
    ['another Service', {}, {}, { service: 'bills' }],
    ['another audience', {}, {}, { audience: ['bills'] }],
  ])('signs anew for %s', async (_name, subject, trail, more) => {
    const { sign } = await signerOf();
    const first = await sign(permitOf(), trailOf(), policy);

    const other = await sign(permitOf(subject), trailOf(trail), { ...policy, ...more });
    expect(other).not.toBe(first);
  });

  it('signs with the first key and publishes all', async () => {
    const jwk = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
    const text = JSON.stringify(jwk.export({ format: 'jwk' }));
    const { sign, jwks } = await signerOf(pem.toString(), text);
    const jwt = await sign(permitOf(), trailOf(), policy);

    expect(jwks().keys.map(({ alg }) => alg)).toEqual(['EdDSA', 'ES384']);
    expect(decodeProtectedHeader(jwt)).toMatchObject({
      alg: 'EdDSA',
      kid: jwks().keys[0]?.kid,
    });
    const verified = await jwtVerify(jwt, createLocalJWKSet(jwks()), {
      currentDate: new Date(now),
    });
    expect(verified.payload['service']).toBe('orders');
  });

  it('tells of every key that is no good by its place', async () => {
    const keys = ['nonsense', pem.toString(), '{}'].map((text) => new Secret(text));
    const made = await createSignUpstreamJwt({ issuer: 'https://a.example', keys, ttlMs }, deps);

    expect(made).toEqual({
      ok: false,
      stop: [
        { index: 0, message: expect.stringContaining('expected a private key') },
        { index: 2, message: expect.stringContaining('expected a private key') },
      ],
    });
  });
});
