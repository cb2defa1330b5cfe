import type { ConsumerAttribute, ConsumerRecord } from '../authz/consumer.ts';
import type { Problem } from '../documents/problem.ts';

/** Finds Consumers of one file that share what must be unique. */
export class DuplicateFinder {
  readonly #file: string;
  readonly #lines = new Map<string, number>();

  constructor(file: string) {
    this.#file = file;
  }

  /** Takes the next Consumer, and gives a problem for each attribute that another one has already. */
  check(record: ConsumerRecord, line: number): readonly Problem[] {
    const problems: Problem[] = [];
    for (const [attribute, value] of uniqueAttributes(record)) {
      const key = `${attribute}:${value}`;
      const first = this.#lines.get(key);
      if (first === undefined) {
        this.#lines.set(key, line);
        continue;
      }
      const message = `the Consumer in line ${String(first)} has the same ${attribute}`;
      problems.push({ file: this.#file, line, column: 1, path: attribute, message });
    }
    return problems;
  }
}

export function uniqueAttributes(
  record: ConsumerRecord,
): readonly (readonly [ConsumerAttribute, string])[] {
  const attributes: [ConsumerAttribute, string][] = [];
  if (record.customId !== null) attributes.push(['custom_id', record.customId]);
  if (record.username !== null) attributes.push(['username', record.username]);
  attributes.push(['id', record.id]);
  return attributes;
}
