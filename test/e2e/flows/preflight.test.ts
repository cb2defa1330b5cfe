import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { FakeProvider } from '../../support/fake-provider.ts';
import type { HeaderLines } from '../../support/http-caller.ts';
import { describeProvider } from '../../support/world-config.ts';
import { startWorld, type World } from '../../support/world.ts';
import { forged, identitySeen } from './forged.ts';
import { bearer } from './stage.ts';

jest.setTimeout(30_000);

let idp: FakeProvider;
let world: World;

beforeAll(async () => {
  idp = await FakeProvider.start();
  const members = { identity_providers: ['idp'], acl: { allow: ['members'] } };
  world = await startWorld({
    identityProviders: [describeProvider('idp', idp.issuer)],
    services: [
      { ...members, name: 'judged' },
      { ...members, name: 'passing', run_on_preflight: false },
      { ...members, name: 'judged-guests', anonymous: 'guest' },
    ],
    consumers: [
      { username: 'guest', acls: [{ group: 'visitors' }] },
      { custom_id: 'client-1', username: 'member', acls: [{ group: 'members' }] },
    ],
  });
});

afterAll(async () => {
  await world.stop();
  await idp.close();
});

const preflight: HeaderLines = [
  ['origin', 'https://spa.example.com'],
  ['access-control-request-method', 'PUT'],
];

it('preflight: passes with run_on_preflight: false, and nothing that the caller claims to be', async () => {
  const headers = [...preflight, ...forged];

  const outcome = await world.call({ method: 'OPTIONS', path: '/passing/', headers });

  expect(outcome.status).toBe(200);
  expect(outcome.line).toMatchObject({ decision: 'allow', reason: 'preflight', consumer: null });
  expect(identitySeen(outcome)).toEqual({});
  expect(outcome.upstreamSaw?.headers).toMatchObject(Object.fromEntries(preflight));
});

it('preflight: with run_on_preflight: false nobody is known by a good token either', async () => {
  const headers = [...preflight, ...Object.entries(bearer(await idp.sign()))];

  const outcome = await world.call({ method: 'OPTIONS', path: '/passing/', headers });

  expect(outcome.line['reason']).toBe('preflight');
  expect(identitySeen(outcome)).toEqual({});
});

it.each<[string, string, HeaderLines, string]>([
  ['GET', 'passing', [], 'credential_missing'],
  ['HEAD', 'passing', preflight, 'credential_missing'],
  ['OPTIONS', 'judged', preflight, 'credential_missing'],
  ['OPTIONS', 'judged-guests', preflight, 'group_not_allowed'],
])('preflight: %s at %s is judged', async (method, service, headers, reason) => {
  const { line, upstreamSaw } = await world.call({ method, path: `/${service}/`, headers });

  expect(line['reason']).toBe(reason);
  expect(upstreamSaw).toBeNull();
});

it('preflight: judged, it passes with a good token as any request', async () => {
  const headers = [...preflight, ...Object.entries(bearer(await idp.sign()))];

  const outcome = await world.call({ method: 'OPTIONS', path: '/judged/', headers });

  expect(outcome.status).toBe(200);
  expect(identitySeen(outcome)).toMatchObject({ 'x-consumer-username': 'member' });
});
