import { recommendedFilter, type EnvoyConfigOptions } from '../../support/envoy-config.ts';
import type { FakeProvider } from '../../support/fake-provider.ts';
import { startOwnRedis } from '../../support/redis.ts';
import { startWorld, type World, type WorldOptions } from '../../support/world.ts';

/** Where the Consumers of a world are, and with Redis its sessions and used proofs too. */
export type StoreKind = 'file' | 'redis';

export const storeKinds: readonly StoreKind[] = ['file', 'redis'];

/** A world with its Consumers there; with Redis, a server of its own that ends with it. */
export async function startWorldOn(store: StoreKind, options: WorldOptions): Promise<World> {
  if (store === 'file') return startWorld(options);
  const redis = await startOwnRedis();
  const world = await startWorld({ ...options, redis });
  return {
    ...world,
    async stop() {
      await world.stop();
      await redis.stop();
    },
  };
}

/** `Authorization` of RFC 7617, the pair as it stands. */
export function basic(id: string, secret: string): { readonly authorization: string } {
  return { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` };
}

export function bearer(token: string): { readonly authorization: string } {
  return { authorization: `Bearer ${token}` };
}

/** Whether a provider was shown this, in whatever part of a request and as which it was read. */
export function wasShown(provider: FakeProvider, text: string): boolean {
  const { requests, tokenRequests } = provider;
  return (
    tokenRequests.some(({ credentials }) => Object.values(credentials).includes(text)) ||
    requests.some(({ path, headers, form }) =>
      [path, JSON.stringify(headers), ...form.values()].some((part) => part.includes(text)),
    )
  );
}

/** Settings of the filter as recommended, with which Postern may change these headers too. */
export function permitHeaders(...names: readonly string[]): Partial<EnvoyConfigOptions> {
  const rules = recommendedFilter()['decoder_header_mutation_rules'] as MutationRules;
  const regex = [...names, rules.allow_expression.regex].join('|');
  return {
    filter: { decoder_header_mutation_rules: { ...rules, allow_expression: { regex } } },
    // The recommended expression alone is near the limit.
    runtime: { 're2.max_program_size.error_level': 500 },
  };
}

interface MutationRules {
  readonly allow_expression: { readonly regex: string };
}
