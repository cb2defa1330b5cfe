import { z } from 'zod';
import type { RegistrationEntity } from '../../registry/entities.ts';
import { statusCodeOf } from '../../registry/status-code.ts';
import { writeTimes } from '../../registry/write-entity.ts';
import { text, timestamps, uuid } from '../http/fields.ts';
import { statusCode } from './status-codes.ts';

export const instanceBody = z.strictObject({
  id: uuid.optional(),
  /** A Service's id is its name. */
  service: text.or(z.strictObject({ id: text })),
  ...timestamps,
});

export const instanceChangeBody = z.strictObject({
  status: statusCode.optional(),
  suspended: z.boolean().optional(),
});

/** The portal's form of a registration, a "service contract". */
export function writeInstance(entity: RegistrationEntity): object {
  const { id, service, application, status, suspended } = entity;
  return {
    id,
    service: { id: service, name: service },
    application: application === null ? null : { id: application.id, name: application.name },
    composite_id: application === null ? null : `${application.id}_${service}`,
    status: statusCodeOf(status),
    suspended,
    ...writeTimes(entity),
  };
}
