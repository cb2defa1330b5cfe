import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Secret } from '../../../../src/lib/secret.ts';
import type { ProviderOptions } from '../../../../src/oauth/provider-options.ts';
import { FakeProvider } from '../../../support/fake-provider.ts';
import { optionsOf } from '../setup.ts';
import { grantRigOf, outcomeOf, type GrantRig } from './setup.ts';

let idp: FakeProvider;
const rigs: GrantRig[] = [];

beforeEach(async () => {
  idp = await FakeProvider.start();
});

afterEach(async () => {
  await Promise.all(rigs.splice(0).map((rig) => rig.close()));
  await idp.close();
});

function rigWith(more: Partial<ProviderOptions> = {}): GrantRig {
  const rig = grantRigOf(optionsOf(idp.issuer, more));
  rigs.push(rig);
  return rig;
}

describe('a password', () => {
  const plan = { grant: 'password' } as const;

  it('is shown by Postern’s own client', async () => {
    idp.token.users.set('ann', 'pä ss');
    const client = {
      id: 'postern',
      secret: new Secret('s3cret'),
      authMethod: 'client_secret_post',
    } as const;
    const obtained = await rigWith({ client }).obtain('ann', 'pä ss', { plan });

    expect(obtained).toMatchObject({
      ok: true,
      value: { token: { method: 'password', claims: { sub: 'ann', client_id: 'postern' } } },
    });
    const [request] = idp.tokenRequests;
    expect(Object.fromEntries(request?.form ?? [])).toEqual({
      grant_type: 'password',
      username: 'ann',
      password: 'pä ss',
      client_id: 'postern',
      client_secret: 's3cret',
    });
  });

  it('that is wrong is the user’s fault, and remembered', async () => {
    idp.token.users.set('ann', 'right');
    const rig = rigWith();

    expect(await outcomeOf(rig.obtain('ann', 'wrong', { plan }))).toBe('client_rejected');
    expect(await outcomeOf(rig.obtain('ann', 'wrong', { plan }))).toBe('client_rejected');
    expect(idp.calls('token')).toBe(1);
  });

  it('is no verdict where our own client is refused', async () => {
    idp.token.clients.set('postern', 'another secret');
    const rig = rigWith();

    expect(await outcomeOf(rig.obtain('ann', 'x', { plan }))).toBe('idp_unavailable');
    expect(rig.provider.credentialCacheSizes()).toEqual({ accepted: 0, refused: 0 });
  });

  it('is not the same as a client’s secret', async () => {
    const rig = rigWith();
    await rig.obtain('ann', 'x');

    expect(await outcomeOf(rig.obtain('ann', 'x', { plan }))).toBe('password miss');
  });
});
