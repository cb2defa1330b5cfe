import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { HeaderLines } from '../../support/http-caller.ts';
import { startPlaceRig, type PlaceRig } from './place-rig.ts';

jest.setTimeout(30_000);

let rig: PlaceRig;

beforeAll(async () => {
  rig = await startPlaceRig({ maxBytes: 65_536, packAsBytes: true });
});

afterAll(() => rig.stop());

describe('a token in a header', () => {
  it.each([
    ['default', 'authorization', 'Bearer $'],
    ['default', 'Authorization', 'bearer $'],
    ['default', 'AUTHORIZATION', 'BEARER   $'],
    ['named', 'authorization', 'Bearer $'],
    ['named', 'x-api-token', '$'],
    ['named', 'X-API-TOKEN', 'bEaReR $'],
    ['only-named', 'x-api-token', '$'],
  ])('token places: at %s %s: %s passes, and is hidden', async (service, name, value) => {
    const headers = rig.fillLines([
      [name, value],
      ['x-other', 'stays'],
    ]);

    const { status, upstreamSaw } = await rig.world.call({ path: `/${service}/`, headers });

    expect(status).toBe(200);
    expect(upstreamSaw?.headers).not.toHaveProperty([name.toLowerCase()]);
    expect(upstreamSaw?.headers['x-other']).toBe('stays');
  });

  it.each([
    ['default', 'x-api-token', '$'],
    ['only-named', 'authorization', 'Bearer $'],
    ['query', 'authorization', 'Bearer $'],
    ['cookie', 'authorization', 'Bearer $'],
    ['body', 'authorization', 'Bearer $'],
  ])('token places: at %s %s is no place for one', async (service, name, value) => {
    const headers = rig.fillLines([[name, value]]);

    expect(await rig.reasonOf({ path: `/${service}/`, headers })).toBe('credential_missing');
  });

  it.each<[string, string, HeaderLines]>([
    [
      'in both headers',
      'credential_ambiguous',
      [
        ['authorization', 'Bearer $'],
        ['x-api-token', '$'],
      ],
    ],
    [
      'twice in a named header',
      'credential_ambiguous',
      [
        ['x-api-token', '$'],
        ['x-api-token', '$'],
      ],
    ],
    ['joined in a named header', 'credential_ambiguous', [['x-api-token', '$,$']]],
    ['behind another scheme', 'credential_malformed', [['x-api-token', 'Token $']]],
    ['in quotes', 'credential_malformed', [['x-api-token', '"$"']]],
  ])('token places: what stands %s is %s', async (_name, reason, lines) => {
    expect(await rig.reasonOf({ path: '/named/', headers: rig.fillLines(lines) })).toBe(reason);
  });
});

describe('a token in the query', () => {
  it.each([
    ['query', '?access_token=$', ''],
    ['query', '?a=1&access_token=$&b=2', '?a=1&b=2'],
    // Envoy writes the others again: by name, and each with its `=`.
    ['query', '?b&access_token=$&a=x%2Fy+z&a=1&%61=3', '?%61=3&a=x%2Fy+z&a=1&b='],
    ['query-named', '?jwt=$&access_token=mine', '?access_token=mine'],
  ])('token places: at %s %s passes, and the upstream sees %j', async (service, query, seen) => {
    const { status, upstreamSaw } = await rig.world.call({
      path: `/${service}/${rig.fill(query)}`,
    });

    expect(status).toBe(200);
    expect(upstreamSaw?.path).toBe(`/${service}/${seen}`);
  });

  it.each([
    ['default', '?access_token=$', 'credential_missing'],
    ['query', '?token=$', 'credential_missing'],
    ['query', '?access%5Ftoken=$', 'credential_missing'],
    ['query', '?Access_Token=$', 'credential_missing'],
    ['query', '?access_token', 'credential_malformed'],
    ['query', '?access_token=', 'credential_malformed'],
    ['query', '?access_token=two+words', 'credential_malformed'],
    ['query', '?access_token=%ff', 'credential_malformed'],
    ['query', '?access_token=$&access_token=$', 'credential_ambiguous'],
  ])('token places: at %s %s is %s', async (service, query, reason) => {
    expect(await rig.reasonOf({ path: `/${service}/${rig.fill(query)}` })).toBe(reason);
  });
});

describe('a token in a cookie', () => {
  it.each<[string, HeaderLines, string | undefined]>([
    ['alone', [['cookie', 'token=$']], undefined],
    ['among others', [['cookie', 'a=1; token=$; b="2"']], 'a=1; b="2"'],
    ['in quotes', [['cookie', 'token="$"; theme=dark']], 'theme=dark'],
    [
      'in a line of its own',
      [
        ['cookie', 'a=1'],
        ['cookie', 'token=$'],
        ['cookie', 'b=2'],
      ],
      'a=1; b=2',
    ],
    [
      'beside one of almost the same name',
      [['cookie', 'Token=x; token=$; my_token=y']],
      'Token=x; my_token=y',
    ],
  ])('token places: a cookie %s passes, and only it is taken away', async (_name, lines, seen) => {
    const { status, upstreamSaw } = await rig.world.call({
      path: '/cookie/',
      headers: rig.fillLines(lines),
    });

    expect(status).toBe(200);
    expect(upstreamSaw?.headers['cookie']).toBe(seen);
  });

  it.each<[string, string, string, string]>([
    ['of another name', 'cookie', 'other=$', 'credential_missing'],
    ['where none is accepted', 'default', 'token=$', 'credential_missing'],
    ['twice', 'cookie', 'token=$; token=$', 'credential_ambiguous'],
    ['without a value', 'cookie', 'token=', 'credential_malformed'],
    ['that is no token', 'cookie', 'token=a b', 'credential_malformed'],
  ])('token places: a cookie %s is refused', async (_name, service, cookie, reason) => {
    const headers = { cookie: rig.fill(cookie) };

    expect(await rig.reasonOf({ path: `/${service}/`, headers })).toBe(reason);
  });
});
