import { z } from 'zod';
import type { ClaimedDelivery, DeadLetter } from '../../../registry/webhooks.ts';

const delivery = {
  id: z.string(),
  type: z.string(),
  lane: z.string(),
  body: z.string(),
  endpoint: z.string(),
  failures: z.int(),
};
const claimSchema = z.object(delivery);
const letterSchema = z.object({ ...delivery, at: z.int(), problem: z.string() });

/** Equal for equal deliveries: a script compares it with what is stored. */
export function encodeDelivery(claim: ClaimedDelivery): string {
  const { id, type, lane, body, endpoint, failures } = claim;
  return JSON.stringify({ id, type, lane, body, endpoint, failures });
}

/** Throws for what nobody here has written. */
export function decodeDelivery(text: string): ClaimedDelivery {
  return claimSchema.parse(JSON.parse(text));
}

export function encodeLetter(claim: ClaimedDelivery, at: number, problem: string): string {
  return JSON.stringify({ ...claim, at, problem });
}

/** Null for what somebody else has put there. */
export function decodeLetter(position: string, fields: readonly string[]): DeadLetter | null {
  try {
    const text = fields[fields.indexOf('letter') + 1] ?? '';
    return { position, ...letterSchema.parse(JSON.parse(text)) };
  } catch {
    return null;
  }
}
