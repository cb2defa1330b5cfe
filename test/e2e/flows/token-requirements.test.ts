import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { FakeProvider } from '../../support/fake-provider.ts';
import { describeProvider, type Json } from '../../support/world-config.ts';
import { startWorld, type World } from '../../support/world.ts';
import { bearer } from './stage.ts';

jest.setTimeout(30_000);

let idp: FakeProvider;
let world: World;

beforeAll(async () => {
  idp = await FakeProvider.start();
  const plain = { identity_providers: ['idp'] };
  const claims = { roles_claims: [['realm_access', 'roles']], groups_claims: ['groups'] };
  const { issuer } = idp;
  world = await startWorld({
    identityProviders: [
      describeProvider('idp', issuer, claims),
      describeProvider('for-orders', issuer, { audience_required: ['api://orders'] }),
      describeProvider('scp', issuer, { scopes_claims: ['scp', ['deep', 'scope']] }),
      describeProvider('elsewhere', issuer, { audience_claims: [['resource', 'name']] }),
    ],
    services: [
      {
        ...plain,
        name: 'scopes',
        scopes_required: ['orders.read orders.write', 'admin'],
        routes: [
          { name: 'stricter', scopes_required: ['admin'] },
          { name: 'looser', scopes_required: [] },
          { name: 'same' },
        ],
      },
      { name: 'scp', identity_providers: ['scp'], scopes_required: ['orders.read'] },
      {
        ...plain,
        name: 'audience',
        audience_required: ['api://a api://b', 'api://c'],
        routes: [{ name: 'other', audience_required: ['api://d'] }],
      },
      { name: 'both', identity_providers: ['for-orders'], audience_required: ['api://a'] },
      { name: 'elsewhere', identity_providers: ['elsewhere'], audience_required: ['orders'] },
      {
        ...plain,
        name: 'groups',
        groups_required: ['eng ops', 'boss'],
        routes: [{ name: 'bosses', groups_required: ['boss'] }],
      },
      {
        ...plain,
        name: 'roles',
        roles_required: ['reader writer', 'admin'],
        routes: [{ name: 'admins', roles_required: ['admin'] }],
      },
      {
        ...plain,
        name: 'claims',
        claims_required: ['tenant', { claim: 'env', values: ['prod', 7, true] }],
        routes: [
          { name: 'nested', claims_required: [{ claim: ['org', 'unit'], values: ['eu'] }] },
          { name: 'none', claims_required: [] },
        ],
      },
      {
        ...plain,
        name: 'forbidding',
        claims_forbidden: ['act', { claim: 'kind', values: ['bot', 'test'] }],
        routes: [{ name: 'bots', claims_forbidden: [] }],
      },
    ],
    consumers: [{ custom_id: 'client-1' }],
  });
});

afterAll(async () => {
  await world.stop();
  await idp.close();
});

describe.each(['JWT', 'opaque'])('a %s token', (kind) => {
  async function reasonOf(path: string, claims: Json): Promise<unknown> {
    const token = kind === 'JWT' ? await idp.sign(idp.claims(claims)) : idp.issueOpaque(claims);
    return (await world.call({ path: `/${path}`, headers: bearer(token) })).line['reason'];
  }

  it.each<[string, Json, string]>([
    ['scopes/', { scope: 'orders.read orders.write' }, 'allowed'],
    ['scopes/', { scope: 'x orders.write orders.read' }, 'allowed'],
    ['scopes/', { scope: 'admin' }, 'allowed'],
    ['scopes/', { scope: ['orders.read', 'orders.write'] }, 'allowed'],
    ['scopes/', { scope: 'orders.read' }, 'scope_insufficient'],
    ['scopes/', { scope: 'Admin' }, 'scope_insufficient'],
    ['scopes/', { scope: 'administrator' }, 'scope_insufficient'],
    ['scopes/', { scope: 'orders.read,orders.write' }, 'scope_insufficient'],
    ['scopes/', { scope: '' }, 'scope_insufficient'],
    ['scopes/', { scope: { admin: true } }, 'scope_insufficient'],
    ['scopes/', {}, 'scope_insufficient'],
    ['scopes/same', { scope: 'orders.read' }, 'scope_insufficient'],
    ['scopes/stricter', { scope: 'orders.read orders.write' }, 'scope_insufficient'],
    ['scopes/stricter', { scope: 'admin' }, 'allowed'],
    ['scopes/looser', {}, 'allowed'],
    ['scp/', { scp: ['orders.read'] }, 'allowed'],
    ['scp/', { deep: { scope: 'orders.read' } }, 'allowed'],
    ['scp/', { scope: 'orders.read' }, 'scope_insufficient'],
  ])('token requirements: scopes_required of %s with %j: %s', async (path, claims, reason) => {
    expect(await reasonOf(path, claims)).toBe(reason);
  });

  it.each<[string, unknown, string]>([
    ['audience/', ['api://a', 'api://b'], 'allowed'],
    ['audience/', 'api://c', 'allowed'],
    ['audience/', ['x', 'api://c'], 'allowed'],
    ['audience/', 'api://a', 'token_audience_mismatch'],
    ['audience/', 'api://a api://b', 'token_audience_mismatch'],
    ['audience/', undefined, 'token_audience_mismatch'],
    ['audience/', [], 'token_audience_mismatch'],
    ['audience/', 'api://c/', 'token_audience_mismatch'],
    ['audience/other', 'api://c', 'token_audience_mismatch'],
    ['audience/other', 'api://d', 'allowed'],
    ['both/', ['api://a', 'api://orders'], 'allowed'],
    ['both/', 'api://a', 'token_audience_mismatch'],
    ['both/', 'api://orders', 'token_audience_mismatch'],
  ])('token requirements: audience_required of %s with %j: %s', async (path, aud, reason) => {
    expect(await reasonOf(path, { aud })).toBe(reason);
  });

  it('token requirements: audience_claims say where the audience is', async () => {
    expect(await reasonOf('elsewhere/', { resource: { name: 'orders' } })).toBe('allowed');
    expect(await reasonOf('elsewhere/', { aud: 'orders' })).toBe('token_audience_mismatch');
  });

  it.each<[string, Json, string]>([
    ['groups/', { groups: ['ops', 'eng'] }, 'allowed'],
    ['groups/', { groups: ['boss'] }, 'allowed'],
    ['groups/', { groups: ['eng'] }, 'claim_refused'],
    ['groups/', {}, 'claim_refused'],
    ['groups/', { groups: null }, 'claim_refused'],
    ['groups/bosses', { groups: ['eng', 'ops'] }, 'claim_refused'],
    ['groups/bosses', { groups: 'boss' }, 'allowed'],
    ['roles/', { realm_access: { roles: ['writer', 'reader'] } }, 'allowed'],
    ['roles/', { realm_access: { roles: ['admin'] } }, 'allowed'],
    ['roles/', { realm_access: { roles: ['reader'] } }, 'claim_refused'],
    ['roles/', { roles: ['admin'] }, 'claim_refused'],
    ['roles/', { realm_access: ['admin'] }, 'claim_refused'],
    ['roles/admins', { realm_access: { roles: ['writer', 'reader'] } }, 'claim_refused'],
    ['roles/admins', { realm_access: { roles: ['admin'] } }, 'allowed'],
  ])(
    'token requirements: groups_required and roles_required of %s with %j: %s',
    async (path, claims, reason) => {
      expect(await reasonOf(path, claims)).toBe(reason);
    },
  );

  it.each<[string, Json, string]>([
    ['claims/', { tenant: 'acme', env: 'prod' }, 'allowed'],
    ['claims/', { tenant: '', env: 7 }, 'allowed'],
    ['claims/', { tenant: false, env: true }, 'allowed'],
    ['claims/', { tenant: 'acme', env: ['dev', 'prod'] }, 'allowed'],
    ['claims/', { env: 'prod' }, 'claim_refused'],
    ['claims/', { tenant: null, env: 'prod' }, 'claim_refused'],
    ['claims/', { tenant: 'acme' }, 'claim_refused'],
    ['claims/', { tenant: 'acme', env: 'Prod' }, 'claim_refused'],
    ['claims/', { tenant: 'acme', env: 'production' }, 'claim_refused'],
    ['claims/', { tenant: 'acme', env: { prod: true } }, 'claim_refused'],
    ['claims/nested', { org: { unit: 'eu' } }, 'allowed'],
    ['claims/nested', { org: { unit: 'us' } }, 'claim_refused'],
    ['claims/nested', { 'org.unit': 'eu' }, 'claim_refused'],
    ['claims/none', {}, 'allowed'],
    ['forbidding/', {}, 'allowed'],
    ['forbidding/', { kind: 'person' }, 'allowed'],
    ['forbidding/', { kind: 'bot' }, 'claim_refused'],
    ['forbidding/', { kind: ['person', 'test'] }, 'claim_refused'],
    ['forbidding/', { act: { sub: 'somebody' } }, 'claim_refused'],
    ['forbidding/bots', { kind: 'bot', act: 'x' }, 'allowed'],
  ])(
    'token requirements: claims_required and claims_forbidden of %s with %j: %s',
    async (path, claims, reason) => {
      expect(await reasonOf(path, claims)).toBe(reason);
    },
  );

  it('token requirements: they are judged anew for a token that is known already', async () => {
    const claims = { scope: 'admin', tenant: 'acme' };
    const token = kind === 'JWT' ? await idp.sign(idp.claims(claims)) : idp.issueOpaque(claims);
    const call = async (path: string) => {
      const { line } = await world.call({ path: `/${path}`, headers: bearer(token) });
      return [line['reason'], line['cache']];
    };

    expect(await call('scopes/')).toEqual(['allowed', 'miss']);
    expect(await call('scopes/stricter')).toEqual(['allowed', 'hit']);
    expect(await call('groups/')).toEqual(['claim_refused', 'hit']);
    expect(await call('claims/')).toEqual(['claim_refused', 'hit']);
  });

  it('token requirements: a refusal tells the log which rule, and nobody the value', async () => {
    const claims = { tenant: 'acme', env: 'value-of-a-claim' };
    const token = kind === 'JWT' ? await idp.sign(idp.claims(claims)) : idp.issueOpaque(claims);

    const { line, body } = await world.call({ path: '/claims/', headers: bearer(token) });

    expect(line['detail']).toBe('a configured value of env is required');
    expect(JSON.parse(body)).toMatchObject({ message: 'Forbidden' });
    expect(JSON.stringify([line, body])).not.toContain('value-of-a-claim');
  });
});
