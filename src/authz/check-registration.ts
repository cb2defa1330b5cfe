import { halt, pass, type Step } from '../lib/step.ts';
import { deny, type Deny } from './refusal.ts';
import type { Registration } from './consumer.ts';
import type { Policy } from './policy.ts';
import type { DenyReason } from './reasons.ts';
import type { Subject } from './subject.ts';

const refusedStatus = {
  requested: 'registration_requested',
  rejected: 'registration_rejected',
  revoked: 'registration_revoked',
} as const satisfies Record<Exclude<Registration['status'], 'approved'>, DenyReason>;

/** Whether the Consumer holds an approved, unsuspended registration for a Service that wants one. */
export function checkRegistration(subject: Subject, policy: Policy): Step<Subject, Deny> {
  if (!policy.registrationRequired) return pass(subject);

  const registration = subject.consumer?.registrations.get(policy.service);
  if (registration === undefined) return halt(deny('registration_missing'));
  if (registration.status !== 'approved') return halt(deny(refusedStatus[registration.status]));
  if (registration.suspended) return halt(deny('registration_suspended'));
  return pass(subject);
}
