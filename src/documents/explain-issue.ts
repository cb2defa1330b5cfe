import type { z } from 'zod';
import { findClosestWord } from './closest-word.ts';

type RawIssue = z.core.$ZodRawIssue;

/** The message of an issue for which the schema has no words of its own: what was expected. */
export function explainIssue(issue: RawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? `required; expected ${nameType(issue.expected)}`
        : `expected ${nameType(issue.expected)}, found ${nameValue(issue.input)}`;
    case 'invalid_value':
      return explainChoice(issue.values, issue.input);
    case 'too_small':
      return explainBound(issue.origin, 'at least', issue.minimum);
    case 'too_big':
      return explainBound(issue.origin, 'at most', issue.maximum);
    case 'invalid_union':
      return 'none of the accepted forms fits';
    default:
      return 'not valid here';
  }
}

/** What an unknown key should have been. */
export function explainUnknownKey(key: string, validKeys: readonly string[]): string {
  const unknown = `unknown key ${JSON.stringify(key.slice(0, 64))}`;
  const closest = findClosestWord(key, validKeys);
  if (closest !== null) return `${unknown}; did you mean "${closest}"?`;
  return validKeys.length === 0 ? unknown : `${unknown}; expected one of: ${validKeys.join(', ')}`;
}

function explainChoice(values: readonly unknown[], input: unknown): string {
  const words = values.map(String);
  const expected = words.length === 1 ? words.join() : `one of: ${words.join(', ')}`;
  if (input === undefined) return `required; expected ${expected}`;
  if (typeof input !== 'string') return `expected ${expected}, found ${nameValue(input)}`;
  const closest = findClosestWord(input, words);
  return closest === null || words.length === 1
    ? `expected ${expected}`
    : `expected ${expected}; did you mean "${closest}"?`;
}

function explainBound(origin: string, relation: string, bound: number | bigint): string {
  const amount = `${relation} ${String(bound)}`;
  const plural = Number(bound) === 1 ? '' : 's';
  if (origin === 'string') return `expected ${amount} character${plural}`;
  if (origin === 'array') return `expected ${amount} item${plural}`;
  return `expected a number of ${amount}`;
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
  null: 'null',
};

function nameType(type: string): string {
  return typeNames[type] ?? type;
}

/** The kind of a value in words; never the value. */
function nameValue(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'boolean') return String(value);
  if (Number.isNaN(value)) return 'NaN';
  return nameType(typeof value);
}
