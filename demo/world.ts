import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { parse } from 'yaml';
import { importConsumers } from '../src/store/import-consumers.ts';
import { startEnvoy, type RunningEnvoy } from '../test/support/envoy.ts';
import {
  fetchToken,
  startOidcProvider,
  type OidcClient,
  type OidcProvider,
} from '../test/support/oidc-provider.ts';
import { findFreePort } from '../test/support/ports.ts';
import { startPostern, type RunningPostern } from '../test/support/postern.ts';
import { startRedis, type TestRedis } from '../test/support/redis.ts';
import { startUpstream } from '../test/support/upstream.ts';
import { createAdmin, type Admin } from './admin.ts';

const root = join(import.meta.dirname, '..');
export const scope = 'orders.read';

/** Resources to ask the provider for: they choose the form of the token. */
export const resources = {
  jwt: 'urn:demo:api:jwt',
  opaque: 'urn:demo:api:opaque',
  shortLived: 'urn:demo:api:short-lived',
} as const;

/** Applications at the identity provider, as their owners know them. */
export const applications = {
  billing: { id: 'billing', secret: 'billing-secret' },
  warehouse: { id: 'warehouse', secret: 'warehouse-secret' },
  stranger: { id: 'stranger', secret: 'stranger-secret' },
  analytics: { id: 'analytics', secret: 'analytics-secret' },
} as const satisfies Record<string, OidcClient>;

export interface World {
  readonly envoy: RunningEnvoy;
  readonly postern: RunningPostern;
  readonly provider: OidcProvider;
  /** Another issuer, which nobody here trusts. */
  readonly otherProvider: OidcProvider;
  readonly sessionCookie: string;
  readonly admin: Admin;
  stop(): Promise<void>;
}

type CleanUps = (() => Promise<unknown>)[];

/** Starts everything that the demo shows: nothing in it is a stand-in. Leaves nothing if it fails. */
export async function startWorld(): Promise<World> {
  const cleanUps: CleanUps = [];
  const stop = async (): Promise<void> => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  };
  try {
    return { ...(await startParts(cleanUps)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startParts(cleanUps: CleanUps): Promise<Omit<World, 'stop'>> {
  const redis = await startRedis();
  cleanUps.push(() => redis.stop());
  const provider = await startProvider(await preferPort(9400));
  cleanUps.push(() => provider.close());
  const otherProvider = await startProvider(0);
  cleanUps.push(() => otherProvider.close());
  const upstream = await startUpstream();
  cleanUps.push(() => upstream.stop());
  await importFile(redis);
  const envoyPort = (await preferPort(10000)) || (await findFreePort());
  const postern = await startDemoPostern(redis, provider, envoyPort);
  cleanUps.push(() => postern.stop());
  const listening = await postern.untilLine(({ msg }) => msg === 'listening');
  const envoy = await startDemoEnvoy({
    9001: postern.grpcPort,
    10000: envoyPort,
    10001: upstream.port,
  });
  cleanUps.push(() => envoy.stop());
  const admin = createAdmin(`http://${String(listening['admin'])}`);
  const sessionCookie = '__Host-postern_session';
  return { envoy, postern, provider, otherProvider, sessionCookie, admin };
}

/** Asks an issuer for tokens as its applications do. */
export function askToken(issuer: string) {
  return (client: OidcClient, resource: string): Promise<string> =>
    fetchToken(issuer, { client, resource, scope });
}

/** As `postern import demo/consumers.yaml` does. */
async function importFile({ connection, keyPrefix }: TestRedis): Promise<void> {
  const file = join(root, 'demo', 'consumers.yaml');
  const source = createReadStream(file);
  const { failed } = await importConsumers({ source, file, connection, keyPrefix });
  if (failed.length > 0) throw new Error(`${file} has problems`);
}

async function startDemoPostern(
  redis: TestRedis,
  { issuer }: OidcProvider,
  envoyPort: number,
): Promise<RunningPostern> {
  const text = await readFile(join(root, 'demo', 'postern.yaml'), 'utf8');
  const config = parse(text) as { readonly store: { readonly redis: object } };
  return startPostern({
    // Beside whatever else is in that Redis.
    config: { ...config, store: { redis: { ...config.store.redis, key_prefix: redis.keyPrefix } } },
    env: {
      DEMO_ADMIN: `127.0.0.1:${String(await preferPort(8001))}`,
      DEMO_REDIS: redis.url,
      DEMO_ISSUER: issuer,
      DEMO_SECRET: 'postern-secret',
      DEMO_SESSION_KEY: randomBytes(32).toString('base64'),
      DEMO_URL: `http://127.0.0.1:${String(envoyPort)}`,
    },
  });
}

function startProvider(port: number): Promise<OidcProvider> {
  const api = { audience: 'demo-api', scope, ttl: 3600 };
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
  const ports = { ...known, 9901: await preferPort(9901) };
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
