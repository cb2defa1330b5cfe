/** Where in a file; both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One thing that is wrong with a file, where its author can find it. Never quotes a value. */
export interface Problem extends Position {
  readonly file: string;
  /** As an author would write it: `services[0].acl.allow`; empty for the document itself. */
  readonly path: string;
  readonly message: string;
}

/** Keys and indices from the root to a node. */
export type DocumentPath = readonly PropertyKey[];

/** What is found at a place of a parsed document, before its line is looked up. */
export interface Finding {
  readonly path: DocumentPath;
  readonly message: string;
}

/** `file:line:column: path: message`, on one line. */
export function formatProblem(problem: Problem): string {
  const place = `${problem.file}:${String(problem.line)}:${String(problem.column)}`;
  return problem.path === ''
    ? `${place}: ${problem.message}`
    : `${place}: ${problem.path}: ${problem.message}`;
}

/** Turns keys and indices into `services[0].acl.allow`; a key that is no plain word is quoted. */
export function formatPath(path: DocumentPath): string {
  return path.map(formatPathItem).join('').replace(/^\./, '');
}

function formatPathItem(item: PropertyKey): string {
  if (typeof item === 'number') return `[${String(item)}]`;
  const key = String(item);
  return /^[A-Za-z_][\w-]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

/** In the order in which the author reads them. */
export function sortProblems(problems: readonly Problem[]): readonly Problem[] {
  return problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
}
