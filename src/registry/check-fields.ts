import type { RateLimit } from '../authz/consumer.ts';
import { isHeaderSafe } from '../authz/header-value.ts';
import { hasControls } from '../lib/terminal-controls.ts';
import { halt, pass, type Step } from '../lib/step.ts';
import { invalid, type RegistryProblem } from './problem.ts';

/** In characters; a name is also part of a key and of a header. */
const maxName = 255;
const maxText = 2048;
const maxTags = 100;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

// eslint-disable-next-line no-control-regex
const control = /[\u0000-\u001f\u007f]/;

/** What is wrong with a field; null = nothing. */
export type FieldProblem = string | null;

/** A name that goes into a header: of a Consumer, a group, a provider, a Service. */
export function checkName(value: string): FieldProblem {
  if (value.length === 0) return 'length must be at least 1';
  if (value.length > maxName) return `length must be at most ${maxName}`;
  return isHeaderSafe(value)
    ? null
    : 'must have no control characters and no blanks at its beginning or end';
}

/** Text that goes into no header. */
export function checkText(value: string): FieldProblem {
  if (value.length > maxText) return `length must be at most ${maxText}`;
  return value.isWellFormed() ? null : 'must be valid Unicode';
}

/**
 * The same of what a person reads before giving access: a name, a note. Whoever may only ask for
 * access writes them, and is not to turn the words around them, or to hide some.
 */
export function checkShown(check: (value: string) => FieldProblem): typeof check {
  return (value) =>
    check(value) ??
    (hasControls(value.replaceAll(/\r?\n|\t/g, ''))
      ? 'must have no control characters and none that turn the direction of text'
      : null);
}

/** `,` and `/` are what filters are made of (Kong's rule). */
export function checkTags(tags: readonly string[]): FieldProblem {
  if (tags.length > maxTags) return `at most ${maxTags} tags`;
  const bad = tags.some(
    (tag) =>
      tag === '' ||
      tag.length > maxName ||
      /[,/]/.test(tag) ||
      control.test(tag) ||
      !tag.isWellFormed(),
  );
  return bad ? 'invalid tag: expected 1 to 255 printable characters without , and /' : null;
}

const units: readonly string[] = ['second', 'minute', 'hour', 'day'];

/** What Envoy's rate limit takes: an unsigned 32-bit number of requests, and at least one. */
export function checkRateLimit({ requestsPerUnit, unit }: RateLimit): FieldProblem {
  const counts = Number.isInteger(requestsPerUnit) && requestsPerUnit >= 1;
  if (!counts || requestsPerUnit > 4_294_967_295) {
    return 'requests_per_unit: expected an integer from 1 to 4294967295';
  }
  return units.includes(unit) ? null : `unit: expected one of ${units.join(', ')}`;
}

/** Any UUID; ids are compared in lower case. */
export function checkId(id: string): FieldProblem {
  return uuid.test(id.toLowerCase()) ? null : 'expected a valid UUID';
}

/** Turns what was found into one problem, or none. */
export function gather(
  found: Readonly<Record<string, FieldProblem | undefined>>,
): Step<null, RegistryProblem> {
  const fields: Record<string, string> = {};
  for (const [field, problem] of Object.entries(found)) {
    if (typeof problem === 'string') fields[field] = problem;
  }
  return Object.keys(fields).length === 0 ? pass(null) : halt(invalid(fields));
}

/** Checks what is given; null and absent are fine. */
export function maybe<T>(
  value: T | null | undefined,
  check: (value: T) => FieldProblem,
): FieldProblem {
  return value === null || value === undefined ? null : check(value);
}
