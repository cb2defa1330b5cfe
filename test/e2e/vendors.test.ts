import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readProviderPages } from '../support/provider-pages.ts';
import { opaque } from '../support/vendors/vendor-rig.ts';
import { startVendorSetups, type VendorSetup } from '../support/vendors/vendor-setups.ts';
import { startWorld, type Outcome, type World } from '../support/world.ts';
import { exchanges, vendorClients } from './vendors/exchanges.ts';
import { vendorRows } from './vendors/rows.ts';
import { configureVendors, setupOf } from './vendors/variants.ts';

jest.setTimeout(30_000);

const pages = readProviderPages();

it('has rows for every page, and for every reason that a page names', () => {
  const shown = pages.map(({ name, reasons }) => {
    const proven = new Set(vendorRows[name]?.map(([, , , reason]) => reason));
    return [name, reasons.filter((reason) => !proven.has(reason))];
  });

  expect(shown).toEqual(pages.map(({ name }) => [name, []]));
  expect(Object.keys(vendorRows).sort()).toEqual(pages.map(({ name }) => name).sort());
});

describe('with the configuration of its page', () => {
  let setups: VendorSetup[];
  let world: World;

  beforeAll(async () => {
    setups = await startVendorSetups();
    const { identityProviders, services } = configureVendors(setups);
    world = await startWorld({
      identityProviders,
      services,
      consumers: vendorClients.map((client) => ({
        username: `app of ${client}`,
        custom_id: client,
        acls: [{ group: 'gold' }],
        registrations: services.map(({ name }) => ({ service: name, status: 'approved' })),
      })),
      env: {
        OKTA_SECRET: 'secret-at-okta',
        PING_SECRET: 'secret-at-ping',
        KEYCLOAK_SECRET: 'secret-at-keycloak',
        SSO_SECRET: 'secret-at-sso',
      },
    });
  });

  afterAll(async () => {
    await world.stop();
    const fakes = setups.flatMap(({ fake, extraKeys }) =>
      extraKeys === null ? [fake] : [fake, extraKeys],
    );
    await Promise.all(fakes.map((fake) => fake.close()));
  });

  function call(service: string, authorization: string): Promise<Outcome> {
    return world.call({ path: `/${service}/`, headers: { authorization } });
  }

  const rows = Object.entries(vendorRows).flatMap(([page, list]) =>
    list.map(([what, service, bring, reason, more = {}]) => {
      return { page, what, service, bring, reason, ...more };
    }),
  );

  it.each(rows)('$page: $what at $service is $reason', async (row) => {
    const setup = setupOf(setups, row.service);
    const { line, upstreamSaw } = await call(row.service, await row.bring(setup));

    expect(line).toMatchObject({ reason: row.reason });
    expect(setup.page).toBe(row.page);
    if (row.reason !== 'allowed') {
      expect(upstreamSaw).toBeNull();
      return;
    }
    const { method = 'bearer', issuer = setup.issuer, headers = {} } = row;
    expect(line).toMatchObject({ auth_method: method, issuer });
    expect(vendorClients).toContain(line['client_id']);
    expect(upstreamSaw?.headers).toMatchObject({
      'x-consumer-username': `app of ${String(line['client_id'])}`,
    });
    for (const [name, value] of Object.entries(headers)) {
      expect(upstreamSaw?.headers[name] ?? null).toBe(value);
    }
  });

  it('asks PingFederate’s access token manager by its id', async () => {
    const setup = setupOf(setups, 'pingfederate');
    await call('pingfederate', await opaque(null)(setup));

    const asked = setup.fake.requests.findLast(({ endpoint }) => endpoint === 'introspection');
    expect(asked?.form.get('access_token_manager_id')).toBe('orders');
  });

  it.each(['entra', 'auth0', 'cognito'])('never asks %s about a token', async (name) => {
    const setup = setupOf(setups, name);
    const { line } = await call(name, await opaque({})(setup));

    expect(line).toMatchObject({ reason: 'token_malformed' });
    expect(setup.fake.calls('introspection')).toBe(0);
  });

  it.each(exchanges)('%s: a pair becomes a token', async (service, bring, asked) => {
    const setup = setupOf(setups, service);
    const { line } = await call(service, await bring(setup));

    expect(line).toMatchObject({ reason: 'allowed', auth_method: 'client_credentials' });
    const request = setup.fake.tokenRequests.at(-1);
    expect(Object.fromEntries(request?.form ?? [])).toEqual({
      grant_type: 'client_credentials',
      ...asked,
    });
    expect(request?.credentials.method).toBe('basic');
    expect(request?.credentials.id).toBe(line['client_id']);
  });
});
