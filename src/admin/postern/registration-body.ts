import { z } from 'zod';
import { registrationStatuses } from '../../authz/consumer.ts';
import type { RegistrationSubject } from '../../registry/ports.ts';
import { optionalText, text, uuid } from '../http/fields.ts';
import { readConsumerKey } from '../kong/consumer-body.ts';

const status = z.enum(registrationStatuses);
const link = z.strictObject({
  id: text.optional(),
  username: optionalText,
  custom_id: optionalText,
});

export const registrationBody = z.strictObject({
  id: uuid.optional(),
  consumer: text.or(link).optional(),
  application: text.or(z.strictObject({ id: text })).optional(),
  service: text,
  /** `approved` at once, or `requested` in spite of `auto_approve`. */
  status: z.enum(['requested', 'approved']).optional(),
  note: optionalText,
});

export type RegistrationBody = z.output<typeof registrationBody>;

export const registrationChangeBody = z.strictObject({
  status: status.optional(),
  suspended: z.boolean().optional(),
  note: optionalText,
});

export const bulkChangeBody = registrationChangeBody.extend({
  ids: z.array(uuid).min(1).max(1000),
});

/** Whom a registration is for; null where a body names nobody, or two. */
export function readSubject({
  consumer,
  application,
}: Pick<RegistrationBody, 'consumer' | 'application'>): RegistrationSubject | null {
  if (application !== undefined) {
    if (consumer !== undefined) return null;
    const id = typeof application === 'string' ? application : application.id;
    return { kind: 'application', id: id.toLowerCase() };
  }
  const key = consumer === undefined ? null : readLink(consumer);
  return key === null ? null : { kind: 'consumer', key };
}

function readLink(consumer: string | z.output<typeof link>) {
  if (typeof consumer === 'string') return readConsumerKey(consumer);
  const { id, username, custom_id: customId } = consumer;
  if (id !== undefined) return { by: 'id', value: id.toLowerCase() } as const;
  if (typeof username === 'string') return { by: 'username', value: username } as const;
  return typeof customId === 'string' ? ({ by: 'custom_id', value: customId } as const) : null;
}
