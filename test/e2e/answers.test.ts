import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { FakeProvider } from '../support/fake-provider.ts';
import type { HeaderLines } from '../support/http-caller.ts';
import { describeProvider } from '../support/world-config.ts';
import { startWorld, type World } from '../support/world.ts';

jest.setTimeout(30_000);

let idp: FakeProvider;
let world: World;

beforeAll(async () => {
  idp = await FakeProvider.start();
  const plain = { identity_providers: ['idp'] };
  world = await startWorld({
    identityProviders: [describeProvider('idp', idp.issuer)],
    services: [
      { ...plain, name: 'orders', acl: { allow: ['gold'] } },
      {
        ...plain,
        name: 'own-words',
        acl: { allow: ['gold'] },
        messages: { unauthorized: 'Ausweis <bitte>', forbidden: 'Nein' },
        expose_reason: true,
      },
      { ...plain, name: 'hosted', hosts: ['hosted.example.com', '*.tenants.example.com'] },
    ],
    consumers: [{ custom_id: 'client-1' }],
    config: { policy_by_host: true },
  });
});

afterAll(async () => {
  await world.stop();
  await idp.close();
});

describe('a refusal', () => {
  it.each([
    [undefined, 'application/json', /^\{"message":"Unauthorized","request_id":"[\w-]+"\}$/],
    ['*/*', 'application/json', /^\{/],
    ['text/html,application/xhtml+xml;q=0.9,*/*;q=0.8', 'text/html', /<h1>Unauthorized<\/h1>/],
    ['text/plain', 'text/plain', /^Unauthorized\nrequest_id: [\w-]+\n$/],
    ['application/xml', 'application/xml', /^<\?xml .*<message>Unauthorized<\/message>/s],
    ['image/png', 'application/json', /^\{/],
    ['text/html;q=0, text/plain;q=0.1', 'text/plain', /^Unauthorized/],
    ['x'.repeat(5000), 'application/json', /^\{/],
  ])('to who accepts %.50j is %s', async (accept, type, body) => {
    const headers: HeaderLines = accept === undefined ? [] : [['accept', accept]];

    const answer = await world.call({ path: '/orders/', headers });

    expect(answer.headers['content-type']).toBe(`${type}; charset=utf-8`);
    expect(answer.body).toMatch(body);
  });

  it.each([
    [['<script>alert(1)</script>']],
    [['a'.repeat(65)]],
    [['one-id', 'another-id']],
    [['line"break']],
  ])('does not repeat what is no id: %j', async (ids) => {
    const headers = ids.map((id): [string, string] => ['x-request-id', id]);
    const before = world.postern.lines.length;

    const answer = await world.send({ path: '/orders/', headers });
    const line = await world.postern.untilLine(
      (candidate) => world.postern.lines.indexOf(candidate) >= before,
    );

    expect(JSON.parse(answer.body)).toEqual({ message: 'Unauthorized' });
    expect(line['request_id']).toBeNull();
  });

  it('can be in the words of the Service, and tell the reason where it may', async () => {
    const token = await idp.sign(idp.claims({ client_id: 'stranger' }));
    const headers = { authorization: `Bearer ${token}` };

    const unknown = await world.call({ path: '/own-words/' });
    const inHtml = await world.call({ path: '/own-words/', headers: { accept: 'text/html' } });
    const stranger = await world.call({ path: '/own-words/', headers });

    expect(JSON.parse(unknown.body)).toMatchObject({ message: 'Ausweis <bitte>' });
    expect(inHtml.body).toContain('Ausweis &lt;bitte&gt;');
    expect(JSON.parse(stranger.body)).toMatchObject({ message: 'Nein' });
    expect([unknown, stranger].map((answer) => answer.headers['x-postern-reason'])).toEqual([
      'credential_missing',
      'consumer_unknown',
    ]);
  });

  it('of a HEAD request has no body', async () => {
    const answer = await world.call({ path: '/orders/', method: 'HEAD' });

    expect(answer).toMatchObject({ status: 401, body: '' });
    expect(answer.challenges).toEqual(['Bearer realm="orders"']);
  });
});

describe('the policy', () => {
  it.each([
    ['hosted.example.com', 'allowed'],
    ['HOSTED.Example.COM:8443', 'allowed'],
    ['a.tenants.example.com', 'allowed'],
    ['a.b.tenants.example.com', 'allowed'],
    ['tenants.example.com', 'policy_unknown'],
    ['hosted.example.com.', 'policy_unknown'],
    ['hosted.example.com.evil.example', 'policy_unknown'],
    ['evilhosted.example.com', 'policy_unknown'],
    ['orders', 'policy_unknown'],
  ])('by host, where Envoy names none, is for %s: %s', async (host, reason) => {
    const headers = { authorization: `Bearer ${await idp.sign()}` };

    expect((await world.call({ path: '/', host, headers })).line['reason']).toBe(reason);
  });

  it.each([
    '/orders/',
    '/orders/x/../y',
    '/orders/%2e%2e/own-words/',
    '/orders//own-words/',
    '/orders/?x=/own-words/',
  ])('that the route names stands over host and path: %s', async (path) => {
    const { line } = await world.call({ path, host: 'hosted.example.com' });

    expect(line).toMatchObject({ service: 'orders', reason: 'credential_missing' });
  });
});
