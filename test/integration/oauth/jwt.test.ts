import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fc } from '../../support/properties.ts';
import {
  createSigningKey,
  FakeProvider,
  forgeToken,
  signText,
} from '../../support/fake-provider.ts';
import { respellEnd } from '../../support/respellings.ts';
import { vendorTokens } from '../../support/vendors/vendor-tokens.ts';
import { optionsOf, outcomeOf, rigOf, type Rig } from './setup.ts';

let idp: FakeProvider;
let rig: Rig;

beforeEach(async () => {
  idp = await FakeProvider.start();
  rig = rigOf(optionsOf(idp.issuer));
});

afterEach(async () => {
  await rig.close();
  await idp.close();
});

const inSeconds = (ahead: number) => Math.floor(Date.now() / 1000) + ahead;

describe('a JWT', () => {
  it('is verified by the keys of its provider, once, and then served from the cache at once', async () => {
    const token = await idp.sign();

    expect(await outcomeOf(rig.verify(token))).toBe('bearer miss');
    const second = rig.verify(token);

    expect(second).not.toBeInstanceOf(Promise);
    expect(await outcomeOf(second)).toBe('bearer hit');
    expect([idp.calls('discovery'), idp.calls('jwks')]).toEqual([1, 1]);
    expect(idp.calls('introspection')).toBe(0);
  });

  it('carries the provider, the issuer and all claims', async () => {
    const claims = idp.claims({ aud: ['a', 'b'], groups: ['gold'], cnf: { jkt: 'x' } });

    const verdict = await rig.verify(await idp.sign(claims));

    expect(verdict).toEqual({
      ok: true,
      value: {
        cache: 'miss',
        token: {
          provider: 'idp',
          issuer: idp.issuer,
          method: 'bearer',
          claims,
          expiresAt: Number(claims['exp']) * 1000,
        },
      },
    });
  });

  it.each(['RS256', 'PS256', 'ES256', 'EdDSA'])('signed with %s is verified', async (alg) => {
    const key = await idp.addKey(alg);

    expect(await outcomeOf(rig.verify(await idp.sign(idp.claims(), {}, key)))).toBe('bearer miss');
  });

  it.each(['RS256', 'PS256', 'ES256', 'EdDSA'])(
    'signed with %s is refused where its signature is spelt otherwise, also if introspected',
    async (alg) => {
      const token = await idp.sign(idp.claims(), {}, await idp.addKey(alg));
      const spellings = respellEnd(token);
      for (const text of spellings) idp.introspections.set(text, { active: true });

      const plans = [{}, { verifyJwt: false, introspect: true }];
      const outcomes = await Promise.all(
        spellings.flatMap((text) => plans.map((plan) => outcomeOf(rig.verify(text, { plan })))),
      );

      expect(new Set(outcomes)).toEqual(new Set(['token_signature_invalid']));
      expect(idp.calls('introspection')).toBe(0);
    },
  );

  it('with a payload in other than canonical base64url is refused', async () => {
    const token = await idp.sign();
    const [header, payload, signature] = token.split('.');

    const outcome = await outcomeOf(rig.verify(`${header!}.${payload!}A.${signature!}`));

    expect(outcome).toBe('token_malformed');
  });

  it.each([
    ['no exp', { exp: undefined }, 'token_expired'],
    ['exp in the past', { exp: 1 }, 'token_expired'],
    ['exp zero', { exp: 0 }, 'token_expired'],
    ['exp negative', { exp: -5 }, 'token_expired'],
    ['exp as a string', { exp: '9999999999' }, 'token_expired'],
    ['exp null', { exp: null }, 'token_expired'],
    ['exp nested', { exp: { value: 9999999999 } }, 'token_expired'],
    ['nbf ahead', { nbf: 9999999999 }, 'token_not_yet_valid'],
    ['nbf as a string', { nbf: '1' }, 'token_not_yet_valid'],
    ['nbf null', { nbf: null }, 'token_not_yet_valid'],
    ['iat ahead', { iat: 9999999999 }, 'token_not_yet_valid'],
    ['iat as a list', { iat: [1] }, 'token_not_yet_valid'],
    ['no iss', { iss: undefined }, 'token_issuer_mismatch'],
    ['iss null', { iss: null }, 'token_issuer_mismatch'],
    ['iss as a list', { iss: ['x'] }, 'token_issuer_mismatch'],
    ['iss of someone else', { iss: 'https://elsewhere.example' }, 'token_issuer_mismatch'],
  ])('with %s is refused', async (_name, claims, reason) => {
    expect(await outcomeOf(rig.verify(await idp.sign(idp.claims(claims))))).toBe(reason);
  });

  it('with iss and a slash too many is refused, since issuers are compared exactly', async () => {
    const token = await idp.sign(idp.claims({ iss: `${idp.issuer}/` }));

    expect(await outcomeOf(rig.verify(token))).toBe('token_issuer_mismatch');
  });

  it('is good within the leeway around exp, nbf and iat, but then never cached', async () => {
    const late = await idp.sign(idp.claims({ exp: inSeconds(-2) }));
    const early = await idp.sign(idp.claims({ nbf: inSeconds(3), iat: inSeconds(3) }));

    expect(await outcomeOf(rig.verify(late))).toBe('bearer miss');
    expect(await outcomeOf(rig.verify(late))).toBe('bearer miss');
    expect(await outcomeOf(rig.verify(early))).toBe('bearer miss');
  });

  it.each([
    ['absent', undefined, 'bearer miss'],
    ['JWT', 'JWT', 'bearer miss'],
    ['at+jwt', 'at+jwt', 'bearer miss'],
    ['application/at+jwt', 'application/at+jwt', 'bearer miss'],
    ['AT+JWT', 'AT+JWT', 'bearer miss'],
    ['dpop+jwt', 'dpop+jwt', 'token_malformed'],
    ['a number', 7, 'token_malformed'],
  ])('with typ %s → %s', async (_name, typ, expected) => {
    const token = await idp.sign(idp.claims(), { typ });

    expect(await outcomeOf(rig.verify(token))).toBe(expected);
  });

  it.each([
    ['at+jwt', 'bearer miss'],
    ['application/at+jwt', 'bearer miss'],
    ['JWT', 'token_malformed'],
    [undefined, 'token_malformed'],
  ])('with typ %s under strict token types → %s', async (typ, expected) => {
    const strict = rigOf(optionsOf(idp.issuer, { tokenTypes: ['at+jwt'] }));

    expect(await outcomeOf(strict.verify(await idp.sign(idp.claims(), { typ })))).toBe(expected);
    await strict.close();
  });

  it('with an algorithm that the provider’s list leaves out is refused', async () => {
    const narrow = rigOf(optionsOf(idp.issuer, { algorithms: ['ES256'] }));

    expect(await outcomeOf(narrow.verify(await idp.sign()))).toBe('token_signature_invalid');
    await narrow.close();
  });

  it.each(['none', 'None', 'HS256', 'RS384', '__proto__', ''])(
    'that claims the algorithm "%s" is refused',
    async (alg) => {
      const kid = idp.keys[0]!.kid;

      const outcome = await outcomeOf(rig.verify(forgeToken({ alg, kid }, idp.claims())));

      expect(outcome).toBe('token_signature_invalid');
    },
  );

  it('is never verified with HMAC, even where an operator lists it', async () => {
    idp.oddKeys.push({ kty: 'oct', kid: 'shared', k: 'c2VjcmV0', alg: 'HS256' });
    const careless = rigOf(optionsOf(idp.issuer, { algorithms: ['HS256', 'RS256'] }));
    const token = forgeToken({ alg: 'HS256', kid: 'shared' }, idp.claims());

    expect(await outcomeOf(careless.verify(token))).toBe('token_signature_invalid');
    await careless.close();
  });

  it('with a changed payload or another signer is refused', async () => {
    const [header, , signature] = (await idp.sign()).split('.');
    const payload = Buffer.from(JSON.stringify(idp.claims({ sub: 'admin' }))).toString('base64url');
    const impostor = await createSigningKey('RS256', idp.keys[0]!.kid);
    const impersonated = await idp.sign(idp.claims(), {}, impostor);

    const outcomes = [
      await outcomeOf(rig.verify(`${header}.${payload}.${signature}`)),
      await outcomeOf(rig.verify(`${header}.${payload}.`)),
      await outcomeOf(rig.verify(impersonated)),
    ];

    expect(new Set(outcomes)).toEqual(new Set(['token_signature_invalid']));
  });

  it.each([
    ['crit', { crit: ['exp'], exp: 1 }],
    ['crit with b64', { crit: ['b64'], b64: true }],
    ['kid as a number', { kid: 5 }],
  ])('with %s in its header is refused', async (_name, header) => {
    const kid = { kid: idp.keys[0]!.kid, alg: 'RS256' };
    const token = forgeToken({ ...kid, ...header }, idp.claims());

    expect(await outcomeOf(rig.verify(token))).toBe('token_malformed');
  });

  it.each([
    ['text', 'hello'],
    ['a list', '[]'],
    ['null', 'null'],
    ['nothing', ''],
  ])('whose signed payload is %s is refused', async (_name, payload) => {
    const key = idp.keys[0]!;
    const token = await signText(payload, { kid: key.kid }, key);

    expect(await outcomeOf(rig.verify(token))).toBe('token_malformed');
  });

  it('with a claim called __proto__ is taken as it is and changes nothing', async () => {
    const key = idp.keys[0]!;
    const payload = JSON.stringify(idp.claims()).replace('{', '{"__proto__":{"exp":1},');
    const token = await signText(payload, { kid: key.kid }, key);

    expect(await outcomeOf(rig.verify(token))).toBe('bearer miss');
    expect(Object.hasOwn(Object.prototype, 'exp')).toBe(false);
  });

  it('cannot bring its exp in a claim called __proto__', async () => {
    const key = idp.keys[0]!;
    const payload = `{"iss":"${idp.issuer}","__proto__":{"exp":9999999999}}`;
    const token = await signText(payload, { kid: key.kid }, key);

    expect(await outcomeOf(rig.verify(token))).toBe('token_expired');
  });

  it('without a kid is tried with the keys that fit its algorithm', async () => {
    const older = idp.keys[0]!;
    await idp.addKey('ES256');
    await idp.addKey('RS256');

    const token = await idp.sign(idp.claims(), { kid: undefined }, older);

    expect(await outcomeOf(rig.verify(token))).toBe('bearer miss');
  });

  it.each([0, 16 * 1024 + 1])('or whatever is %d characters long is malformed', async (length) => {
    expect(await outcomeOf(rig.verify('a'.repeat(length)))).toBe('token_malformed');
    expect(idp.requests).toHaveLength(0);
  });

  it('is refused where bearer is off and nothing introspects', async () => {
    const plan = { verifyJwt: false, introspect: false };

    expect(await outcomeOf(rig.verify(await idp.sign(), { plan }))).toBe('token_malformed');
  });

  it('is introspected at its own provider where bearer is off', async () => {
    const token = await idp.sign();
    idp.introspections.set(token, { active: true, ...idp.claims() });

    expect(await outcomeOf(rig.verify(token, { plan: { verifyJwt: false } }))).toBe(
      'introspection miss',
    );
    // What was introspected under one plan was not verified by keys under another.
    expect(await outcomeOf(rig.verify(token))).toBe('bearer miss');
  });
});

describe('a JWT of a provider without keys', () => {
  const written = () => ({
    discovery: null,
    endpoints: { token: null, jwks: null, introspection: `${idp.issuer}/introspection` },
  });

  it('is introspected', async () => {
    const its = rigOf(optionsOf(idp.issuer, written()));
    const token = await idp.sign();
    idp.introspections.set(token, { active: true, ...idp.claims() });

    expect(await outcomeOf(its.verify(token))).toBe('introspection miss');
    expect(await outcomeOf(its.verify(await idp.sign(idp.claims({ jti: '2' }))))).toBe(
      'token_inactive',
    );
    expect(its.provider.status()).toEqual({ status: 'ready' });
    await its.close();
  });

  it.each([
    ['the Service does not introspect', {}, { introspect: false }],
    ['the provider cannot be asked', { client: null }, {}],
  ])('is malformed where %s', async (_name, more, plan) => {
    const its = rigOf(optionsOf(idp.issuer, { ...written(), ...more }));

    expect(await its.verify(await idp.sign(), { plan })).toEqual({
      ok: false,
      stop: expect.objectContaining({
        reason: 'token_malformed',
        detail: 'a JWT where none can be verified',
      }),
    });
    expect(idp.requests).toHaveLength(0);
    await its.close();
  });

  it.each([
    ['names none', undefined],
    ['names one that may not be used', 'http://192.0.2.1/jwks'],
  ])('is malformed where its metadata %s, which readiness tells', async (_name, jwks_uri) => {
    const keyless = await FakeProvider.start({ metadata: { jwks_uri } });
    const its = rigOf(optionsOf(keyless.issuer, { client: null }));
    await its.provider.start();

    expect(await outcomeOf(its.verify(await keyless.sign()))).toBe('token_malformed');
    expect(its.provider.status()).toEqual({
      status: 'degraded',
      reason: 'it has no usable jwks_uri, so no token can be verified',
    });
    await its.close();
    await keyless.close();
  });

  it('cannot be judged before its metadata were asked for, and is introspected from then on', async () => {
    const keyless = await FakeProvider.start({ metadata: { jwks_uri: undefined } });
    const its = rigOf(optionsOf(keyless.issuer));
    const token = await keyless.sign();
    keyless.introspections.set(token, { active: true, ...keyless.claims() });

    expect(await outcomeOf(its.verify(token))).toBe('idp_unavailable');
    expect(await outcomeOf(its.verify(token))).toBe('introspection miss');
    expect(its.provider.status()).toEqual({ status: 'ready' });
    await its.close();
    await keyless.close();
  });
});

describe('whatever a caller makes up', () => {
  it('is refused for a reason and never crashes', async () => {
    await rig.provider.start();
    const header = fc.record(
      {
        alg: fc.oneof(fc.constantFrom('RS256', 'ES256', 'none'), fc.jsonValue()),
        kid: fc.oneof(fc.constant('key-1'), fc.jsonValue()),
        typ: fc.jsonValue(),
        jwk: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    const payload = fc.oneof(
      fc.jsonValue(),
      fc.record({ iss: fc.constant(idp.issuer), exp: fc.jsonValue(), nbf: fc.jsonValue() }),
    );
    const forged = fc.tuple(header, payload).map(([head, body]) => forgeToken(head, body));
    const token = fc.oneof(forged, fc.string({ unit: 'binary' }), fc.base64String());

    await fc.assert(
      fc.asyncProperty(token, async (text) => {
        const step = await rig.verify(text);
        expect(step.ok ? 'allowed' : step.stop.kind).toBe('deny');
      }),
      { numRuns: 300 },
    );
  });
});

describe('tokens as products issue them', () => {
  const issued = Object.entries(vendorTokens).flatMap(([vendor, { machine, user }]) => [
    [`${vendor}, an application’s`, machine] as const,
    [`${vendor}, a user’s`, user] as const,
  ]);

  it.each(issued)('%s', async (_name, { header, claims }) => {
    const all = { ...idp.claims(), ...claims };

    const verdict = await rig.verify(await idp.sign(all, { typ: undefined, ...header }));

    expect(verdict).toMatchObject({ ok: true, value: { token: { claims: all } } });
  });
});

describe('introspect_jwt_tokens', () => {
  let both: Rig;
  beforeEach(() => {
    both = rigOf(optionsOf(idp.issuer, { introspectJwtTokens: true }));
  });
  afterEach(() => both.close());

  it('allows a JWT that both checks accept, by its signed claims and any binding', async () => {
    const token = await idp.sign(idp.claims({ groups: ['signed'] }));
    const answer = { active: true, ...idp.claims({ groups: ['told'], cnf: { jkt: 'k' } }) };
    idp.introspections.set(token, answer);

    const verdict = await both.verify(token);

    expect(verdict).toMatchObject({
      ok: true,
      value: { token: { method: 'bearer', claims: { groups: ['signed'], cnf: { jkt: 'k' } } } },
    });
  });

  it.each([
    ['the answer', 100, 200, 100],
    ['the token', 200, 100, 100],
  ])('ends a JWT by %s where that is earlier', async (_name, told, signed, ends) => {
    const now = Math.floor(Date.now() / 1000);
    const token = await idp.sign(idp.claims({ exp: now + signed }));
    idp.introspections.set(token, { active: true, exp: now + told });

    expect(await both.verify(token)).toMatchObject({
      value: { token: { expiresAt: (now + ends) * 1000 } },
    });
  });

  it.each([
    ['null', null],
    ['another key', { jkt: 'other' }],
    ['nothing', {}],
  ])('keeps a signed binding where the answer binds to %s', async (_name, cnf) => {
    const token = await idp.sign(idp.claims({ cnf: { jkt: 'signed' } }));
    idp.introspections.set(token, { active: true, cnf });

    const verdict = await both.verify(token);

    expect(verdict).toMatchObject({
      ok: true,
      value: { token: { claims: { cnf: { jkt: 'signed' } } } },
    });
  });

  it('takes a binding from the answer where the signed one is null', async () => {
    const token = await idp.sign(idp.claims({ cnf: null }));
    idp.introspections.set(token, { active: true, cnf: { jkt: 'told' } });

    expect(await both.verify(token)).toMatchObject({
      value: { token: { claims: { cnf: { jkt: 'told' } } } },
    });
  });

  it('adds no binding for an answer whose cnf is null', async () => {
    const token = await idp.sign();
    idp.introspections.set(token, { active: true, cnf: null });

    const verdict = await both.verify(token);

    expect(verdict).toMatchObject({ ok: true });
    expect(verdict).not.toHaveProperty('value.token.claims.cnf');
  });

  it('refuses a well-signed JWT that the provider calls inactive', async () => {
    expect(await outcomeOf(both.verify(await idp.sign()))).toBe('token_inactive');
  });

  it('does not show the provider what its keys refuse', async () => {
    const forged = forgeToken({ alg: 'RS256', kid: 'key-1' }, idp.claims());

    expect(await outcomeOf(both.verify(forged))).toBe('token_signature_invalid');
    expect(idp.calls('introspection')).toBe(0);
  });

  it('is unavailable where the provider cannot be asked', async () => {
    idp.fail({ kind: 'status', status: 503 }, 'introspection');

    expect(await outcomeOf(both.verify(await idp.sign()))).toBe('idp_unavailable');
  });
});
