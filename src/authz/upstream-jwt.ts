import type { MaybePromise } from '../lib/step.ts';
import type { UpstreamJwtPolicy } from './policy.ts';
import type { Subject } from './subject.ts';
import type { Trail } from './trail.ts';

/**
 * Port: a short-lived JWT that tells the upstream who calls (Consumer, groups, client, issuer),
 * signed by Postern; from a cache while it is fresh.
 */
export type SignUpstreamJwt = (
  subject: Subject,
  trail: Trail,
  policy: UpstreamJwtPolicy,
) => MaybePromise<string>;
