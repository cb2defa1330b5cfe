import type { FakeProvider } from '../support/fake-provider.ts';
import type { OwnRedis, TestRedis } from '../support/redis.ts';
import { describeProvider } from '../support/world-config.ts';
import type { World, WorldOptions } from '../support/world.ts';

export interface Stage {
  readonly world: World;
  readonly idp: FakeProvider;
  /** Never answers. */
  readonly slow: FakeProvider;
  readonly redis: TestRedis | OwnRedis | null;
}

/** Checks that Postern judges at once in these worlds. */
export const maxInFlight = 2;

/** What a proof for a call of the Service `proven` names. */
export const provenUrl = 'https://orders.example.com/proven/';
const nonces = {
  public_url: provenUrl,
  proof_of_possession_dpop: 'optional',
  dpop_use_nonce: true,
};

/** A world in which every reason can be had. */
export function reasonWorld(
  { idp, slow }: Pick<Stage, 'idp' | 'slow'>,
  down: string,
): WorldOptions {
  const plain = { identity_providers: ['idp'], acl: { allow: ['gold'] } };
  return {
    identityProviders: [
      describeProvider('idp', idp.issuer),
      describeProvider('slow', slow.issuer, { timeout: '30s' }),
      describeProvider('down', down),
    ],
    services: [
      { ...plain, name: 'plain', routes: [{ name: 'open', auth: 'none' }] },
      { ...plain, name: 'preflight', run_on_preflight: false },
      { ...plain, name: 'audience', audience_required: ['api://orders'] },
      { ...plain, name: 'scoped', scopes_required: ['orders.read orders.write', 'admin'] },
      { ...plain, name: 'claims', claims_required: [{ claim: 'tenant', values: ['acme'] }] },
      { ...plain, name: 'pairs', auth_methods: ['client_credentials'] },
      { ...plain, name: 'sessions', auth_methods: ['bearer', 'session'] },
      { ...plain, name: 'proven', ...nonces },
      { ...plain, name: 'registered', registration: {} },
      { ...plain, name: 'denying', acl: { deny: ['blocked'] } },
      { ...plain, name: 'guests', anonymous: 'guest' },
      { ...plain, name: 'ghosts', anonymous: 'nobody-of-this-name' },
      { ...plain, name: 'slow', identity_providers: ['slow'] },
      { ...plain, name: 'down', identity_providers: ['down'] },
    ],
    consumers: [
      { username: 'guest' },
      { username: 'client-1', custom_id: 'client-1', acls: [{ group: 'gold' }] },
      { username: 'blocked', custom_id: 'blocked', acls: [{ group: 'blocked' }] },
      ...['requested', 'rejected', 'revoked', 'suspended'].map((status) => ({
        custom_id: status,
        acls: [{ group: 'gold' }],
        registrations: [{ service: 'registered', status }],
      })),
    ],
    grpc: { max_in_flight: maxInFlight },
  };
}
