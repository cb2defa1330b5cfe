import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Secret } from '../../../src/lib/secret.ts';
import type { IntrospectionOptions, ProviderOptions } from '../../../src/oauth/provider-options.ts';
import { FakeProvider } from '../../support/fake-provider.ts';
import { optionsOf, outcomeOf, rigOf } from './setup.ts';

let idp: FakeProvider;

beforeEach(async () => {
  idp = await FakeProvider.start();
});

afterEach(() => idp.close());

/** What the provider was sent. */
async function ask(more: Partial<IntrospectionOptions> = {}, other: Partial<ProviderOptions> = {}) {
  const options = optionsOf(idp.issuer, other);
  const rig = rigOf({ ...options, introspection: { ...options.introspection, ...more } });
  try {
    expect(await outcomeOf(rig.verify('the token'))).toBe('token_inactive');
    return idp.requests.find(({ endpoint }) => endpoint === 'introspection')!;
  } finally {
    await rig.close();
  }
}

const secretly = (name: string, value: string) => [name, new Secret(value)] as const;

describe('a call to the introspection endpoint', () => {
  it('is that of the RFC where nothing else is configured', async () => {
    const { headers, form } = await ask();

    expect(Object.fromEntries(form)).toEqual({
      token: 'the token',
      token_type_hint: 'access_token',
    });
    expect(headers).toMatchObject({
      accept: 'application/json',
      authorization: `Basic ${Buffer.from('postern:s3cret').toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded;charset=UTF-8',
    });
  });

  it.each([['bearer'], ['refresh_token']])('hints at %s', async (hint) => {
    const { form } = await ask({ hint });

    expect(form.get('token_type_hint')).toBe(hint);
  });

  it('hints at nothing', async () => {
    const { form } = await ask({ hint: null });

    expect(form.has('token_type_hint')).toBe(false);
  });

  it('has the token under another name, and under that alone', async () => {
    const { form } = await ask({ tokenParameter: 'access_token' });

    expect(form.getAll('access_token')).toEqual(['the token']);
    expect(form.has('token')).toBe(false);
  });

  it('has more arguments, of which none can stand in for the token', async () => {
    const parameters = [secretly('realm', 'a&b'), secretly('token', 'another')];
    const { form } = await ask({ parameters });

    expect(form.get('realm')).toBe('a&b');
    expect(form.getAll('token')).toEqual(['the token']);
  });

  it.each<[string, Partial<ProviderOptions>, string | null]>([
    ['as the RFC has it', {}, null],
    ['by its id alone', { client: { authMethod: 'none', id: 'postern' } }, 'postern'],
  ])('tells its client %s, which no argument can change', async (_how, more, id) => {
    const names = ['client_id', 'client_secret', 'client_assertion', 'client_assertion_type'];
    const parameters = names.map((name) => secretly(name, 'another'));
    const { form } = await ask({ parameters }, more);

    expect(names.map((name) => form.getAll(name))).toEqual([id === null ? [] : [id], [], [], []]);
  });

  it('is not made where the token would stand in for the client', async () => {
    const options = optionsOf(idp.issuer);
    const introspection = { ...options.introspection, tokenParameter: 'client_id' };
    const rig = rigOf({ ...options, introspection });

    await expect(rig.verify('x')).rejects.toThrow('stand in for the client');
    expect(idp.calls('introspection')).toBe(0);
    await rig.close();
  });

  it('has more headers, of which Authorization takes the place of the client', async () => {
    const headers = [secretly('X-Tenant', 't1'), secretly('Authorization', 'Bearer abc')];
    const sent = await ask({ headers });

    expect(sent.headers).toMatchObject({ 'x-tenant': 't1', authorization: 'Bearer abc' });
  });

  it.each(['Content-Type', 'Accept'])('keeps its %s', async (name) => {
    const { headers, form } = await ask({ headers: [secretly(name, 'text/plain')] });

    expect(headers[name.toLowerCase()]).not.toBe('text/plain');
    expect(form.get('token')).toBe('the token');
  });

  it('with a header that cannot be sent is an outage', async () => {
    const options = optionsOf(idp.issuer);
    const headers = [secretly('x-a', 'a\r\nb: c')];
    const rig = rigOf({ ...options, introspection: { ...options.introspection, headers } });

    expect(await outcomeOf(rig.verify('x'))).toBe('idp_unavailable');
    expect(idp.calls('introspection')).toBe(0);
    await rig.close();
  });
});
