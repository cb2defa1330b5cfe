const depthSteps: ReadonlyMap<string, number> = new Map([
  ['{', 1],
  ['[', 1],
  ['}', -1],
  [']', -1],
]);

/**
 * How many members the outermost object of a JSON text has, repeated names counted each time, which
 * `JSON.parse` does not tell: the last one wins. The text has to be valid: each member has one colon
 * at depth one, outside of strings, and a backslash stands in strings only.
 */
export function countTopLevelMembers(text: string): number {
  let count = 0;
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const char = text.charAt(index);
    if (char === '"') inString = !inString;
    else if (char === '\\') index += 1;
    else if (inString) continue;
    else if (char === ':' && depth === 1) count += 1;
    else depth += depthSteps.get(char) ?? 0;
  }
  return count;
}
