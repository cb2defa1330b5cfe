import type { Finding } from '../documents/problem.ts';
import type { Config } from './config.ts';
import { formatDuration } from './duration.ts';
import { warnIf } from './warn-if.ts';

const dayMs = 86_400_000;
/** The default of `revocations.keep`; whoever sets a shorter one has to know how long tokens live. */
const usualKeepMs = 30 * dayMs;

/** What outlives its revocation counts again. */
export function warnOfRevocations(config: Config): Finding[] {
  const { store, revocations, identityProviders, services } = config;
  // A file has no revocations.
  if (store.kind === 'file') return [];
  const { keepMs } = revocations;
  const keep = formatDuration(keepMs);
  return [
    ...identityProviders.flatMap(({ name, maxTokenAgeMs }, index) => [
      ...warnIf(
        maxTokenAgeMs === null && keepMs < usualKeepMs,
        ['identity_providers', index],
        `${name} has no max_token_age: a token that lives longer than revocations.keep (${keep}) counts again after that`,
      ),
      ...warnIf(
        maxTokenAgeMs !== null && maxTokenAgeMs > keepMs,
        ['identity_providers', index, 'max_token_age'],
        `longer than revocations.keep (${keep}), after which a revoked token counts again`,
      ),
    ]),
    ...services.flatMap(({ name, session }, index) =>
      warnIf(
        session !== null && session.absoluteTimeoutMs > keepMs,
        ['services', index],
        `a session of ${name} may be longer (absolute_timeout) than revocations.keep (${keep}), after which it counts again if its client was revoked`,
      ),
    ),
  ];
}
