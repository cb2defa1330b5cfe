import type { MaybePromise } from '../lib/step.ts';
import type { Permit } from './permit.ts';
import type { UpstreamJwtPolicy } from './policy.ts';
import type { Trail } from './trail.ts';

/**
 * Port: a short-lived JWT that tells the upstream who calls (Consumer, groups as in their header,
 * client, issuer), signed by Postern; from a cache while it is fresh.
 */
export type SignUpstreamJwt = (
  permit: Permit,
  trail: Trail,
  policy: UpstreamJwtPolicy,
) => MaybePromise<string>;
