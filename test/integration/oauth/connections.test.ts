import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Secret } from '../../../src/lib/secret.ts';
import type { ProviderOptions, ProxyOptions } from '../../../src/oauth/provider-options.ts';
import { createTestAuthority, type TestAuthority } from '../../support/certificates.ts';
import { startConnectProxy, type ConnectProxy } from '../../support/connect-proxy.ts';
import { FakeProvider } from '../../support/fake-provider.ts';
import { startOidcProvider, type OidcProvider } from '../../support/oidc-provider.ts';
import { optionsOf, outcomeOf, rigOf, type Rig } from './setup.ts';

let authority: TestAuthority;
let other: TestAuthority;
let secure: OidcProvider;
let plain: FakeProvider;
let proxy: ConnectProxy;
const rigs: Rig[] = [];

beforeAll(async () => {
  authority = await createTestAuthority();
  other = await createTestAuthority('Another CA');
  const tls = { ...(await authority.issue('server')), caFile: authority.caFile };
  secure = await startOidcProvider({
    tls,
    clients: [{ id: 'postern', secret: 's3cret' }],
    resources: {},
  });
});

beforeEach(async () => {
  plain = await FakeProvider.start();
  proxy = await startConnectProxy();
});

afterEach(async () => {
  await Promise.all(rigs.splice(0).map((rig) => rig.close()));
  await proxy.close();
  await plain.close();
});

afterAll(async () => {
  await secure.close();
  await authority.remove();
  await other.remove();
});

function open(issuer: string, more: Partial<ProviderOptions> = {}): Rig {
  const rig = rigOf(optionsOf(issuer, more));
  rigs.push(rig);
  return rig;
}

function trusting(ca: TestAuthority) {
  return { tls: { ca: readFileSync(ca.caFile, 'utf8') } };
}

function through(
  kind: 'http' | 'https',
  { noProxy = [], login = '' }: { readonly noProxy?: string[]; readonly login?: string } = {},
): { readonly proxy: ProxyOptions } {
  const url = new Secret(`http://${login}127.0.0.1:${proxy.port}`);
  return { proxy: { http: null, https: null, noProxy, [kind]: url } };
}

/** `token_inactive` = the provider was asked. */
const ask = (rig: Rig) => outcomeOf(rig.verify('an-opaque-token'));

/** In a process of its own, since a test has but a copy of the environment. Gives the error's code. */
async function callUnverified(url: string, proxyUrl: string): Promise<string> {
  const code = `
    import { request } from 'undici';
    import { openConnections } from './src/oauth/open-connections.ts';
    const [url, proxyUrl] = process.argv.slice(1);
    const https = proxyUrl === '' ? null : { reveal: () => proxyUrl };
    const connections = openConnections({
      timeoutMs: 5000,
      maxConcurrentCalls: 1,
      client: null,
      tls: { ca: null },
      proxy: { http: null, https, noProxy: [] },
    });
    await request(url, { dispatcher: connections.to(url, 'anybody') }).then(
      ({ statusCode }) => console.log(statusCode),
      ({ code }) => console.log(code),
    );
    await connections.destroy();
  `;
  const args = ['--input-type=module', '--eval', code, '--', url, proxyUrl];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    cwd: join(import.meta.dirname, '..', '..', '..'),
    env: { ...process.env, NODE_TLS_REJECT_UNAUTHORIZED: '0' },
  });
  return stdout.trim();
}

describe('the certificate of a provider', () => {
  it('is trusted by an authority of its own', async () => {
    expect(await ask(open(secure.issuer, trusting(authority)))).toBe('token_inactive');
  });

  it('is not trusted without that authority', async () => {
    const rig = open(secure.issuer);

    expect(await ask(rig)).toBe('idp_unavailable');
    expect(rig.events).toContainEqual(expect.objectContaining({ outcome: 'connection' }));
  });

  it('is not trusted by another authority', async () => {
    expect(await ask(open(secure.issuer, trusting(other)))).toBe('idp_unavailable');
  });

  it.each(['directly', 'through a proxy'])(
    'is verified whatever the environment says, %s',
    async (way) => {
      const to = way === 'directly' ? '' : `http://127.0.0.1:${proxy.port}`;

      expect(await callUnverified(secure.issuer, to)).toBe('SELF_SIGNED_CERT_IN_CHAIN');
    },
  );

  it('is not trusted through a proxy either', async () => {
    expect(await ask(open(secure.issuer, through('https')))).toBe('idp_unavailable');
  });
});

describe('a forward proxy', () => {
  it('is chosen by the scheme, in whichever case that is written', async () => {
    const [, rest = ''] = secure.issuer.split('https:');
    const endpoints = { introspection: `HTTPS:${rest}/introspection`, token: null, jwks: null };
    const trusted = { ...trusting(authority), discovery: null, endpoints };

    await ask(open(secure.issuer, { ...trusted, ...through('https') }));
    expect(proxy.requests).toMatchObject([{ method: 'CONNECT' }]);
  });

  it('tunnels https, and does not see what is said', async () => {
    const rig = open(secure.issuer, { ...trusting(authority), ...through('https') });

    expect(await ask(rig)).toBe('token_inactive');
    const target = new URL(secure.issuer).host;
    expect(new Set(proxy.requests.map(({ method }) => method))).toEqual(new Set(['CONNECT']));
    expect(new Set(proxy.requests.map((request) => request.target))).toEqual(new Set([target]));
  });

  it('passes plain http on', async () => {
    const rig = open(plain.issuer, through('http'));

    expect(await ask(rig)).toBe('token_inactive');
    expect(proxy.requests).toContainEqual({
      method: 'POST',
      target: `${plain.issuer}/introspection`,
      authorization: null,
    });
  });

  it('is told its user and password, and nobody else is', async () => {
    const rig = open(plain.issuer, through('http', { login: 'us%40er:p%3Ass@' }));

    await ask(rig);

    const basic = `Basic ${Buffer.from('us@er:p:ss').toString('base64')}`;
    expect(new Set(proxy.requests.map(({ authorization }) => authorization))).toEqual(
      new Set([basic]),
    );
    expect(JSON.stringify(rig.events)).not.toMatch(/p%3Ass|p:ss/);
  });

  it('for http is not used for https, nor the other way round', async () => {
    expect(await ask(open(secure.issuer, { ...trusting(authority), ...through('http') }))).toBe(
      'token_inactive',
    );
    expect(await ask(open(plain.issuer, through('https')))).toBe('token_inactive');
    expect(proxy.requests).toEqual([]);
  });

  it.each([['*'], ['127.0.0.1']])('is left aside for the hosts of no_proxy: %s', async (host) => {
    const rig = open(plain.issuer, through('http', { noProxy: ['idp.example', host] }));

    expect(await ask(rig)).toBe('token_inactive');
    expect(proxy.requests).toEqual([]);
  });

  it('is used for a host of which no_proxy has another port', async () => {
    const rig = open(plain.issuer, through('http', { noProxy: ['127.0.0.1:1'] }));

    expect(await ask(rig)).toBe('token_inactive');
    expect(proxy.requests).not.toEqual([]);
  });

  it.each([
    ['http', 502],
    ['http', 407],
    ['https', 502],
    ['https', 407],
  ] as const)('that refuses %s with %i is an outage', async (kind, status) => {
    proxy.misbehave({ status });
    const issuer = kind === 'http' ? plain.issuer : secure.issuer;

    expect(await ask(open(issuer, { ...trusting(authority), ...through(kind) }))).toBe(
      'idp_unavailable',
    );
    expect(plain.requests).toEqual([]);
  });

  it.each(['http', 'https'] as const)('that says nothing to %s is a time-out', async (kind) => {
    proxy.misbehave('hang');
    const issuer = kind === 'http' ? plain.issuer : secure.issuer;
    const rig = open(issuer, { ...through(kind), timeoutMs: 200 });

    expect(await ask(rig)).toBe('idp_unavailable');
    expect(rig.events).toContainEqual(expect.objectContaining({ outcome: 'timeout' }));
  });

  it('passes no answer on that is too large', async () => {
    const rig = open(plain.issuer, through('http'));
    plain.fail({ kind: 'huge', bytes: 1024 * 1024 }, 'introspection');

    expect(await ask(rig)).toBe('idp_unavailable');
    expect(rig.events).toContainEqual(
      expect.objectContaining({ operation: 'introspection', outcome: 'too_large' }),
    );
  });

  it('whose URL cannot be read is an error that does not quote it', () => {
    const options = optionsOf(plain.issuer, {
      proxy: { http: new Secret('http://user:pass word@['), https: null, noProxy: [] },
    });

    expect(() => rigOf(options)).toThrow('the URL of the proxy cannot be read');
  });
});
