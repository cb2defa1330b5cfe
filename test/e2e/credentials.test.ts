import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { FakeProvider, forgeToken } from '../support/fake-provider.ts';
import { callHttp2, callRaw, type HeaderLines } from '../support/http-caller.ts';
import { describeProvider } from '../support/world-config.ts';
import { startWorld, type World } from '../support/world.ts';

jest.setTimeout(30_000);

/** `[latin1]` text that is sent byte by byte. */
const bytes = Buffer.from(Array.from({ length: 128 }, (_, at) => at + 128)).toString('latin1');

describe.each([true, false])('credentials, encode_raw_headers: %s', (encodeRawHeaders) => {
  let idp: FakeProvider;
  let world: World;
  let good: string;
  /** Whatever was sent as a token, and Postern's own secrets: nobody may be told. */
  const secrets = new Set(['s3cret-of-postern', 'cookie-of-somebody']);
  const answers: unknown[] = [];

  beforeAll(async () => {
    idp = await FakeProvider.start();
    world = await startWorld({
      identityProviders: [describeProvider('idp', idp.issuer)],
      services: [{ name: 'orders', identity_providers: ['idp'] }],
      consumers: [{ custom_id: 'client-1' }],
      config: { log: { level: 'debug', sample_allows: 1 } },
      envoy: { encodeRawHeaders, connectionManager: { max_request_headers_kb: 96 } },
    });
    good = await idp.sign();
    keepSecret(good);
  });

  afterAll(async () => {
    await world.stop();
    await idp.close();
  });

  function keepSecret(token: string): string {
    // Parts of a JWT are no less secret than the whole.
    for (const part of token.split('.')) if (part.length > 20) secrets.add(part);
    secrets.add(token);
    return token;
  }

  async function reasonOf(headers: HeaderLines): Promise<string> {
    const withCookie = [...headers, ['cookie', 'session=cookie-of-somebody'] as const];
    const outcome = await world.call({ path: '/orders/?q=1', headers: withCookie });
    const { status, headers: told, body, line } = outcome;
    if (status !== 200) answers.push([told, body]);
    return `${status} ${String(line['reason'])}`;
  }

  it.each([
    ['two lines', [['Bearer $'], ['Bearer one-other-token']]],
    ['two lines of the same', [['Bearer $'], ['Bearer $']]],
    ['two lines of two schemes', [['Bearer $'], ['Basic bmFtZTpwYXNzd29yZC1vZi1zb21lYm9keQ==']]],
    ['one line, joined', [['Bearer $,Bearer one-other-token']]],
    ['one line, joined with spaces', [['Bearer $ ,  bearer\tone-other-token']]],
    ['one line with another scheme', [['Bearer $, Basic bmFtZTpwYXNzd29yZC1vZi1zb21lYm9keQ==']]],
    [
      'one line with another scheme first',
      [['Basic bmFtZTpwYXNzd29yZC1vZi1zb21lYm9keQ==,Bearer $']],
    ],
  ])('are ambiguous in %s', async (_name, values) => {
    const headers = values.map(([value = '']): [string, string] => [
      'Authorization',
      value.replace('$', () => good),
    ]);

    expect(await reasonOf(headers)).toBe('400 credential_ambiguous');
  });

  it.each([[['', 'Bearer $']], [['Bearer $', '']]])(
    'count as one where Envoy drops the empty line: %j',
    async (values) => {
      const headers = values.map((value): [string, string] => [
        'authorization',
        value.replace('$', () => good),
      ]);

      expect(await reasonOf(headers)).toBe('200 allowed');
    },
  );

  it.each([
    ['two lines', ['authorization', 'authorization'], 400],
    ['one line', ['authorization'], 200],
  ])('in %s over HTTP/2 are judged the same', async (_name, names, status) => {
    const headers = names.map((name): [string, string] => [name, `Bearer ${good}`]);

    expect(await callHttp2(world.envoy.port, { path: '/orders/', headers })).toBe(status);
  });

  it.each(
    [
      ['Bearer', '400 credential_malformed'],
      ['Bearer two-words-of a-token-as-it-seems', '400 credential_malformed'],
      ['Bearer "quoted-token-as-it-seems"', '400 credential_malformed'],
      ['Bearer token=in-the-middle-of-the-token', '400 credential_malformed'],
      ['Bearer token,with-a-comma-in-the-token', '400 credential_ambiguous'],
      [`Bearer ${bytes}`, '400 credential_malformed'],
      ['Bearer ', '400 credential_malformed'],
      ['', '400 credential_malformed'],
      ['Basic bmFtZTpwYXNzd29yZC1vZi1zb21lYm9keQ==', '401 credential_missing'],
      ['Token another-scheme-of-its-own', '401 credential_missing'],
      ['Bearer:a-token-of-some-kind', '400 credential_malformed'],
      [`Bearer ${'a'.repeat(61_440)}`, '401 token_malformed'],
      [`Bearer ${forgeToken({ alg: 'RS256' }, {}, 'A'.repeat(61_000))}`, '401 token_malformed'],
      ['Bearer a-token-that-nobody-knows', '401 token_inactive'],
    ].map(([value = '', expected]) => [value.slice(0, 50), expected, value]),
  )('such as %j are %s', async (_start, expected, value = '') => {
    for (const word of value.split(/[ ,"]+/)) if (word.length > 20) keepSecret(word);

    expect(await reasonOf([['authorization', value]])).toBe(expected);
  });

  it.each([
    ['a NUL', '\0'],
    ['a line break', '\r\n\t'],
    ['an escape', '\u001b'],
  ])('with %s never reach the upstream', async (_name, character) => {
    const before = world.upstream.requests.length;
    const head = 'GET /orders/ HTTP/1.1\r\nhost: orders\r\nconnection: close\r\n';

    const answer = await callRaw(
      world.envoy.port,
      Buffer.from(`${head}authorization: Bearer ${good}${character}x\r\n\r\n`, 'latin1'),
    );
    answers.push(answer);

    expect(answer).toMatch(/^HTTP\/1.1 4\d\d /);
    expect(world.upstream.requests).toHaveLength(before);
  });

  it('of no sense at all harm nobody', async () => {
    for (let count = 0; count < 50; count += 1) {
      const garbage = randomBytes(64)
        .toString('latin1')
        .replaceAll(/\p{Cc}/gu, ' ');
      const { status } = await world.call({
        path: '/orders/',
        headers: { authorization: `Bearer ${garbage}` },
      });
      expect([400, 401]).toContain(status);
    }
    expect(await reasonOf([['authorization', `bEARER   ${good}`]])).toBe('200 allowed');
  });

  it('are told to nobody: no log, no metric, no answer has a secret', async () => {
    keepSecret(idp.issueOpaque());
    const opaque = [...secrets].at(-1) ?? '';
    expect(await reasonOf([['authorization', `Bearer ${opaque}`]])).toBe('200 allowed');
    const metrics = await (await fetch(`${world.postern.opsUrl}/metrics`)).text();
    const readiness = JSON.stringify(await world.readiness());

    const told = [world.postern.output(), world.envoy.log(), metrics, readiness];
    const all = [...told, JSON.stringify(answers)].join('\n');

    expect(all).toContain('credential_ambiguous');
    expect(secrets.size).toBeGreaterThan(10);
    expect([...secrets].filter((secret) => all.includes(secret))).toEqual([]);
  });
});
