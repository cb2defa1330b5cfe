import { z } from 'zod';
import { registrationStatuses } from '../../../authz/consumer.ts';
import type { ToldChange, ToldWrite } from '../../../registry/registration-event.ts';

const registration = z.object({
  id: z.string(),
  service: z.string(),
  status: z.enum(registrationStatuses),
  suspended: z.boolean(),
  note: z.string().nullable(),
  version: z.int(),
  consumer: z
    .object({
      id: z.string(),
      username: z.string().nullable(),
      custom_id: z.string().nullable(),
    })
    .transform(({ custom_id: customId, ...link }) => ({ ...link, customId })),
  application: z.object({ id: z.string(), name: z.string() }).nullable(),
});

const change = z.object({ before: registration.nullable(), after: registration.nullable() });

/** What goes with a Consumer or an application that is deleted. */
const owner = z.object({
  before: z.object({ registrations: z.array(z.unknown()).catch([]) }),
});

const entry = z.object({ at: z.int(), actor: z.string(), action: z.string() });

/** What an entry of the audit trail tells of registrations; null = nothing. */
export function readToldWrite(id: string, fields: readonly string[]): ToldWrite | null {
  const value = parse(fields[fields.indexOf('entry') + 1] ?? '');
  const read = entry.safeParse(value);
  if (!read.success) return null;
  const { at, actor, action } = read.data;
  const changes = readChanges(action, value);
  return changes.length === 0 ? null : { id, at, actor, changes };
}

function readChanges(action: string, value: unknown): readonly ToldChange[] {
  if (action.startsWith('registration.')) {
    const told = change.safeParse(value);
    return told.success ? [told.data] : [];
  }
  if (action !== 'consumer.delete' && action !== 'application.delete') return [];
  const gone = owner.safeParse(value);
  const before = gone.success ? gone.data.before.registrations : [];
  return before.flatMap((item) => {
    const one = registration.safeParse(item);
    // Releases before webhooks did not write all of it.
    return one.success ? [{ before: one.data, after: null }] : [];
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
