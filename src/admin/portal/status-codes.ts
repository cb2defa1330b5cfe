import { z } from 'zod';
import type { RegistrationStatus } from '../../authz/consumer.ts';

/** The portal's numbers (kong.md section 2.3), each at its place. */
const statuses: readonly RegistrationStatus[] = ['approved', 'requested', 'rejected', 'revoked'];

export const statusCode = z
  .union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)], {
    error: 'expected one of: 0 (approved), 1 (requested), 2 (rejected), 3 (revoked)',
  })
  .transform((code) => statuses[code] ?? 'requested');

export function writeStatusCode(status: RegistrationStatus): number {
  return statuses.indexOf(status);
}
