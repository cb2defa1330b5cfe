import { z } from 'zod';
import { duration } from './scalars.ts';

const hourMs = 3_600_000;
/** Ten years; no timer runs that long. */
const longestKeepMs = 87_600 * hourMs;

/** What the Admin API revokes. */
export const revocationsSchema = z.strictObject({
  keep: duration(hourMs, longestKeepMs)
    .prefault('720h')
    .describe(
      'How long a revocation is kept: at least the longest life of any token of any provider.',
    ),
  max_entries: z
    .int()
    .min(1)
    .max(10_000_000)
    .prefault(1_000_000)
    .describe('Revocations at a time, all of which each replica has in memory; no more are taken.'),
  revoke_on_client_delete: z
    .boolean()
    .prefault(false)
    .describe(
      'Deleting an application or a Consumer revokes what its `custom_id` was issued by then.',
    ),
});
