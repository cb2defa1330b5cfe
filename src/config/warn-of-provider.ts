import type { DocumentPath, Finding } from '../documents/problem.ts';
import type { Config } from './config.ts';
import type { IdentityProviderConfig } from './identity-provider-config.ts';
import { findIssuerTrap } from './issuer-traps.ts';
import type { ServiceConfig } from './service-config.ts';
import { warnIf } from './warn-if.ts';

/** What the operator of a provider should know. */
export function warnOfProvider(
  provider: IdentityProviderConfig,
  { services }: Config,
  path: DocumentPath,
): Finding[] {
  const { name } = provider;
  return [
    ...warnOfAudience(provider, services, path),
    ...warnOfIssuer(provider, path),
    ...warnIf(
      provider.allowInsecure,
      [...path, 'allow_insecure'],
      `${name} may be reached without TLS, by which its keys can be replaced on the way`,
    ),
    ...warnIf(
      !services.some(({ identityProviders }) => identityProviders.includes(name)),
      path,
      `${name} is not used by any Service`,
    ),
  ];
}

function warnOfAudience(
  provider: IdentityProviderConfig,
  services: readonly ServiceConfig[],
  path: DocumentPath,
): Finding[] {
  const { name, audienceRequired, preset } = provider;
  const lenient = services
    .filter((service) => service.identityProviders.includes(name) && takesAnyAudience(service))
    .map((service) => service.name)
    .join(', ');
  return [
    ...warnIf(
      audienceRequired.length === 0 && lenient !== '',
      path,
      `${name} has no audience_required: tokens that it made for other APIs are accepted by ${lenient}`,
    ),
    ...warnIf(
      audienceRequired.length > 0 && lacksAudience(provider),
      [...path, 'audience_required'],
      `access tokens of ${preset} have an aud only where the caller asks with resource, and the others are refused; claims_required: [{ claim: token_use, values: [access] }] needs none`,
    ),
  ];
}

/** At one of its Routes, or where it has none. */
function takesAnyAudience({ audienceRequired, routes }: ServiceConfig): boolean {
  const judging = routes.filter(({ open }) => !open);
  const required = judging.map((route) => route.audienceRequired ?? audienceRequired);
  return [audienceRequired, ...required].some((values) => values.length === 0);
}

/** Whether a product leaves out the claim that an audience is looked for in. */
export function lacksAudience({ preset, audienceClaims }: IdentityProviderConfig): boolean {
  return preset === 'cognito' && audienceClaims.every((claim) => claim.join() === 'aud');
}

function warnOfIssuer({ preset, issuer }: IdentityProviderConfig, path: DocumentPath): Finding[] {
  const trap = findIssuerTrap(preset, issuer);
  return trap === null ? [] : [{ path: [...path, 'issuer'], message: trap }];
}
