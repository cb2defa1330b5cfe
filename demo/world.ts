import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { parse } from 'yaml';
import { startEnvoy, type RunningEnvoy } from '../test/support/envoy.ts';
import {
  startOidcProvider,
  type OidcClient,
  type OidcProvider,
} from '../test/support/oidc-provider.ts';
import { startPostern, type RunningPostern } from '../test/support/postern.ts';
import { startUpstream } from '../test/support/upstream.ts';

const root = join(import.meta.dirname, '..');
const scope = 'orders.read';

/** Resources to ask the provider for: they choose the form of the token. */
export const resources = {
  jwt: 'urn:demo:orders:jwt',
  opaque: 'urn:demo:orders:opaque',
  shortLived: 'urn:demo:orders:short-lived',
} as const;

/** Applications at the identity provider, as their owners know them. */
export const applications = {
  billing: { id: 'billing', secret: 'billing-secret' },
  warehouse: { id: 'warehouse', secret: 'warehouse-secret' },
  stranger: { id: 'stranger', secret: 'stranger-secret' },
} as const satisfies Record<string, OidcClient>;

export interface World {
  readonly envoy: RunningEnvoy;
  readonly postern: RunningPostern;
  readonly provider: OidcProvider;
  /** Another issuer, which nobody here trusts. */
  readonly otherProvider: OidcProvider;
  stop(): Promise<void>;
}

/** Starts everything that the demo shows: nothing in it is a stand-in. */
export async function startWorld(): Promise<World> {
  const [provider, otherProvider, upstream] = await Promise.all([
    startProvider(await preferPort(9400)),
    startProvider(0),
    startUpstream(),
  ]);
  const postern = await startPostern({
    config: parse(await readFile(join(root, 'demo', 'postern.yaml'), 'utf8')) as Record<
      string,
      unknown
    >,
    consumers: await readFile(join(root, 'demo', 'consumers.yaml'), 'utf8'),
    env: { DEMO_ISSUER: provider.issuer, DEMO_SECRET: 'postern-secret' },
  });
  const envoy = await startDemoEnvoy({ 9001: postern.grpcPort, 10001: upstream.port });
  return {
    envoy,
    postern,
    provider,
    otherProvider,
    async stop() {
      await envoy.stop();
      await Promise.all([postern.stop(), provider.close(), otherProvider.close(), upstream.stop()]);
    },
  };
}

function startProvider(port: number): Promise<OidcProvider> {
  const api = { audience: 'orders-api', scope, ttl: 3600 };
  return startOidcProvider({
    port,
    clients: [{ id: 'postern', secret: 'postern-secret' }, ...Object.values(applications)],
    resources: {
      [resources.jwt]: { ...api, format: 'jwt' },
      [resources.opaque]: { ...api, format: 'opaque' },
      [resources.shortLived]: { ...api, format: 'jwt', ttl: 1 },
    },
  });
}

/** envoy/demo.yaml as it is, with the ports of this run. */
async function startDemoEnvoy(known: Readonly<Record<number, number>>): Promise<RunningEnvoy> {
  const ports = { ...known, 10000: await preferPort(10000), 9901: await preferPort(9901) };
  const text = await readFile(join(root, 'envoy', 'demo.yaml'), 'utf8');
  const config = text.replace(/(port_value: )(\d+)/g, (_match, key: string, port: string) => {
    return `${key}${String(ports[Number(port) as keyof typeof ports])}`;
  });
  return startEnvoy({ config });
}

/** The port, if nobody has it; else 0, which lets the system choose. */
async function preferPort(port: number): Promise<number> {
  const probe = createServer();
  try {
    probe.listen(port, '127.0.0.1');
    await once(probe, 'listening');
    return port;
  } catch {
    return 0;
  } finally {
    probe.close();
  }
}
