import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { HeaderLines, HttpCall } from '../../support/http-caller.ts';
import { form, json, startPlaceRig, type PlaceRig } from './place-rig.ts';
import { bearer } from './stage.ts';

jest.setTimeout(30_000);

let rig: PlaceRig;
/** The same behind an Envoy that cuts bodies off. */
let cutting: PlaceRig;

beforeAll(async () => {
  [rig, cutting] = await Promise.all([
    startPlaceRig({ maxBytes: 65_536, packAsBytes: true }),
    startPlaceRig({ maxBytes: 1024, allowPartial: true }),
  ]);
});

afterAll(() => Promise.all([rig.stop(), cutting.stop()]));

describe('a token in the body', () => {
  it.each([
    ['a form', form, 'a=1&access_token=$&b=2'],
    ['a form with a charset', `${form}; charset=UTF-8`, 'access_token=$'],
    ['a form that spells the name otherwise', form, 'access%5Ftoken=$'],
    ['JSON', json, '{"a": [1, {"access_token": "mine"}], "access_token": "$"}'],
    ['JSON with a charset', 'Application/JSON; charset=utf-8', '{"access_token":"$"}'],
    ['JSON with an escaped name', json, String.raw`{"access\u005ftoken":"$"}`],
  ])(
    'token places: in %s it passes, and the body reaches the upstream whole',
    async (_name, type, body) => {
      const { status, upstreamSaw } = await rig.world.call(rig.post('body', type, body));

      expect(status).toBe(200);
      expect(upstreamSaw?.body).toBe(rig.fill(body));
    },
  );

  it.each([
    ['a body of another type', 'text/plain', 'access_token=$', 'credential_missing'],
    ['a multipart body', 'multipart/form-data; boundary=x', '--x', 'credential_missing'],
    ['a form without it', form, 'a=1', 'credential_missing'],
    ['JSON with it further down', json, '{"a":{"access_token":"$"}}', 'credential_missing'],
    ['a JSON list', json, '[{"access_token":"$"}]', 'credential_missing'],
    ['JSON null', json, 'null', 'credential_missing'],
    ['a member that is null', json, '{"access_token":null}', 'credential_malformed'],
    ['a member that is a number', json, '{"access_token":7}', 'credential_malformed'],
    ['a member that is a list', json, '{"access_token":["$"]}', 'credential_malformed'],
    ['duplicate members', json, '{"access_token":"x","access_token":"$"}', 'credential_malformed'],
    [
      'duplicate members of another name',
      json,
      '{"a":1,"access_token":"$","a":2}',
      'credential_malformed',
    ],
    ['__proto__', json, '{"__proto__":{"access_token":"$"}}', 'credential_missing'],
    ['broken JSON', json, '{"access_token":"$"', 'credential_malformed'],
    ['an empty form field', form, 'access_token=', 'credential_malformed'],
    ['a form field twice', form, 'access_token=$&access_token=$', 'credential_ambiguous'],
    [
      'a form field in two spellings',
      form,
      'access_token=$&access%5Ftoken=$',
      'credential_ambiguous',
    ],
    [
      'deep nesting',
      json,
      `{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
      'credential_missing',
    ],
  ])('token places: %s is refused', async (_name, type, body, reason) => {
    const { line, upstreamSaw } = await rig.world.call(rig.post('body', type, body));

    expect(line['reason']).toBe(reason);
    expect(upstreamSaw).toBeNull();
  });

  it('token places: a body that is not UTF-8 is credential_malformed', async () => {
    const body = Buffer.from(rig.fill('{"x":"?","access_token":"$"}'));
    body[6] = 0xff;

    expect(await rig.reasonOf({ ...rig.post('body', json, ''), body })).toBe(
      'credential_malformed',
    );
  });

  it('token places: a body that Envoy cut off is refused where tokens may stand in it', async () => {
    const long = `access_token=${cutting.jwt}&x=${'x'.repeat(2000)}`;
    const headers = { 'content-type': form };

    const refused = await cutting.world.call({
      path: '/body/',
      method: 'POST',
      headers,
      body: long,
    });
    const elsewhere = await cutting.world.call({
      path: '/default/',
      method: 'POST',
      headers: { ...headers, ...bearer(cutting.jwt) },
      body: long,
    });

    expect(refused.line).toMatchObject({ reason: 'credential_malformed', http_status: 400 });
    expect(elsewhere.status).toBe(200);
    expect(elsewhere.upstreamSaw?.body).toBe(long);
  });

  it('token places: a short body is whole where Envoy may cut off', async () => {
    const call = { path: '/body/', method: 'POST', headers: { 'content-type': form } };

    const { status } = await cutting.world.call({ ...call, body: `access_token=${cutting.jwt}` });

    expect(status).toBe(200);
  });
});

describe('several places', () => {
  it.each<[string, (service: string) => HttpCall]>([
    ['the Authorization header', (service) => ({ path: `/${service}/`, headers: bearer(rig.jwt) })],
    [
      'a named header',
      (service) => ({ path: `/${service}/`, headers: { 'x-api-token': rig.jwt } }),
    ],
    ['the query', (service) => ({ path: `/${service}/?access_token=${rig.jwt}` })],
    ['a cookie', (service) => ({ path: `/${service}/`, headers: { cookie: `token=${rig.jwt}` } })],
    ['a form', (service) => rig.post(service, form, 'access_token=$')],
    ['JSON', (service) => rig.post(service, json, '{"access_token":"$"}')],
  ])('token places: with all on, %s passes', async (_name, call) => {
    expect(await rig.reasonOf(call('everywhere'))).toBe('allowed');
  });

  it.each<[string, HttpCall['path'], HeaderLines, string]>([
    ['header and query', '?access_token=$', [['authorization', 'Bearer $']], ''],
    [
      'header and cookie',
      '',
      [
        ['authorization', 'Bearer $'],
        ['cookie', 'token=$'],
      ],
      '',
    ],
    ['header and body', '', [['authorization', 'Bearer $']], 'access_token=$'],
    [
      'two headers',
      '',
      [
        ['authorization', 'Bearer $'],
        ['x-api-token', '$'],
      ],
      '',
    ],
    ['query and cookie', '?access_token=$', [['cookie', 'token=$']], ''],
    ['query and body', '?access_token=$', [], 'access_token=$'],
    ['cookie and body', '', [['cookie', 'token=$']], 'access_token=$'],
  ])(
    'token places: the same token in %s is credential_ambiguous',
    async (_name, query = '', lines, body) => {
      const typed: HeaderLines = body === '' ? [] : [['content-type', form]];
      const outcome = await rig.world.call({
        path: `/everywhere/${rig.fill(query)}`,
        method: 'POST',
        headers: rig.fillLines([...lines, ...typed]),
        body: rig.fill(body),
      });

      expect(outcome.status).toBe(400);
      expect(outcome.line['reason']).toBe('credential_ambiguous');
      expect(outcome.challenges).toEqual(['Bearer realm="everywhere", error="invalid_request"']);
    },
  );

  it('token places: nothing is taken away with hide_credentials: false', async () => {
    const query = await rig.world.call({ path: `/kept/?access_token=${rig.jwt}` });
    const cookie = await rig.world.call({
      path: '/kept/',
      headers: { cookie: `token=${rig.jwt}; a=1` },
    });
    const header = await rig.world.call({ path: '/kept/', headers: bearer(rig.jwt) });

    expect(query.upstreamSaw?.path).toBe(`/kept/?access_token=${rig.jwt}`);
    expect(cookie.upstreamSaw?.headers['cookie']).toBe(`token=${rig.jwt}; a=1`);
    expect(header.upstreamSaw?.headers['authorization']).toBe(`Bearer ${rig.jwt}`);
  });
});
