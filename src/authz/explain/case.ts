import type { Credential } from '../credentials/credential.ts';
import type { Decision } from '../decision.ts';
import type { Policy, PolicyTable, ProviderPolicy } from '../policy.ts';
import type { Deny } from '../refusal.ts';
import type { AuthzRequest } from '../request.ts';
import type { Step } from '../../lib/step.ts';
import type { Rehearsal } from './rehearse.ts';
import { stepOfReason, type StepName } from './step-of-reason.ts';

/** All that is known of a decision that is to be explained. */
export interface Case {
  readonly request: AuthzRequest;
  readonly table: PolicyTable;
  /** Null where none could be chosen. */
  readonly policy: Policy | null;
  /** What the request brought; null where nobody looked. */
  readonly credential: Step<Credential, Deny> | null;
  /** By what the caller brought, with nobody to stand in. */
  readonly alone: Rehearsal;
  /** As it would be answered: of the anonymous Consumer, where that stands in. */
  readonly final: Rehearsal;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** The same once a policy was chosen. */
export interface CaseOfPolicy extends Case {
  readonly policy: Policy;
}

export function hasPolicy(it: Case): it is CaseOfPolicy {
  return it.policy !== null;
}

/** Whether the anonymous Consumer stood in, or was to. */
export function isStoodIn({ alone, final }: Case): boolean {
  return alone !== final;
}

/** What the decision of record says no with; null = it does not. */
export function refusalOf(
  decision: Decision,
): Extract<Decision, { kind: 'deny' | 'unavailable' }> | null {
  return decision.kind === 'deny' || decision.kind === 'unavailable' ? decision : null;
}

/** The step that ended a rehearsal; null = none did. */
export function failedStep({ decision, asked }: Rehearsal): StepName | null {
  const refusal = refusalOf(decision);
  if (refusal === null) return null;
  // Whether the token or all of its Consumer, the last question tells.
  if (refusal.reason === 'token_revoked') return asked.at(-1)?.step ?? 'token';
  if (refusal.kind === 'deny') return stepOfReason[refusal.reason];
  // An outage belongs to whatever had it.
  const here = asked.findLast(
    ({ outcome }) => outcome === 'pending' || isRefusal(outcome, refusal.reason),
  );
  return here?.step ?? stepOfReason[refusal.reason];
}

function isRefusal(outcome: Rehearsal['asked'][number]['outcome'], reason: string): boolean {
  return typeof outcome === 'object' && outcome.reason === reason;
}

/** The provider that vouched, else those that might have. */
export function providersOf({ policy, alone }: CaseOfPolicy): readonly ProviderPolicy[] {
  const name = alone.decision.trail.token?.provider;
  const one = name === undefined ? undefined : policy.providers.get(name);
  return one === undefined ? [...policy.providers.values()] : [one];
}
