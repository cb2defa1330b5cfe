import type { HeaderLines } from '../../support/http-caller.ts';
import type { Json } from '../../support/world-config.ts';
import type { Outcome } from '../../support/world.ts';

/** Who a caller would like to be, in several spellings. */
export const forged: HeaderLines = [
  ['x-consumer-id', 'forged'],
  ['x-consumer-username', 'forged'],
  ['x-consumer-custom-id', 'forged'],
  ['X-Consumer-Groups', 'forged'],
  ['x_consumer_groups', 'forged'],
  ['x-authenticated-groups', 'forged'],
  ['x-credential-identifier', 'forged'],
  ['x-anonymous-consumer', 'false'],
  ['x-authenticated-userid', 'forged'],
];

/** Headers of the upstream that say who calls. */
export function identitySeen({ upstreamSaw }: Outcome): Json {
  const seen = Object.entries(upstreamSaw?.headers ?? {});
  return Object.fromEntries(
    seen.filter(([name]) => /^x[-_](?:consumer|authenticated|credential|anonymous)/.test(name)),
  );
}
