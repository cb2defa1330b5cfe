import { z } from 'zod';
import { registrationStatuses } from '../../../authz/consumer.ts';
import { etagOf } from '../../../registry/dossier.ts';
import type { DeveloperEntity } from '../../../registry/entities.ts';

const version = 1;

const developerSchema = z.object({
  v: z.literal(version),
  id: z.guid(),
  email: z.string(),
  status: z.enum(registrationStatuses),
  meta: z.string().nullable(),
  created_at: z.int(),
  updated_at: z.int(),
  version: z.int(),
});

export function encodeDeveloper(developer: DeveloperEntity): string {
  const { id, email, status, meta, createdAt, updatedAt } = developer;
  const times = { created_at: createdAt, updated_at: updatedAt };
  return JSON.stringify({
    v: version,
    id,
    email,
    status,
    meta,
    ...times,
    version: developer.version,
  });
}

/** Null where it cannot be read. */
export function decodeDeveloper(text: string): DeveloperEntity | null {
  try {
    const read = developerSchema.safeParse(JSON.parse(text)).data;
    if (read === undefined) return null;
    const { id, email, status, meta, created_at: createdAt, updated_at: updatedAt } = read;
    const facts = { id, createdAt, updatedAt, version: read.version };
    return { ...facts, etag: etagOf(facts), email, status, meta };
  } catch {
    return null;
  }
}
