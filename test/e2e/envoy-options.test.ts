import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createTestAuthority,
  type CertificateFiles,
  type TestAuthority,
} from '../support/certificates.ts';
import { envoyConfig, type EnvoyConfigOptions } from '../support/envoy-config.ts';
import { startEnvoy, type RunningEnvoy } from '../support/envoy.ts';
import { callHttp } from '../support/http-caller.ts';
import { startStubAuthorizer, type StubAuthorizer } from '../support/stub-authorizer.ts';
import { startUpstream, type ReceivedRequest, type Upstream } from '../support/upstream.ts';

let authorizer: StubAuthorizer;
let upstream: Upstream;
let envoy: RunningEnvoy | undefined;

beforeAll(async () => {
  authorizer = await startStubAuthorizer();
  authorizer.answer({ status: { code: 0 }, ok_response: { headers: [], headers_to_remove: [] } });
  upstream = await startUpstream();
});

afterEach(async () => {
  await envoy?.stop();
  envoy = undefined;
});

afterAll(async () => {
  await upstream.stop();
  authorizer.stop();
});

async function start(options: Partial<EnvoyConfigOptions>): Promise<RunningEnvoy> {
  const places = { authz: { port: authorizer.port }, upstreamPort: upstream.port };
  envoy = await startEnvoy({ config: envoyConfig({ ...places, ...options }) });
  return envoy;
}

function lastCheck() {
  return authorizer.checks.at(-1)?.attributes;
}

describe('the body of a request', () => {
  it.each([
    [false, { body: 'token=t', raw: null }],
    [true, { body: null, raw: Buffer.from('token=t') }],
  ])('reaches Postern and the upstream, packed as bytes: %s', async (packAsBytes, seen) => {
    const { port } = await start({ requestBody: { maxBytes: 16, packAsBytes } });

    const { status } = await callHttp(port, { method: 'POST', path: '/a?b=c', body: 'token=t' });

    expect(status).toBe(200);
    const { body = null, raw_body: raw = null } = lastCheck()?.request?.http ?? {};
    expect({ body, raw }).toEqual(seen);
    expect(upstream.requests.at(-1)).toMatchObject({ path: '/a?b=c', body: 'token=t' });
  });

  it('that is too long is refused by Envoy', async () => {
    const { port } = await start({ requestBody: { maxBytes: 4 } });
    const before = authorizer.checks.length;

    expect((await callHttp(port, { method: 'POST', body: 'token=t' })).status).toBe(413);
    expect(authorizer.checks).toHaveLength(before);
  });

  it('that is too long is cut off for Postern alone, where that is allowed', async () => {
    const { port } = await start({ requestBody: { maxBytes: 4, allowPartial: true } });

    await callHttp(port, { method: 'POST', body: 'token=t' });

    const { body, header_map: lines } = lastCheck()?.request?.http ?? {};
    expect(body).toBe('toke');
    expect(lines?.headers).toContainEqual(
      expect.objectContaining({
        key: 'x-envoy-auth-partial-body',
        raw_value: Buffer.from('true'),
      }),
    );
    expect(upstream.requests.at(-1)?.body).toBe('token=t');
  });
});

it('several cookies come back from the upstream, each on a line of its own', async () => {
  const { port } = await start({});
  upstream.responseHeaders.push(['set-cookie', 'a=1; Path=/'], ['set-cookie', 'b=2']);

  const answer = await callHttp(port, { headers: [['cookie', 'x=1']] });
  upstream.responseHeaders.length = 0;

  expect(answer.setCookies).toEqual(['a=1; Path=/', 'b=2']);
  expect((JSON.parse(answer.body) as ReceivedRequest).rawHeaders).toContainEqual(['cookie', 'x=1']);
});

describe('a client over TLS', () => {
  let authority: TestAuthority;
  let ofServer: CertificateFiles;
  let ofClient: CertificateFiles;

  beforeAll(async () => {
    authority = await createTestAuthority();
    ofServer = await authority.issue('envoy');
    ofClient = await authority.issue('app');
  });

  afterAll(() => authority.remove());

  it('shows Postern its certificate, if it has one', async () => {
    const { caFile } = authority;
    const { port } = await start({ tls: { ...ofServer, caFile } });

    const named = await callHttp(port, { tls: { caFile, certificate: ofClient } });
    const shown = lastCheck()?.source?.certificate ?? '';
    const unnamed = await callHttp(port, { tls: { caFile } });

    expect([named.status, unnamed.status]).toEqual([200, 200]);
    // Envoy has the PEM text URL-encoded.
    expect(decodeURIComponent(shown)).toBe(await readFile(ofClient.certFile, 'utf8'));
    expect(lastCheck()?.source?.certificate ?? '').toBe('');
    expect(lastCheck()?.request?.http?.scheme).toBe('https');
  });
});
