import type { Registration, RegistrationStatus } from '../authz/consumer.ts';
import { halt, pass, type Step } from '../lib/step.ts';
import type { RegistrationStepTaken } from './entities.ts';
import type { RegistryProblem } from './problem.ts';

/**
 * Where a registration may go from where it is (kong.md section 2.4): an administrator approves or
 * rejects what was requested and revokes what was approved; both can be taken back, and asked anew.
 */
export const legalTransitions: Readonly<Record<RegistrationStatus, readonly RegistrationStatus[]>> =
  {
    requested: ['approved', 'rejected'],
    approved: ['revoked'],
    rejected: ['approved', 'requested'],
    revoked: ['approved', 'requested'],
  };

export interface WantedStanding {
  readonly status?: RegistrationStatus | undefined;
  readonly suspended?: boolean | undefined;
}

export interface TakenSteps {
  readonly standing: Registration;
  /** None where everything was so already. */
  readonly taken: readonly RegistrationStepTaken['to'][];
}

/**
 * Goes from one standing to another. Only what is approved can be suspended; the suspension outlives
 * a revocation, and ends only when it is lifted by name.
 */
export function stepRegistration(
  from: Registration,
  wanted: WantedStanding,
): Step<TakenSteps, RegistryProblem> {
  const status = wanted.status ?? from.status;
  const suspended = wanted.suspended ?? from.suspended;
  const taken: RegistrationStepTaken['to'][] = [];
  if (status !== from.status) {
    if (!legalTransitions[from.status].includes(status)) {
      return halt({ kind: 'illegal_transition', from: from.status, to: status });
    }
    taken.push(status);
  }
  if (suspended !== from.suspended) {
    if (suspended && status !== 'approved') {
      return halt({ kind: 'illegal_transition', from: status, to: 'suspended' });
    }
    taken.push(suspended ? 'suspended' : 'resumed');
  }
  return pass({ standing: { status, suspended }, taken });
}
