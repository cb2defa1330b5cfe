import type { ConsumerRecord } from '../../authz/consumer.ts';
import { consumerSchema, toConsumerDocument } from '../consumer-document.ts';
import type { ConsumerRef } from './keys.ts';

/** What a key under the Consumer prefix can hold. */
export type StoredValue =
  | { readonly kind: 'record'; readonly record: ConsumerRecord }
  | { readonly kind: 'pointer'; readonly ref: ConsumerRef }
  /** `problem` names fields, never values. */
  | { readonly kind: 'corrupt'; readonly problem: string };

/** One spelling per record, so that equal records are equal texts. */
export function encodeRecord(record: ConsumerRecord): string {
  return JSON.stringify(toConsumerDocument(record));
}

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
  const read = consumerSchema.safeParse(value);
  if (!read.success) {
    const places = read.error.issues.map((issue) => knownPlace(issue.path[0]));
    return { kind: 'corrupt', problem: `problem at ${[...new Set(places)].join(', ')}` };
  }
  return read.data.ownId
    ? { kind: 'record', record: read.data.record }
    : { kind: 'corrupt', problem: 'problem at id' };
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
