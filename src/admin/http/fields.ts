import { z } from 'zod';

/** Fields that several bodies share. Lengths and characters are judged where they are stored. */
export const text = z.string();
export const optionalText = text.nullish();
export const uuid = z.guid().transform((id) => id.toLowerCase());
export const tags = z.array(z.string()).max(1000).nullish();
/** What clients send back of what they read; it cannot be set. */
export const timestamps = {
  created_at: z.unknown().optional(),
  updated_at: z.unknown().optional(),
};
export const rateLimit = z
  .strictObject({
    requests_per_unit: z.int().min(1).max(4_294_967_295),
    unit: z.enum(['second', 'minute', 'hour', 'day']),
  })
  .transform((limit) => ({ requestsPerUnit: limit.requests_per_unit, unit: limit.unit }))
  .nullish();

const uuidPattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function isUuid(value: string): boolean {
  return uuidPattern.test(value);
}
