const quote = 0x22;
const backslash = 0x5c;
const colon = 0x3a;

/**
 * Whether an object in a JSON text has a key twice, which `JSON.parse` does not tell: the last one
 * wins. `value` is what it made of `text`.
 *
 * Each member of the text has one colon outside of strings, and becomes one property of the value
 * or, where a later one has its key, none. So the numbers are equal just where no key is repeated.
 */
export function hasDuplicateKeys(text: string, value: unknown): boolean {
  return countMembers(text) !== countProperties(value);
}

/** Only of valid JSON: there a backslash stands nowhere but in a string. */
function countMembers(text: string): number {
  let count = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === quote) inString = !inString;
    else if (code === backslash) index += 1;
    else if (code === colon && !inString) count += 1;
  }
  return count;
}

/** Without recursion, which a deep value would exhaust. */
function countProperties(root: unknown): number {
  let count = 0;
  const open: unknown[] = [root];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    const parts = Object.values(value) as unknown[];
    if (!Array.isArray(value)) count += parts.length;
    for (const part of parts) open.push(part);
  }
  return count;
}
