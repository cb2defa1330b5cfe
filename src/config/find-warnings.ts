import type { Finding } from '../documents/problem.ts';
import { isClearText } from './check-schemes.ts';
import type { Config } from './config.ts';
import { warnIf } from './warn-if.ts';
import { warnOfGrants } from './warn-of-grants.ts';
import { warnOfListeners } from './warn-of-listeners.ts';
import { warnOfProvider } from './warn-of-provider.ts';
import { warnOfRequesters } from './warn-of-requesters.ts';
import { warnOfRevocations } from './warn-of-revocations.ts';
import { warnOfService } from './warn-of-service.ts';
import { warnOfSessions } from './warn-of-sessions.ts';

/** Everything of a configuration that its operator should know before it is in force. */
export function findWarnings(config: Config): readonly Finding[] {
  return [
    ...warnOfListeners(config),
    ...config.identityProviders.flatMap((provider, index) =>
      warnOfProvider(provider, config, ['identity_providers', index]),
    ),
    ...config.services.flatMap((service, index) => [
      ...warnOfService(service, config, ['services', index]),
      ...warnOfGrants(service, config, ['services', index]),
    ]),
    ...warnOfRequesters(config),
    ...warnOfSessions(config),
    ...warnOfRevocations(config),
    ...warnOfUpstreamJwt(config),
    ...config.webhooks.flatMap(({ url }, index) =>
      warnIf(
        isClearText(url),
        ['webhooks', index, 'url'],
        'who may use what goes over the network in clear text',
      ),
    ),
    ...warnIf(
      config.unavailable === 'envoy_decides',
      ['unavailable'],
      'failure_mode_allow: true in Envoy turns an outage into an allow',
    ),
  ];
}

function warnOfUpstreamJwt({ upstreamJwt, services }: Config): Finding[] {
  if (upstreamJwt === null) return [];
  const isUsed = services.some((service) => service.upstreamJwt !== null);
  return [
    ...warnIf(
      !isUsed,
      ['upstream_jwt'],
      'no Service has upstream_jwt, so no JWT is sent to an upstream',
    ),
    ...warnIf(
      isUsed && upstreamJwt.keys.length === 0,
      ['upstream_jwt', 'keys'],
      'without keys each process makes one: upstreams need the key set of every replica, again after each start',
    ),
  ];
}
