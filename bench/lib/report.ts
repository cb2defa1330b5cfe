import { isMet, type Bar, type CaseResult, type Table } from './bench-case.ts';
import { formatFigure } from './format.ts';

/** Tables and bars of one case, in columns. */
export function writeTerminal({ title, tables, bars, notes }: CaseResult): string {
  const parts = [...tables, tabulateBars(bars)].map(alignColumns);
  return `\n${title}\n\n${parts.join('\n\n')}\n\n${notes.map((note) => `- ${note}\n`).join('')}\n`;
}

/** The page that is kept in the repository. */
export function writeMarkdown(results: readonly CaseResult[], machine: readonly string[]): string {
  const sections = results.map(
    ({ title, tables, bars, notes }) =>
      `## ${title}\n\n${[...tables, tabulateBars(bars)].map(writeTable).join('\n\n')}\n\n${notes.map((note) => `- ${note}\n`).join('')}`,
  );
  const about = machine.map((line) => `- ${line}\n`).join('');
  return `# Results of the bench\n\nWritten by \`npm run bench -- --write\`; how to read it: [docs/performance.md](../docs/performance.md).\n\n${about}\n${sections.join('\n')}`;
}

function tabulateBars(bars: readonly Bar[]): Table {
  const rows = bars.map((bar) => [
    bar.what,
    `≤ ${formatFigure(bar.limit)}${bar.unit}`,
    `${formatFigure(bar.measured)}${bar.unit}`,
    isMet(bar) ? 'met' : 'MISSED',
  ]);
  return { head: ['bar', 'limit', 'measured', ''], rows };
}

function alignColumns({ head, rows }: Table): string {
  const lines = padCells([head, ...rows]);
  return lines.map((line) => `  ${line.join('  ').trimEnd()}`).join('\n');
}

function writeTable({ head, rows }: Table): string {
  const [first = [], ...others] = padCells([head, ...rows]);
  const rule = first.map((cell) => '-'.repeat(Math.max(3, cell.length)));
  return [first, rule, ...others].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Every cell as wide as the widest of its column. */
function padCells(lines: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const widths = lines[0]?.map((_, column) =>
    Math.max(3, ...lines.map((line) => line[column]?.length ?? 0)),
  );
  return lines.map((line) => line.map((cell, column) => cell.padEnd(widths?.[column] ?? 0)));
}
