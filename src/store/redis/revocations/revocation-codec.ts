import { z } from 'zod';
import { revocationKinds, type RevocationFacts } from '../../../registry/revocation.ts';

const version = 1;

/** What stands at the key of a revocation. */
export interface StoredRevocation {
  readonly facts: RevocationFacts;
  /** A mistake that was taken back; it stays for those who have not heard of that. */
  readonly lifted: boolean;
}

const revocationSchema = z.object({
  v: z.literal(version),
  id: z.guid(),
  kind: z.enum(revocationKinds),
  subject: z.string().nullable(),
  issuer: z.string().nullable(),
  not_before: z.int().nullable(),
  until: z.number(),
  note: z.string().nullable(),
  lifted: z.boolean(),
  created_at: z.int(),
  updated_at: z.int(),
  version: z.int(),
});

export function encodeRevocation({ facts, lifted }: StoredRevocation): string {
  const { id, kind, subject, issuer, notBefore, until, note } = facts;
  return JSON.stringify({
    v: version,
    id,
    kind,
    subject,
    issuer,
    not_before: notBefore,
    until,
    note,
    lifted,
    created_at: facts.createdAt,
    updated_at: facts.updatedAt,
    version: facts.version,
  });
}

/** Null where it cannot be read. */
export function decodeRevocation(text: string): StoredRevocation | null {
  try {
    const read = revocationSchema.safeParse(JSON.parse(text)).data;
    if (read === undefined) return null;
    const { id, kind, subject, issuer, not_before: notBefore, until, note, lifted } = read;
    const times = { createdAt: read.created_at, updatedAt: read.updated_at };
    const about = { id, kind, subject, issuer, notBefore, until, note };
    return { facts: { ...about, ...times, version: read.version }, lifted };
  } catch {
    return null;
  }
}
