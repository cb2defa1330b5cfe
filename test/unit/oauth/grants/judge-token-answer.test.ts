import { describe, expect, it } from '@jest/globals';
import { fc } from '../../../support/properties.ts';
import { maxTokenLength } from '../../../../src/oauth/classify-token.ts';
import { judgeTokenAnswer, type Grant } from '../../../../src/oauth/grants/judge-token-answer.ts';

const json = 'application/json';
const issued = { access_token: 'a.b-c_d~e+f/g=', token_type: 'Bearer', expires_in: 300 };

function judge(
  body: unknown,
  {
    status = 200,
    contentType = json,
    grant = 'client_credentials',
  }: { status?: number; contentType?: string | null; grant?: Grant } = {},
) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return judgeTokenAnswer({ status, contentType, body: text }, grant);
}

function verdictOf(judged: ReturnType<typeof judge>): string {
  return judged.kind === 'unavailable' ? judged.refusal.reason : judged.kind;
}

describe('an error of the token endpoint', () => {
  it.each([
    ['Okta, a wrong secret', 401, { error: 'invalid_client' }, 'rejected'],
    ['Okta, an unknown id', 400, { errorCode: 'invalid_client', errorSummary: 'x' }, 'rejected'],
    ['Okta, a fault', 400, { errorCode: 'E0000011', errorSummary: 'x' }, 'idp_unavailable'],
    [
      'Entra, a wrong secret',
      401,
      { error: 'invalid_client', error_description: 'AADSTS7000215', error_codes: [7000215] },
      'rejected',
    ],
    [
      'Entra, an unknown id',
      400,
      { error: 'unauthorized_client', error_description: 'AADSTS700016', error_codes: [700016] },
      'rejected',
    ],
    ['Entra, a wrong scope', 400, { error: 'invalid_scope', x: 'AADSTS70011' }, 'idp_unavailable'],
    ['Auth0, a wrong secret', 401, { error: 'access_denied' }, 'rejected'],
    ['Auth0, no grant for the audience', 403, { error: 'access_denied' }, 'rejected'],
    ['Auth0, too many', 429, { error: 'access_denied' }, 'idp_unavailable'],
    ['Keycloak, an unknown id', 401, { error: 'invalid_client' }, 'rejected'],
    ['Keycloak, a wrong secret', 401, { error: 'unauthorized_client' }, 'rejected'],
    ['Keycloak, no service account', 400, { error: 'unauthorized_client' }, 'rejected'],
    ['Cognito, a wrong secret', 400, { error: 'invalid_client' }, 'rejected'],
    ['Cognito, in an odd mood', 405, { error: 'invalid_client' }, 'rejected'],
    ['Ping, a wrong secret', 401, { error: 'invalid_client' }, 'rejected'],
    ['with status 200', 200, { error: 'invalid_client' }, 'rejected'],
    ['beside a token', 200, { ...issued, error: 'invalid_client' }, 'rejected'],
    ['null, beside a token', 200, { ...issued, error: null }, 'issued'],
    ['invalid_scope', 400, { error: 'invalid_scope' }, 'idp_unavailable'],
    ['invalid_request', 400, { error: 'invalid_request' }, 'idp_unavailable'],
    ['invalid_grant', 400, { error: 'invalid_grant' }, 'idp_unavailable'],
    ['unsupported_grant_type', 400, { error: 'unsupported_grant_type' }, 'idp_unavailable'],
    ['temporarily_unavailable', 400, { error: 'temporarily_unavailable' }, 'idp_unavailable'],
    ['unknown', 401, { error: 'no_luck' }, 'idp_unavailable'],
    ['in another case', 401, { error: 'INVALID_CLIENT' }, 'idp_unavailable'],
    ['with a blank', 401, { error: 'invalid_client ' }, 'idp_unavailable'],
    ['that is a list', 401, { error: ['invalid_client'] }, 'idp_unavailable'],
    ['that is an object', 401, { error: { code: 'invalid_client' } }, 'idp_unavailable'],
    ['empty', 401, { error: '' }, 'idp_unavailable'],
    ['inherited', 401, '{"__proto__":{"error":"invalid_client"}}', 'idp_unavailable'],
    ['absent', 401, {}, 'idp_unavailable'],
    ['absent, with a token', 400, issued, 'idp_unavailable'],
    ['in a list', 401, [{ error: 'invalid_client' }], 'idp_unavailable'],
    ['cut off', 401, '{"error":"invalid_client"', 'idp_unavailable'],
    ['of a server in trouble', 500, { error: 'invalid_client' }, 'idp_unavailable'],
    ['of a proxy', 503, { error: 'unauthorized_client' }, 'idp_unavailable'],
  ])('%s (%i) is the caller’s or the provider’s: %j → %s', (_name, status, body, verdict) => {
    expect(verdictOf(judge(body, { status }))).toBe(verdict);
  });

  it.each([
    ['a user unknown, or a wrong password', 400, 'invalid_grant', 'rejected'],
    ['Keycloak, a wrong password', 401, 'invalid_grant', 'rejected'],
    ['Auth0, a wrong password', 403, 'invalid_grant', 'rejected'],
    ['our own client is refused', 401, 'invalid_client', 'idp_unavailable'],
    ['our own client may not', 400, 'unauthorized_client', 'idp_unavailable'],
    ['Auth0, our own client may not', 403, 'access_denied', 'idp_unavailable'],
    ['a second factor is asked for', 400, 'interaction_required', 'idp_unavailable'],
    ['too many attempts', 429, 'invalid_grant', 'idp_unavailable'],
    ['the provider is in trouble', 503, 'invalid_grant', 'idp_unavailable'],
  ])('to a password: %s (%i, %s) → %s', (_name, status, error, verdict) => {
    expect(verdictOf(judge({ error }, { status, grant: 'password' }))).toBe(verdict);
  });

  it.each([
    ['text/html', 'text/html'],
    ['no content type', null],
    ['another JSON', 'application/problem+json'],
  ])('as %s says nothing', (_name, contentType) => {
    const answer = judge({ error: 'invalid_client' }, { status: 401, contentType });

    expect(verdictOf(answer)).toBe('idp_unavailable');
  });

  it('of a kind of its own stays out of the log', () => {
    const judged = judge({ error: 'Secret-1234' }, { status: 400 });

    expect(judged).toMatchObject({ kind: 'unavailable' });
    expect(JSON.stringify(judged)).not.toContain('Secret-1234');
  });
});

describe('a token answer', () => {
  it.each([
    ['a JWT or an opaque token', {}, 'issued'],
    ['a type in lower case', { token_type: 'bearer' }, 'issued'],
    ['a type in upper case', { token_type: 'BEARER' }, 'issued'],
    ['members that nobody reads', { refresh_token: 5, id_token: null, scope: [] }, 'issued'],
    ['no token', { access_token: undefined }, 'idp_unavailable'],
    ['a token null', { access_token: null }, 'idp_unavailable'],
    ['a token that is a number', { access_token: 5 }, 'idp_unavailable'],
    ['a token that is a list', { access_token: ['x'] }, 'idp_unavailable'],
    ['an empty token', { access_token: '' }, 'idp_unavailable'],
    ['a token with a blank', { access_token: 'a b' }, 'idp_unavailable'],
    ['a token with a line break', { access_token: 'a\r\nx-admin: 1' }, 'idp_unavailable'],
    ['a token beyond ASCII', { access_token: 'tökén' }, 'idp_unavailable'],
    ['the longest token', { access_token: 'x'.repeat(maxTokenLength) }, 'issued'],
    ['too long a token', { access_token: 'x'.repeat(maxTokenLength + 1) }, 'idp_unavailable'],
    ['a DPoP token', { token_type: 'DPoP' }, 'idp_unavailable'],
    ['a MAC token', { token_type: 'mac' }, 'idp_unavailable'],
    ['no type', { token_type: undefined }, 'idp_unavailable'],
    ['a type null', { token_type: null }, 'idp_unavailable'],
    ['too much else', { x: 'x'.repeat(70_000) }, 'idp_unavailable'],
  ])('with %s: %s → %s', (_name, members, verdict) => {
    expect(verdictOf(judge({ ...issued, ...members }))).toBe(verdict);
  });

  it.each([
    ['a number', 300, 300_000],
    ['a fraction', 0.5, 500],
    ['digits', '300', 300_000],
    ['zero', 0, 0],
    ['zero as text', '0', 0],
    ['negative', -5, 0],
    ['very large', 1e300, 1e303],
    ['absent', undefined, null],
    ['null', null, null],
    ['negative as text', '-5', null],
    ['words', 'soon', null],
    ['empty', '', null],
    ['true', true, null],
    ['a list', [300], null],
    ['an object', {}, null],
  ])('with an expires_in that is %s', (_name, expires_in, lifetimeMs) => {
    expect(judge({ ...issued, expires_in })).toEqual({
      kind: 'issued',
      accessToken: issued.access_token,
      lifetimeMs,
    });
  });

  it('with an expires_in beyond all numbers has none', () => {
    const body = '{"access_token":"x","token_type":"Bearer","expires_in":1e999}';

    expect(judge(body)).toMatchObject({ kind: 'issued', lifetimeMs: null });
  });

  it.each([201, 204, 302, 304])('with status %i is none', (status) => {
    expect(verdictOf(judge(issued, { status }))).toBe('idp_unavailable');
  });

  it.each(['text/plain', 'text/json', null])('as %s is none', (contentType) => {
    expect(verdictOf(judge(issued, { contentType }))).toBe('idp_unavailable');
  });

  it('of any shape whatever never throws, and nothing passes for a verdict but the two', () => {
    const status = fc.constantFrom(200, 302, 400, 401, 403, 429, 500);
    const grant = fc.constantFrom<Grant>('client_credentials', 'password');
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), status, grant, (body, code, asked) => {
        expect(verdictOf(judge(body, { status: code, grant: asked }))).toBe('idp_unavailable');
      }),
    );
  });
});
