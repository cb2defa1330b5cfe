import type { z } from 'zod';
import { halt, pass, type Step } from '../lib/step.ts';
import { explainIssue, explainUnknownKey } from './explain-issue.ts';
import type { ParsedDocument } from './parse-document.ts';
import { formatPath, sortProblems, type DocumentPath, type Problem } from './problem.ts';
import { listValidKeys } from './valid-keys.ts';

/**
 * Runs `schema` over the document's value and gives what it makes of it, or every problem at its
 * place. Positions are looked up only for problems, so a good document costs the schema alone.
 */
export function checkDocument<T>(
  document: ParsedDocument,
  schema: z.ZodType<T>,
): Step<T, readonly Problem[]> {
  const result = schema.safeParse(document.value, { error: explainIssue });
  if (result.success) return pass(result.data);
  const problems = result.error.issues
    .flatMap((issue) => flattenIssue(issue, []))
    .flatMap(({ issue, path }) => describeIssue(issue, path, document, schema));
  return halt(sortProblems(problems));
}

/** A problem at a place that only a check beyond the schema could see. */
export function problemAt(
  document: ParsedDocument,
  path: DocumentPath,
  message: string,
  part: 'value' | 'key' = 'value',
): Problem {
  const position = document.locate(path, part);
  return { file: document.file, ...position, path: formatPath(path), message };
}

interface PlacedIssue {
  readonly issue: z.core.$ZodIssue;
  readonly path: DocumentPath;
}

/** Of the forms that a value may have, the one that it came nearest to says what is wrong. */
function flattenIssue(issue: z.core.$ZodIssue, base: DocumentPath): PlacedIssue[] {
  const path = [...base, ...issue.path];
  if (issue.code !== 'invalid_union') return [{ issue, path }];
  const forms = issue.errors.filter((errors) => errors.some((error) => error.path.length > 0));
  const [nearest] = forms.toSorted((a, b) => a.length - b.length);
  return nearest === undefined
    ? [{ issue, path }]
    : nearest.flatMap((inner) => flattenIssue(inner, path));
}

function describeIssue(
  issue: z.core.$ZodIssue,
  path: DocumentPath,
  document: ParsedDocument,
  schema: z.core.$ZodType,
): Problem[] {
  if (issue.code !== 'unrecognized_keys') return [problemAt(document, path, issue.message)];
  const validKeys = listValidKeys(schema, path);
  return issue.keys.map((key) =>
    problemAt(document, [...path, key], explainUnknownKey(key, validKeys), 'key'),
  );
}
