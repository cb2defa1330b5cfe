import type { RegistrationStatus } from '../authz/consumer.ts';

/** The portal's numbers (kong.md section 2.3), each at its place. */
const statuses: readonly RegistrationStatus[] = ['approved', 'requested', 'rejected', 'revoked'];

export function statusCodeOf(status: RegistrationStatus): number {
  return statuses.indexOf(status);
}

/** Unknown numbers count as the one that allows nothing and asks. */
export function statusOfCode(code: number): RegistrationStatus {
  return statuses[code] ?? 'requested';
}
