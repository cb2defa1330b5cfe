import Table from 'cli-table3';
import { escapeControls } from '../lib/terminal-controls.ts';

const noLines = Object.fromEntries(
  [
    ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left'],
    ...['bottom-right', 'left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'],
  ].map((name) => [name, '']),
);

export interface TableOptions {
  /** Null = no line of titles. */
  readonly titles: readonly string[] | null;
  readonly useColor: boolean;
}

/** Rows in columns, without lines between them, each row one line; ends with a line feed. */
export function writeTable(rows: readonly (readonly string[])[], options: TableOptions): string {
  const { titles, useColor } = options;
  const table = new Table({
    chars: noLines,
    // The library would look for colours by itself.
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2, compact: true },
  });
  if (titles !== null) table.push(titles.map((title) => (useColor ? bold(title) : title)));
  table.push(...rows.map((row) => row.map(escapeControls)));
  if (table.length === 0) return '';
  return `${table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')}\n`;
}

function bold(text: string): string {
  return `\u001b[1m${text}\u001b[22m`;
}
