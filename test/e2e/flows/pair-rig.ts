import { FakeProvider } from '../../support/fake-provider.ts';
import type { TokenRequest } from '../../support/fake-token-endpoint.ts';
import { describeProvider, type Json, type ServiceSettings } from '../../support/world-config.ts';
import { startWorld, type Outcome, type World } from '../../support/world.ts';
import { basic } from './stage.ts';

/** A world before fakes that take any pair, until they are told not to. */
export interface PairRig {
  readonly idp: FakeProvider;
  readonly other: FakeProvider;
  readonly world: World;
  /** Sends a pair in a Basic header. */
  bring(service: string, id: string, secret: string): Promise<Outcome>;
  /** The token requests that `idp` gets while something is done. */
  askedBy(act: () => Promise<unknown>): Promise<readonly TokenRequest[]>;
  stop(): Promise<void>;
}

/**
 * Starts it. Whoever a pair names, its token speaks for the one Consumer that there is, so that each
 * test can have a pair of its own.
 */
export async function startPairRig(
  services: readonly ServiceSettings[],
  providers: readonly Json[] = [],
): Promise<PairRig> {
  const [idp, other] = await Promise.all([FakeProvider.start(), FakeProvider.start()]);
  for (const provider of [idp, other]) provider.token.claims = { app: 'app' };
  const settings = { consumer_claims: ['app'], cache: { negative_ttl: '10m' } };
  const world = await startWorld({
    identityProviders: [
      describeProvider('idp', idp.issuer, settings),
      describeProvider('other', other.issuer, settings),
      describeProvider('forgetful', idp.issuer, { ...settings, cache: { max_ttl: '200ms' } }),
      ...providers,
    ],
    services: services.map((service) => ({
      identity_providers: ['idp'],
      auth_methods: ['client_credentials'],
      ...service,
    })),
    consumers: [{ custom_id: 'app' }],
    envoy: { requestBody: { maxBytes: 8192 } },
  });
  return {
    idp,
    other,
    world,
    bring: (service, id, secret) =>
      world.call({ path: `/${service}/`, headers: basic(id, secret) }),
    async askedBy(act) {
      const before = idp.tokenRequests.length;
      await act();
      return idp.tokenRequests.slice(before);
    },
    async stop() {
      await world.stop();
      await Promise.all([idp.close(), other.close()]);
    },
  };
}

let count = 0;

/** Never used before, so that no cache knows it. */
export function freshPair(): [id: string, secret: string] {
  count += 1;
  return [`client-${count}`, `secret-of-${count}`];
}
