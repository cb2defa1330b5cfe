import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Secret } from '../../../../src/lib/secret.ts';
import type { ProviderOptions } from '../../../../src/oauth/provider-options.ts';
import { startOidcProvider, type OidcProvider } from '../../../support/oidc-provider.ts';
import { optionsOf } from '../setup.ts';
import { grantRigOf, outcomeOf, type GrantRig } from './setup.ts';

const app = { id: 'app-1', secret: 'app-secret', claims: { application_id: 'A1' } } as const;
const oddApp = { id: 'odd app:1', secret: 's3cret/with:odd %+&=' } as const;
const changing = { id: 'app-2', secret: 'before' } as const;
const gateway = { id: 'postern', secret: 's3cret' } as const;

let idp: OidcProvider;
const rigs: GrantRig[] = [];

beforeAll(async () => {
  idp = await startOidcProvider({
    clients: [app, oddApp, changing, gateway],
    resources: {
      'urn:orders:jwt': { audience: 'urn:orders', scope: 'orders.read', format: 'jwt' },
      'urn:orders:opaque': { audience: 'urn:orders', scope: 'orders.read', format: 'opaque' },
    },
  });
});

afterAll(async () => {
  await Promise.all(rigs.map((rig) => rig.close()));
  await idp.close();
});

function rigWith(more: Partial<ProviderOptions> = {}): GrantRig {
  const client = {
    id: gateway.id,
    secret: new Secret(gateway.secret),
    authMethod: 'client_secret_basic',
  } as const;
  const rig = grantRigOf(optionsOf(idp.issuer, { client, ...more }));
  rigs.push(rig);
  return rig;
}

const ordersBy = (format: 'jwt' | 'opaque') =>
  ({
    parameters: [
      ['resource', `urn:orders:${format}`],
      ['scope', 'orders.read'],
    ],
  }) as const;

describe('a certified provider', () => {
  it.each(['jwt', 'opaque'] as const)('gives an application a token (%s)', async (format) => {
    const rig = rigWith();
    const plan = ordersBy(format);

    expect(await rig.obtain(app.id, app.secret, { plan })).toMatchObject({
      ok: true,
      value: {
        cache: 'miss',
        token: {
          method: 'client_credentials',
          claims: {
            client_id: 'app-1',
            application_id: 'A1',
            aud: 'urn:orders',
            scope: 'orders.read',
          },
        },
      },
    });
    const calls = idp.calls.token;
    expect(await outcomeOf(rig.obtain(app.id, app.secret, { plan }))).toBe(
      'client_credentials hit',
    );
    expect(idp.calls.token).toBe(calls);
  });

  it('understands odd ids and secrets', async () => {
    const obtained = rigWith().obtain(oddApp.id, oddApp.secret, { plan: ordersBy('jwt') });

    expect(await outcomeOf(obtained)).toBe('client_credentials miss');
  });

  it('understands what an application has encoded itself, in two calls', async () => {
    const encode = (part: string) => new URLSearchParams({ '': part }).toString().slice(1);
    const before = idp.calls.token;
    const obtained = rigWith().obtain(encode(oddApp.id), encode(oddApp.secret), {
      alternative: oddApp,
      plan: ordersBy('jwt'),
    });

    expect(await outcomeOf(obtained)).toBe('client_credentials miss');
    expect(idp.calls.token - before).toBe(2);
  });

  it.each([
    ['a wrong secret', app.id, 'wrong'],
    ['an unknown id', 'nobody', 'x'],
  ])('refuses %s', async (_name, id, secret) => {
    const obtained = rigWith().obtain(id, secret, { plan: ordersBy('jwt') });

    expect(await outcomeOf(obtained)).toBe('client_rejected');
  });

  it('refuses a resource that is none, which no secret is at fault for', async () => {
    const parameters = [['resource', 'no URI']] as const;

    expect(await rigWith().obtain(app.id, app.secret, { plan: { parameters } })).toMatchObject({
      stop: {
        reason: 'idp_unavailable',
        detail: 'the token endpoint answered 400 with the error invalid_target',
      },
    });
  });

  it('has a changed secret noticed when the entry ends', async () => {
    const rig = rigWith();
    const plan = ordersBy('jwt');
    await rig.obtain(changing.id, 'before', { plan });
    idp.setSecret(changing.id, 'after');

    expect(await outcomeOf(rig.obtain(changing.id, 'after', { plan }))).toBe(
      'client_credentials miss',
    );
    expect(await outcomeOf(rig.obtain(changing.id, 'before', { plan }))).toBe(
      'client_credentials hit',
    );
    rig.clock.advance(300_000);
    expect(await outcomeOf(rig.obtain(changing.id, 'before', { plan }))).toBe('client_rejected');
  });
});
