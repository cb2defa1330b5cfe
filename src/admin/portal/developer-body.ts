import { z } from 'zod';
import type { DeveloperKey } from '../../registry/ports.ts';
import { isUuid, optionalText, text, timestamps, uuid } from '../http/fields.ts';
import { statusCode } from './status-codes.ts';

export const developerBody = z.strictObject({
  id: uuid.optional(),
  email: text.optional(),
  status: statusCode.optional(),
  meta: optionalText,
  ...timestamps,
});

/** A piece of a path that names a developer: a UUID is the id, anything else the email. */
export function readDeveloperKey(piece: string): DeveloperKey {
  return isUuid(piece) ? { by: 'id', value: piece.toLowerCase() } : { by: 'email', value: piece };
}
