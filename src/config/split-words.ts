import type { Requirement } from '../authz/policy.ts';

/** The words of each item. */
export function splitWords(items: readonly string[]): Requirement {
  return items.map((item) => item.split(/\s+/).filter((word) => word !== ''));
}
