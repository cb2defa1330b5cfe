/** A Markdown table; `|` in a cell is kept from ending it. */
export function writeTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const rule = header.map(() => '---');
  return [header, rule, ...rows].map(writeRow).join('\n');
}

function writeRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`;
}

export function code(text: string): string {
  return `\`${text}\``;
}
