import { z } from 'zod';
import type { ConsumerRecord } from '../../authz/consumer.ts';
import { consumerSchema, toConsumerDocument } from '../consumer-document.ts';
import { hasDuplicateKeys } from '../has-duplicate-keys.ts';
import type { ConsumerRef } from './keys.ts';

/** What a key under the Consumer prefix can hold. */
export type StoredValue =
  | { readonly kind: 'record'; readonly record: ConsumerRecord }
  | { readonly kind: 'pointer'; readonly ref: ConsumerRef }
  /** `problem` names fields, never values. */
  | { readonly kind: 'corrupt'; readonly problem: string };

/**
 * Version of the stored form. Readers of a version pass over fields that they do not know, so that
 * replicas of two releases can run side by side. A field that can narrow what a Consumer may do
 * must not be passed over: it needs the next version.
 */
const formatVersion = 1;

/** One spelling per record, so that equal records are equal texts. */
export function encodeRecord(record: ConsumerRecord): string {
  return JSON.stringify({ v: formatVersion, ...toConsumerDocument(record) });
}

/**
 * Takes from a record what this version knows. Each of its fields must be there: what was lost or
 * misspelt is not what was never given. {@link consumerSchema} then judges what they hold.
 */
const storedSchema = z
  .object({
    v: z.literal(formatVersion),
    id: z.string(),
    custom_id: z.string().nullable(),
    username: z.string().nullable(),
    identity_provider: z.string().nullable(),
    tags: z.array(z.string()),
    acls: z.array(z.object({ group: z.string() })),
    registrations: z.array(
      z.object({ service: z.string(), status: z.string(), suspended: z.boolean() }),
    ),
    rate_limit: z.object({ requests_per_unit: z.number(), unit: z.string() }).nullable(),
  })
  .transform(({ v, ...document }) => ({ v, document }));

export function encodePointer(ref: ConsumerRef): string {
  return JSON.stringify(ref);
}

/** Never throws: whatever is no record and no pointer is `corrupt`. */
export function decodeStoredValue(text: string): StoredValue {
  const value = parseJson(text);
  if (typeof value === 'string') {
    return /^(custom_id|username):./s.test(value)
      ? { kind: 'pointer', ref: value }
      : { kind: 'corrupt', problem: 'a pointer that leads nowhere' };
  }
  return isPlain(text, value) ? decodeRecord(value) : corruptAt('the document');
}

/** Without a key twice, and without one that would be a prototype. */
function isPlain(text: string, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return !Object.hasOwn(value, '__proto__') && !hasDuplicateKeys(text, value);
}

function decodeRecord(value: unknown): StoredValue {
  const stored = storedSchema.safeParse(value);
  if (!stored.success) return corruptAt(...placesOf(stored.error));
  const read = consumerSchema.safeParse(stored.data.document);
  if (!read.success) return corruptAt(...placesOf(read.error));
  return { kind: 'record', record: read.data.record };
}

function placesOf(error: z.ZodError): string[] {
  return error.issues.map((issue) => knownPlace(issue.path[0]));
}

function corruptAt(...places: readonly string[]): StoredValue {
  return { kind: 'corrupt', problem: `problem at ${[...new Set(places)].join(', ')}` };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** First level only, which the schema knows; deeper there may be text of the record. */
function knownPlace(key: PropertyKey | undefined): string {
  return key === undefined ? 'the document' : String(key);
}
