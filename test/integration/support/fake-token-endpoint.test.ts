import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { FakeProvider, oauthError } from '../../support/fake-provider.ts';

let fake: FakeProvider;

beforeEach(async () => {
  fake = await FakeProvider.start();
});

afterEach(() => fake.close());

async function ask(
  credentials: string | null,
  fields: Record<string, string> = {},
): Promise<{ status: number; body: Record<string, unknown> }> {
  const headers =
    credentials === null
      ? {}
      : { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
  const body = new URLSearchParams({ grant_type: 'client_credentials', ...fields });
  const response = await fetch(`${fake.issuer}/token`, { method: 'POST', headers, body });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe('the token endpoint of the fake', () => {
  it('takes anybody, records what it was asked and vouches for what it gave', async () => {
    const { status, body } = await ask('app-1:secret', { scope: 'orders.read' });

    expect([status, body['expires_in']]).toEqual([200, 300]);
    expect(fake.introspections.get(String(body['access_token']))).toMatchObject({
      active: true,
      client_id: 'app-1',
      scope: 'orders.read',
    });
    expect(fake.tokenRequests).toMatchObject([
      { credentials: { method: 'basic', id: 'app-1', secret: 'secret' } },
    ]);
    expect(fake.tokenRequests[0]?.form.get('scope')).toBe('orders.read');
  });

  it('gives JWTs with the claims that it was told', async () => {
    fake.token.format = 'jwt';
    fake.token.claims = { cid: 'okta', client_id: undefined };

    const { body } = await ask('app-1:secret');

    const claims = decodeJwt(String(body['access_token']));
    expect(claims).toMatchObject({ iss: fake.issuer, cid: 'okta', sub: 'app-1' });
    expect(claims).not.toHaveProperty('client_id');
  });

  it.each([
    ['a string', { expires_in: '300' }, '300'],
    ['negative', { expires_in: -1 }, -1],
    ['absent', { expires_in: undefined }, undefined],
  ])('answers with a lifetime that is %s', async (_name, fields, expected) => {
    fake.token.fields = fields;

    expect((await ask('app-1:secret')).body['expires_in']).toBe(expected);
  });

  it.each([
    ['form', 'a%2Bb:s%3As', 200],
    ['form', 'a+b:s:s', 401],
    ['raw', 'a+b:s:s', 200],
    ['raw', 'a%2Bb:s%3As', 401],
    ['form', '%:%', 401],
  ] as const)('that decodes as %s answers to %s with %i', async (decoding, pair, status) => {
    fake.token.clients.set('a+b', 's:s');
    fake.token.basicDecoding = decoding;

    expect((await ask(pair)).status).toBe(status);
  });

  it.each([
    ['client_secret in the form', { client_id: 'app-1', client_secret: 'secret' }, 200],
    ['a wrong client_secret', { client_id: 'app-1', client_secret: 'other' }, 401],
    ['no secret', { client_id: 'app-1' }, 401],
    ['an assertion of it', { client_assertion: `e30.${btoa('{"sub":"app-1"}')}.x` }, 200],
    ['an assertion of another', { client_assertion: `e30.${btoa('{"sub":"app-2"}')}.x` }, 401],
  ])('that knows its clients judges %s', async (_name, fields, status) => {
    fake.token.clients.set('app-1', 'secret');

    expect((await ask(null, fields)).status).toBe(status);
  });

  it('knows users by their passwords', async () => {
    fake.token.users.set('ann', 'right');
    const asAnn = (password: string) =>
      ask('postern:secret', { grant_type: 'password', username: 'ann', password });

    const good = await asAnn('right');

    expect(await asAnn('wrong')).toEqual({ status: 400, body: { error: 'invalid_grant' } });
    expect(fake.introspections.get(String(good.body['access_token']))).toMatchObject({
      client_id: 'postern',
      sub: 'ann',
    });
  });

  it('follows a script, and is as before when that ends', async () => {
    fake.script('token', oauthError('invalid_client', 401), null, oauthError('invalid_scope'));

    const answers = [await ask('a:b'), await ask('a:b'), await ask('a:b'), await ask('a:b')];

    expect(answers.map(({ status }) => status)).toEqual([401, 200, 400, 200]);
    expect(answers.map(({ body }) => body['error'] ?? null)).toEqual([
      'invalid_client',
      null,
      'invalid_scope',
      null,
    ]);
    expect(fake.calls('token')).toBe(4);
  });
});
