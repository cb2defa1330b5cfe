import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ProviderOptions } from '../../../../src/oauth/provider-options.ts';
import { FakeProvider, oauthError, type Fault } from '../../../support/fake-provider.ts';
import { optionsOf } from '../setup.ts';
import { grantRigOf, outcomeOf, type GrantRig } from './setup.ts';

let idp: FakeProvider;
const rigs: GrantRig[] = [];

beforeEach(async () => {
  idp = await FakeProvider.start();
});

afterEach(async () => {
  await Promise.all(rigs.splice(0).map((rig) => rig.close()));
  await idp.close();
});

function rigWith(more: Partial<ProviderOptions> = {}): GrantRig {
  const rig = grantRigOf(optionsOf(idp.issuer, more));
  rigs.push(rig);
  return rig;
}

describe('client credentials', () => {
  it('are shown to the token endpoint as the application itself', async () => {
    const rig = rigWith();
    const parameters = [
      ['scope', 'orders.read orders.write'],
      ['audience', 'urn:orders'],
      ['audience', 'urn:more'],
    ] as const;
    await rig.obtain('app-1', 'app-secret', { plan: { parameters } });

    const [request] = idp.tokenRequests;
    expect(request?.credentials).toEqual({ method: 'basic', id: 'app-1', secret: 'app-secret' });
    expect([...(request?.form ?? [])].sort()).toEqual([
      ['audience', 'urn:more'],
      ['audience', 'urn:orders'],
      ['grant_type', 'client_credentials'],
      ['scope', 'orders.read orders.write'],
    ]);
    expect(request?.headers).toMatchObject({ accept: 'application/json' });
  });

  it.each(['opaque', 'jwt'] as const)('bring a verified token that is %s', async (format) => {
    idp.token.format = format;
    const obtained = await rigWith().obtain('app-1', 'app-secret');

    expect(obtained).toMatchObject({
      ok: true,
      value: {
        token: {
          provider: 'idp',
          issuer: idp.issuer,
          method: 'client_credentials',
          claims: { client_id: 'app-1' },
        },
        cache: 'miss',
      },
    });
    const token = obtained.ok ? obtained.value.accessToken : '';
    if (format === 'opaque') expect(idp.introspections.has(token)).toBe(true);
    else expect(token.split('.')).toHaveLength(3);
  });

  it('go into the form where the provider takes them there alone', async () => {
    await idp.close();
    idp = await FakeProvider.start({
      metadata: { token_endpoint_auth_methods_supported: ['client_secret_post'] },
    });
    expect(await outcomeOf(rigWith().obtain('app-1', 'a&b'))).toBe('client_credentials miss');

    const [request] = idp.tokenRequests;
    expect(request?.credentials).toEqual({ method: 'post', id: 'app-1', secret: 'a&b' });
    expect(request?.headers.authorization).toBeUndefined();
  });

  it('go into the form where the Service says so', async () => {
    const plan = { clientAuthMethod: 'client_secret_post' } as const;
    expect(await outcomeOf(rigWith().obtain('app-1', 'secret', { plan }))).toBe(
      'client_credentials miss',
    );

    expect(idp.tokenRequests[0]?.credentials.method).toBe('post');
  });

  it.each([
    ['decodes', 'form', 'odd %+&=ü:'],
    ['does not decode', 'raw', 'Ord-in_ary.1~'],
  ] as const)('are understood by a provider that %s', async (_name, basicDecoding, secret) => {
    idp.token.basicDecoding = basicDecoding;
    idp.token.clients.set('a-p_p.1~', secret);

    expect(await outcomeOf(rigWith().obtain('a-p_p.1~', secret))).toBe('client_credentials miss');
  });

  it('need no client of ours where the token is a JWT', async () => {
    idp.token.format = 'jwt';
    const rig = rigWith({ client: null });

    expect(await outcomeOf(rig.obtain('app-1', 'x'))).toBe('client_credentials miss');
    expect(idp.calls('introspection')).toBe(0);
  });

  it('go to the endpoint that is written where there is no discovery', async () => {
    const { issuer } = idp;
    const endpoints = {
      token: `${issuer}/token`,
      jwks: `${issuer}/jwks`,
      introspection: `${issuer}/introspection`,
    };

    const rig = rigWith({ discovery: null, endpoints });

    expect(await outcomeOf(rig.obtain('app-1', 'x'))).toBe('client_credentials miss');
    expect(idp.calls('discovery')).toBe(0);
  });
});

describe('a pair with two readings', () => {
  const raw = ['app%3A1', 's%2Fcret'] as const;
  const alternative = { id: 'app:1', secret: 's/cret' };

  it('is shown decoded once the provider does not know it as it is', async () => {
    idp.token.clients.set('app:1', 's/cret');
    const rig = rigWith();

    expect(await outcomeOf(rig.obtain(...raw, { alternative }))).toBe('client_credentials miss');
    expect(idp.tokenRequests.map(({ credentials }) => credentials.id)).toEqual([
      'app%3A1',
      'app:1',
    ]);
    const again = await rig.obtain(...raw, { alternative });
    expect(again).toMatchObject({ value: { cache: 'hit', acceptedId: 'app:1' } });
    expect(idp.calls('token')).toBe(2);
  });

  it('is one entry and two calls, however many spellings it has', async () => {
    idp.token.clients.set('app:1', 's/cret');
    const rig = rigWith();
    const spellings = ['app%3A1', 'app%3a1', '%61pp%3A1', 'a%70p%3A1', 'app:%31'];
    for (const id of spellings) await rig.obtain(id, raw[1], { alternative });

    expect(idp.calls('token')).toBe(2);
    expect(await outcomeOf(rig.obtain('app:1', 's/cret'))).toBe('client_credentials hit');
    expect(rig.provider.credentialCacheSizes()).toEqual({ accepted: 1, refused: 0 });
  });

  it('is known again without the other one, but not refused with it', async () => {
    idp.token.clients.set('app%3A1', 's%2Fcret');
    const rig = rigWith();
    await rig.obtain(...raw, { alternative });
    expect(await outcomeOf(rig.obtain(...raw))).toBe('client_credentials hit');

    idp.token.clients.set('other:1', 'y');
    await rig.obtain('other%3A1', 'y');
    const whole = rig.obtain('other%3A1', 'y', { alternative: { id: 'other:1', secret: 'y' } });
    expect(await outcomeOf(whole)).toBe('client_credentials miss');
  });

  it('is shown as it is alone where that is good', async () => {
    idp.token.clients.set('app%3A1', 's%2Fcret');
    const obtained = await rigWith().obtain(...raw, { alternative });

    expect(obtained).toMatchObject({ value: { acceptedId: 'app%3A1' } });
    expect(idp.calls('token')).toBe(1);
  });

  it('is refused after two calls, and remembered as one', async () => {
    idp.token.clients.set('somebody', 'else');
    const rig = rigWith();

    for (let round = 0; round < 3; round++) {
      expect(await outcomeOf(rig.obtain(...raw, { alternative }))).toBe('client_rejected');
    }
    expect(idp.calls('token')).toBe(2);
    expect(rig.provider.credentialCacheSizes()).toEqual({ accepted: 0, refused: 1 });
  });

  it.each<[string, Fault]>([
    ['may not use the grant', oauthError('unauthorized_client')],
    ['is denied', oauthError('access_denied', 403)],
    ['asks for a wrong scope', oauthError('invalid_scope')],
    ['meets a fault', { kind: 'status', status: 503 }],
  ])('is not tried again where it %s', async (_name, answer) => {
    idp.script('token', answer);
    await rigWith().obtain(...raw, { alternative });

    expect(idp.calls('token')).toBe(1);
  });

  it('is an outage where the second call fails, and not remembered', async () => {
    idp.script('token', oauthError('invalid_client', 401), { kind: 'status', status: 503 });
    const rig = rigWith();

    expect(await outcomeOf(rig.obtain(...raw, { alternative }))).toBe('idp_unavailable');
    expect(rig.provider.credentialCacheSizes()).toEqual({ accepted: 0, refused: 0 });
  });
});

describe('a pair', () => {
  it('for a provider that is not there is a fault of ours', async () => {
    const obtained = rigWith().obtain('app-1', 'x', { plan: { provider: 'other' } });

    expect(await outcomeOf(obtained)).toBe('internal');
  });
});
