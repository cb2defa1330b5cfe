import { halt, pass, type Step } from '../lib/step.ts';
import type { ConsumerRecord } from './consumer.ts';
import { isHeaderSafe, joinGroups } from './header-value.ts';

/**
 * Takes over a record whose types a store has checked, if all that goes into headers can go there.
 * Problems name fields, never values.
 */
export function createConsumerRecord(
  record: ConsumerRecord,
): Step<ConsumerRecord, readonly string[]> {
  const problems: string[] = [];
  if (record.customId === null && record.username === null) {
    problems.push('custom_id or username is required');
  }
  const headerFields = { id: record.id, custom_id: record.customId, username: record.username };
  for (const [field, value] of Object.entries(headerFields)) {
    if (value !== null && !isHeaderSafe(value))
      problems.push(`${field} cannot be sent as a header`);
  }
  if (joinGroups(record.groups) === null) problems.push('acls are longer than a header may be');
  return problems.length === 0 ? pass(record) : halt(problems);
}
