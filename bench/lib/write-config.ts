import { clientSecret } from './provider.ts';

export interface ConfigSettings {
  readonly issuer: string;
  /** The `store` section. */
  readonly store: object;
  /** `host:port` of the two listeners; a command that does not serve needs none. */
  readonly address?: string;
  readonly opsAddress?: string;
}

/** The configuration of every Postern of the bench: one provider, one Service with every check on. */
export function writeConfig({ issuer, store, address, opsAddress }: ConfigSettings): object {
  return {
    listen: { grpc: { address, max_connection_age: '1h' }, ops: { address: opsAddress } },
    store,
    identity_providers: [
      {
        name: 'bench',
        issuer,
        client: { id: 'postern', secret: clientSecret },
        audience_required: ['api://orders'],
        cache: { max_ttl: '1h' },
      },
    ],
    services: [
      {
        name: 'orders',
        identity_providers: ['bench'],
        scopes_required: ['orders.read'],
        registration: { required: true },
        acl: { allow: ['gold'] },
      },
    ],
  };
}
