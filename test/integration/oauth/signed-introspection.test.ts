import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { IntrospectionType } from '../../../src/oauth/provider-options.ts';
import { createSigningKey, FakeProvider, forgeToken } from '../../support/fake-provider.ts';
import { optionsOf, outcomeOf, rigOf, type Rig } from './setup.ts';

const signedType = 'application/token-introspection+jwt';
const draftType = 'application/jwt';
const typ = 'token-introspection+jwt';

let idp: FakeProvider;
const rigs: Rig[] = [];

beforeEach(async () => {
  idp = await FakeProvider.start();
});

afterEach(async () => {
  await Promise.all(rigs.splice(0).map((rig) => rig.close()));
  await idp.close();
});

function open(accept: IntrospectionType = signedType, leewayMs = 5000): Rig {
  const options = optionsOf(idp.issuer, { leewayMs });
  const rig = rigOf({ ...options, introspection: { ...options.introspection, accept } });
  rigs.push(rig);
  return rig;
}

/** Claims around an answer (RFC 9701 section 5). */
function envelope(more: Readonly<Record<string, unknown>> = {}) {
  const iat = Math.floor(Date.now() / 1000);
  const token_introspection = { active: true, client_id: 'client-1' };
  return { iss: idp.issuer, aud: 'postern', iat, token_introspection, ...more };
}

function answerWith(body: string, contentType: string = signedType): void {
  idp.fail({ kind: 'body', body, contentType }, 'introspection');
}

const ask = (rig: Rig) => outcomeOf(rig.verify('opaque'));

describe('a signed introspection answer', () => {
  it('is asked for, and believed when it says yes', async () => {
    answerWith(await idp.sign(envelope(), { typ }));
    const rig = open();

    expect(await rig.verify('opaque')).toMatchObject({
      ok: true,
      value: { token: { issuer: idp.issuer, claims: { client_id: 'client-1' } } },
    });
    const sent = idp.requests.find(({ endpoint }) => endpoint === 'introspection');
    expect(sent?.headers.accept).toBe(signedType);
  });

  it('is believed when it says no', async () => {
    answerWith(await idp.sign(envelope({ token_introspection: { active: false } }), { typ }));

    expect(await ask(open())).toBe('token_inactive');
  });

  it.each<[string, Record<string, unknown>]>([
    ['an audience of several', { aud: ['other', 'postern'] }],
    ['more members', { jti: 'x' }],
    ['times that fit', { exp: 9_999_999_999, nbf: 1 }],
  ])('may have %s', async (_what, more) => {
    answerWith(await idp.sign(envelope(more), { typ }));

    expect(await ask(open())).toBe('introspection miss');
  });

  it('may be older than the question by the leeway', async () => {
    const iat = Math.floor(Date.now() / 1000) - 60;
    answerWith(await idp.sign(envelope({ iat }), { typ }));

    expect(await ask(open(signedType, 120_000))).toBe('introspection miss');
  });

  it('has its members judged like those of a plain one', async () => {
    const told = { active: true, exp: '1' };
    answerWith(await idp.sign(envelope({ token_introspection: told }), { typ }));

    expect(await ask(open())).toBe('token_expired');
  });

  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['another issuer', { iss: 'https://evil.example' }, {}],
    ['no issuer', { iss: undefined }, {}],
    ['another audience', { aud: 'other' }, {}],
    ['an audience that contains ours', { aud: 'postern-2' }, {}],
    ['no audience', { aud: undefined }, {}],
    ['no iat', { iat: undefined }, {}],
    ['iat as text', { iat: '1' }, {}],
    ['iat far ahead', { iat: 9_999_999_999 }, {}],
    ['iat from before the question', { iat: Math.floor(Date.now() / 1000) - 60 }, {}],
    ['an end in the past', { exp: 1 }, {}],
    ['an end that is text', { exp: '9999999999' }, {}],
    ['a beginning ahead', { nbf: 9_999_999_999 }, {}],
    ['no members', { token_introspection: undefined, active: true }, {}],
    ['members as text', { token_introspection: '{"active":true}' }, {}],
    ['members as a list', { token_introspection: [{ active: true }] }, {}],
    ['members without active', { token_introspection: {} }, {}],
    ['active as text', { token_introspection: { active: 'true' } }, {}],
    ['the type of an access token', {}, { typ: 'at+jwt' }],
    ['the type of any JWT', {}, { typ: 'JWT' }],
    ['no type', {}, { typ: undefined }],
    ['critical extensions', {}, { crit: ['b64'], b64: true }],
    ['the kid of no key', {}, { kid: 'unknown' }],
  ])('with %s says neither yes nor no', async (_what, claims, header) => {
    answerWith(await idp.sign(envelope(claims), { typ, ...header }));

    expect(await ask(open())).toBe('idp_unavailable');
  });

  it('by a stranger under a kid of the provider says nothing', async () => {
    const stranger = await createSigningKey('RS256', idp.keys[0]!.kid);
    answerWith(await idp.sign(envelope(), { typ }, stranger));

    expect(await ask(open())).toBe('idp_unavailable');
  });

  it('by an algorithm that is not allowed says nothing', async () => {
    const key = await idp.addKey('ES384');
    answerWith(await idp.sign(envelope(), { typ }, key));

    expect(await ask(open())).toBe('idp_unavailable');
  });

  it.each<[string, () => string, string]>([
    ['is not signed', () => forgeToken({ alg: 'none', typ }, envelope(), ''), signedType],
    ['is made up', () => forgeToken({ alg: 'RS256', typ }, envelope()), signedType],
    ['is encrypted', () => 'eyJhbGciOiJkaXIifQ..AAAA.AAAA.AAAA', signedType],
    ['is empty', () => '', signedType],
    ['is too long', () => `e30.${'A'.repeat(70_000)}.AAAA`, signedType],
    ['is a plain yes', () => '{"active":true}', 'application/json'],
    ['is a plain no', () => '{"active":false}', 'application/json'],
    ['is a plain yes in disguise', () => '{"active":true}', signedType],
    ['is a page', () => '<html></html>', 'text/html'],
  ])('that %s says nothing', async (_what, body, contentType) => {
    answerWith(body(), contentType);

    expect(await ask(open())).toBe('idp_unavailable');
  });

  it.each([401, 403, 500])('with status %i says nothing', async (status) => {
    idp.fail({ kind: 'status', status }, 'introspection');

    expect(await ask(open())).toBe('idp_unavailable');
  });

  it('whose keys cannot be had says nothing', async () => {
    answerWith(await idp.sign(envelope(), { typ }));
    idp.fail({ kind: 'status', status: 503 }, 'jwks');

    expect(await ask(open())).toBe('idp_unavailable');
  });

  it('that was cached is forgotten with the key that signed it', async () => {
    answerWith(await idp.sign(envelope(), { typ }));
    const rig = open();
    expect(await ask(rig)).toBe('introspection miss');
    expect(await ask(rig)).toBe('introspection hit');

    await idp.rotateKeys();
    rig.clock.advance(30_000);
    await rig.provider.refresh();

    expect(await ask(rig)).toBe('idp_unavailable');
  });

  it('is not read where a plain one is wanted', async () => {
    answerWith(await idp.sign(envelope(), { typ }));

    expect(await ask(open('application/json'))).toBe('idp_unavailable');
  });
});

describe('an answer in the form of the drafts', () => {
  /** Members at the top. */
  const flat = (more: Readonly<Record<string, unknown>> = {}) => ({
    iss: idp.issuer,
    aud: 'postern',
    active: true,
    ...more,
  });

  it.each<[string, Record<string, unknown>]>([
    ['no type', { typ: undefined }],
    ['the type of any JWT', { typ: 'JWT' }],
    ['the type of the RFC', { typ }],
  ])('is believed with %s', async (_what, header) => {
    answerWith(await idp.sign(flat(), header), draftType);

    expect(await ask(open(draftType))).toBe('introspection miss');
  });

  it('is believed when it says no', async () => {
    answerWith(await idp.sign(flat({ active: false }), { typ: 'JWT' }), draftType);

    expect(await ask(open(draftType))).toBe('token_inactive');
  });

  it('may be that of the RFC after all', async () => {
    answerWith(await idp.sign(envelope(), { typ }), `${signedType}; charset=utf-8`);

    expect(await ask(open(draftType))).toBe('introspection miss');
  });

  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['no active', { active: undefined }, {}],
    ['another issuer', { iss: 'https://evil.example' }, {}],
    ['another audience', { aud: 'orders' }, {}],
    ['the type of an access token', {}, { typ: 'at+jwt' }],
    ['members that are no object', { token_introspection: true }, {}],
  ])('with %s says nothing', async (_what, claims, header) => {
    answerWith(await idp.sign(flat(claims), { typ: 'JWT', ...header }), draftType);

    expect(await ask(open(draftType))).toBe('idp_unavailable');
  });

  it('is not read where the form of the RFC is wanted', async () => {
    answerWith(await idp.sign(flat(), { typ }), draftType);

    expect(await ask(open())).toBe('idp_unavailable');
  });
});
