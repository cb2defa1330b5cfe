import { clientSecret } from './credentials.ts';

/** Of the administrator. */
export const adminToken = 'bench-administrator-of-postern';

/** What differs between the Services of the bench: the way in. */
const waysIn = {
  orders: {},
  pairs: { auth_methods: ['client_credentials'] },
  browser: { auth_methods: ['bearer', 'session'], session: { idle_timeout: '1h' } },
} as const satisfies Record<string, object>;

export type ServiceName = keyof typeof waysIn;

export interface ConfigSettings {
  readonly issuer: string;
  /** The `store` section. */
  readonly store: object;
  /** `host:port` of the two listeners; a command that does not serve needs none. */
  readonly address?: string;
  readonly opsAddress?: string;
  /** `host:port` of the Admin API; default: none. Its token is {@link adminToken}. */
  readonly adminAddress?: string;
  /** Default: `orders` alone. */
  readonly services?: readonly ServiceName[];
}

/** The configuration of every Postern of the bench: one provider, Services with every check on. */
export function writeConfig(settings: ConfigSettings): object {
  const { issuer, store, address, opsAddress, adminAddress, services = ['orders'] } = settings;
  return {
    listen: {
      grpc: { address, max_connection_age: '1h' },
      ops: { address: opsAddress },
      ...(adminAddress !== undefined && { admin: { address: adminAddress, tokens: [adminToken] } }),
    },
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
    services: services.map((name) => ({
      name,
      identity_providers: ['bench'],
      scopes_required: ['orders.read'],
      registration: { required: true },
      acl: { allow: ['gold'] },
      ...waysIn[name],
    })),
  };
}
