import { z } from 'zod';
import { statusOfCode } from '../../registry/status-code.ts';

/** The portal's number for a status. */
export const statusCode = z
  .union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)], {
    error: 'expected one of: 0 (approved), 1 (requested), 2 (rejected), 3 (revoked)',
  })
  .transform(statusOfCode);
