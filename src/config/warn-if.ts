import type { DocumentPath, Finding } from '../documents/problem.ts';

/** A warning, where there is reason for one. */
export function warnIf(condition: boolean, path: DocumentPath, message: string): Finding[] {
  return condition ? [{ path, message }] : [];
}
