import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Secret } from '../../../src/lib/secret.ts';
import type { ProviderClient, ProviderOptions } from '../../../src/oauth/provider-options.ts';
import {
  startCertificateRecorder,
  type CertificateRecorder,
} from '../../support/certificate-recorder.ts';
import {
  createTestAuthority,
  type CertificateFiles,
  type TestAuthority,
} from '../../support/certificates.ts';
import { startConnectProxy, type ConnectProxy } from '../../support/connect-proxy.ts';
import { FakeProvider } from '../../support/fake-provider.ts';
import { grantRigOf, outcomeOf, type GrantRig } from './grants/setup.ts';
import { optionsOf } from './setup.ts';

let authority: TestAuthority;
let ours: CertificateFiles;
let front: CertificateRecorder;
let proxy: ConnectProxy;
let idp: FakeProvider;
const rigs: GrantRig[] = [];

beforeAll(async () => {
  authority = await createTestAuthority();
  ours = await authority.issue('gateway');
});

beforeEach(async () => {
  front = await startCertificateRecorder(await authority.issue('server'));
  proxy = await startConnectProxy();
  const { origin } = front;
  idp = await FakeProvider.start({
    metadata: {
      jwks_uri: `${origin}/jwks`,
      introspection_endpoint: `${origin}/introspection`,
      token_endpoint: `${origin}/token`,
    },
  });
  front.passTo(idp.issuer);
});

afterEach(async () => {
  await Promise.all(rigs.splice(0).map((rig) => rig.close()));
  await front.close();
  await proxy.close();
  await idp.close();
});

afterAll(() => authority.remove());

function byCertificate(
  authMethod: 'tls_client_auth' | 'self_signed_tls_client_auth' = 'tls_client_auth',
): ProviderClient {
  const cert = readFileSync(ours.certFile, 'utf8');
  const key = new Secret(readFileSync(ours.keyFile, 'utf8'));
  return { authMethod, id: 'postern', certificate: { cert, key } };
}

function open(more: Partial<ProviderOptions> = {}): GrantRig {
  const rig = grantRigOf(
    optionsOf(idp.issuer, {
      discovery: { url: `${front.origin}/.well-known/openid-configuration` },
      tls: { ca: readFileSync(authority.caFile, 'utf8') },
      client: byCertificate(),
      ...more,
    }),
  );
  rigs.push(rig);
  return rig;
}

const shown = (path: string) =>
  front.requests.filter((request) => request.path === path).map(({ client }) => client);

describe('the certificate of our client', () => {
  it.each(['directly', 'through a proxy'])(
    'is shown for our own requests alone, %s',
    async (way) => {
      const url = new Secret(`http://127.0.0.1:${proxy.port}`);
      const rig = open(
        way === 'directly' ? {} : { proxy: { http: null, https: url, noProxy: [] } },
      );
      await rig.provider.start();

      expect(await outcomeOf(rig.obtain('app-1', 'x'))).toBe('client_credentials miss');
      expect(shown('/.well-known/openid-configuration')).toEqual([null]);
      expect(shown('/jwks')).toEqual([null]);
      expect(shown('/token')).toEqual([null]);
      expect(shown('/introspection')).toEqual(['gateway']);
    },
  );

  it('is shown where a user’s password is exchanged by our client', async () => {
    const plan = { grant: 'password' } as const;

    expect(await outcomeOf(open().obtain('alice', 'x', { plan }))).toBe('password miss');
    expect(shown('/token')).toEqual(['gateway']);
  });
});

describe('a pair with the id of our own client', () => {
  it.each<[string, () => ProviderClient]>([
    ['tls_client_auth', () => byCertificate()],
    ['self_signed_tls_client_auth', () => byCertificate('self_signed_tls_client_auth')],
    ['none', () => ({ authMethod: 'none', id: 'postern' })],
  ])('is refused without a call where that is known by %s', async (_method, client) => {
    const obtained = await open({ client: client() }).obtain('postern', 'anything');

    expect(obtained).toMatchObject({ stop: { reason: 'client_rejected' } });
    expect(shown('/token')).toEqual([]);
  });

  it('is refused in its other reading too', async () => {
    idp.token.clients.set('somebody', 'else');
    const alternative = { id: 'postern', secret: 'anything' };
    const asked = open().obtain('post%65rn', 'anything', { alternative });

    expect(await outcomeOf(asked)).toBe('client_rejected');
    expect(shown('/token')).toEqual([null]);
  });

  it('is left to the provider where our client has a secret', async () => {
    idp.token.clients.set('postern', 's3cret');
    const client = optionsOf(idp.issuer).client;

    expect(await outcomeOf(open({ client }).obtain('postern', 'wrong'))).toBe('client_rejected');
    expect(shown('/token')).toEqual([null]);
  });

  it('is no client’s where it is a user’s name', async () => {
    const plan = { grant: 'password' } as const;

    expect(await outcomeOf(open().obtain('postern', 'x', { plan }))).toBe('password miss');
  });
});
