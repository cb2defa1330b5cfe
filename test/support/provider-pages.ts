import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A page of docs/providers, without the index. */
export interface ProviderPage {
  readonly name: string;
  /** Whole configuration files, as they stand there. */
  readonly configurations: readonly string[];
  /** What the tables of traps name as Postern's reason, once each. */
  readonly reasons: readonly string[];
}

const folder = join(import.meta.dirname, '..', '..', 'docs', 'providers');

export function readProviderPages(): readonly ProviderPage[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.md') && file !== 'README.md')
    .map((file) => readPage(file.replace(/\.md$/, ''), readFileSync(join(folder, file), 'utf8')));
}

function readPage(name: string, text: string): ProviderPage {
  const configurations = matches(text, /```yaml\n([\s\S]*?)```/g);
  const rows = matches(text, /^(\|.*\|)$/gm).map((row) =>
    row.split('|').map((cell) => cell.trim()),
  );
  const traps = rows.filter((cells) => cells.length === 5 && /^`[a-z_]+`$/.test(cells[2] ?? ''));
  const reasons = traps.map((cells) => (cells[2] ?? '').replaceAll('`', ''));
  return { name, configurations, reasons: [...new Set(reasons)].filter((it) => it !== 'reason') };
}

function matches(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, found = '']) => found);
}
