import type { SessionPolicy } from '../authz/policy.ts';
import type { SessionContent } from './session-content.ts';
import type { SessionTerms } from './session-terms.ts';
import { judgeTimes } from './session-times.ts';

/** Why a session does not count under a policy, now; null = it does. Asked on every request. */
export function judgeContent(
  content: SessionContent,
  policy: SessionPolicy,
  terms: SessionTerms,
  now: number,
): string | null {
  if (content.service !== policy.service) return 'of another Service';
  const issuers = policy.providers.get(content.provider);
  if (issuers === undefined) return 'of a provider that the Service has not';
  if (!issuers.has(content.issuer)) return 'of an issuer that the provider is not any more';
  if (!policy.openedBy.has(content.openedBy)) return 'opened by a method that opens none any more';
  // A rule that looks at a claim which was not kept would find it absent, whatever the token said.
  if (content.claimSet !== terms.claimSet) return 'kept under rules that look at other claims';
  return judgeTimes(content, policy, now);
}
