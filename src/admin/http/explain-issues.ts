import type { z } from 'zod';
import type { Fields } from './violations.ts';

const typeNames: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'an integer',
  boolean: 'a boolean',
  array: 'a set',
  object: 'a record',
};

/** What Kong says of a value that does not fit. */
export function sayWhatIsExpected(issue: z.core.$ZodRawIssue): string {
  if (issue.code !== 'invalid_type') return sayOther(issue);
  if (issue.input === undefined || issue.input === null) return 'required field missing';
  return `expected ${typeNames[issue.expected] ?? issue.expected}`;
}

function sayOther(issue: z.core.$ZodRawIssue): string {
  if (issue.code === 'invalid_value') {
    if (issue.input === undefined) return 'required field missing';
    return `expected one of: ${issue.values.map(String).join(', ')}`;
  }
  if (issue.code === 'invalid_format' && issue.format === 'guid') return 'expected a valid UUID';
  return issue.code === 'too_big' ? `at most ${String(issue.maximum)} are taken` : 'not valid here';
}

/** Fields in the form of Kong's errors; what is wrong with the body itself stands under `@entity`. */
export function explainIssues(issues: readonly z.core.$ZodIssue[]): Fields {
  const root: MutableFields = {};
  for (const issue of issues) {
    for (const path of listPlaces(issue)) {
      put(root, path, issue.code === 'unrecognized_keys' ? 'unknown field' : issue.message);
    }
  }
  return root;
}

interface MutableFields {
  [name: string]: string | readonly string[] | MutableFields;
}

const maxNameLength = 64;

/** Names of fields; an item of a list speaks for its list. */
function listPlaces(issue: z.core.$ZodIssue): string[][] {
  const end = issue.path.findIndex((item) => typeof item === 'number');
  const path = (end < 0 ? issue.path : issue.path.slice(0, end)).map(String);
  if (issue.code !== 'unrecognized_keys') return [path];
  // A caller may send any number of names of any length; a few tell enough.
  return issue.keys.slice(0, 10).map((key) => [...path, key.slice(0, maxNameLength)]);
}

function put(fields: MutableFields, path: readonly string[], message: string): void {
  const [name = '@entity', ...rest] = path;
  if (path.length === 0) {
    fields[name] ??= [message];
    return;
  }
  const current = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (rest.length === 0) {
    if (current === undefined) define(fields, name, message);
    return;
  }
  if (typeof current === 'string' || Array.isArray(current)) return;
  const inner = (current ?? {}) as MutableFields;
  define(fields, name, inner);
  put(inner, rest, message);
}

/** A caller chooses the names of unknown fields, `__proto__` among them. */
function define(fields: MutableFields, name: string, value: string | MutableFields): void {
  Object.defineProperty(fields, name, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}
