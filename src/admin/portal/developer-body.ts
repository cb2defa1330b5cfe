import { z } from 'zod';
import type { DeveloperEntity } from '../../registry/entities.ts';
import type { DeveloperKey } from '../../registry/ports.ts';
import { isUuid, optionalText, text, timestamps, uuid } from '../http/fields.ts';
import { writeTimes } from '../kong/consumer-body.ts';
import { statusCode, writeStatusCode } from './status-codes.ts';

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

export function writeDeveloper(entity: DeveloperEntity): object {
  const { id, email, status, meta } = entity;
  return { id, email, status: writeStatusCode(status), meta, ...writeTimes(entity) };
}
