import { describe, expect, it } from '@jest/globals';
import { fc } from '../../../support/properties.ts';
import {
  authenticateApplication,
  choosePairMethod,
  encodeFormPart,
} from '../../../../src/oauth/grants/authenticate-application.ts';

const server = { issuer: 'https://idp.example' };

async function send(pair: { id: string; secret: string }, method: 'basic' | 'post') {
  const headers = new Headers();
  const body = new URLSearchParams();
  const authenticate = authenticateApplication(pair, `client_secret_${method}`);
  await authenticate(server, { client_id: pair.id }, body, headers);
  return { authorization: headers.get('authorization'), body };
}

describe('choosePairMethod', () => {
  it.each([
    ['no metadata', null, 'client_secret_basic'],
    ['nothing said', {}, 'client_secret_basic'],
    ['both', ['client_secret_post', 'client_secret_basic'], 'client_secret_basic'],
    ['basic alone', ['client_secret_basic'], 'client_secret_basic'],
    ['post alone', ['client_secret_post'], 'client_secret_post'],
    ['post and keys', ['private_key_jwt', 'client_secret_post'], 'client_secret_post'],
    ['neither', ['private_key_jwt'], 'client_secret_basic'],
    ['an empty list', [], 'client_secret_basic'],
    ['no list', 'client_secret_post', 'client_secret_basic'],
  ])('of %s', (_name, listed, method) => {
    const members = Array.isArray(listed) || typeof listed === 'string';
    const metadata = members ? { token_endpoint_auth_methods_supported: listed } : null;

    expect(choosePairMethod(metadata)).toBe(method);
  });
});

describe('an application’s pair', () => {
  it('goes as it is where that reads the same encoded and not', async () => {
    const id = '0oa1-b2_c3.d4~e5*';
    const { authorization } = await send({ id, secret: 'S-e_c.r~e*t' }, 'basic');

    expect(authorization).toBe(`Basic ${btoa(`${id}:S-e_c.r~e*t`)}`);
  });

  it('is form-encoded where it is odd', async () => {
    const { authorization } = await send({ id: 'a:b', secret: "p%+/= ü!'()" }, 'basic');

    expect(authorization).toBe(`Basic ${btoa('a%3Ab:p%25%2B%2F%3D+%C3%BC%21%27%28%29')}`);
  });

  it('goes into the form where the provider wants that', async () => {
    const { authorization, body } = await send({ id: 'a b', secret: 'p&q' }, 'post');

    expect(authorization).toBeNull();
    expect(body.toString()).toBe('client_id=a+b&client_secret=p%26q');
  });

  it('is read back by any form decoder', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const encoded = encodeFormPart(text);

        expect(encoded).toMatch(/^[\w.~*%+-]*$/);
        expect(new URLSearchParams(`x=${encoded}`).get('x')).toBe(text);
      }),
    );
  });
});
