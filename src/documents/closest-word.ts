/** The candidate that `word` most likely was meant to be; null when none is near. */
export function findClosestWord(word: string, candidates: Iterable<string>): string | null {
  // A third of the letters may be wrong; longer words are no typing errors, and costly to compare.
  if (word.length > 64) return null;
  let best: string | null = null;
  let bestDistance = Math.floor(Math.max(word.length, 3) / 3) + 1;
  for (const candidate of candidates) {
    const distance = countEdits(word.toLowerCase(), candidate.toLowerCase());
    // Two words that share no letter are never meant for each other, however short.
    const isNear = distance < bestDistance && distance < Math.min(word.length, candidate.length);
    if (isNear) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Levenshtein's distance: insertions, deletions and replacements from `a` to `b`. */
function countEdits(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const inserted = (current[column - 1] ?? 0) + 1;
      const deleted = (previous[column] ?? 0) + 1;
      current.push(Math.min(replaced, inserted, deleted));
    }
    previous = current;
  }
  return previous[b.length] ?? a.length;
}
