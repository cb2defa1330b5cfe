import { styleText } from 'node:util';
import type { Played } from './play.ts';

/** The played scenes as a table; colours only where the terminal shows them. */
export function writeTable(played: readonly Played[]): string {
  const widths = {
    title: Math.max(...played.map(({ scene }) => scene.title.length)),
    path: Math.max(...played.map(({ scene }) => scene.path.length)),
    reason: Math.max(...played.map((item) => describeReason(item).length)),
  };
  return played.map((item) => writeRow(item, widths)).join('\n');
}

interface Widths {
  readonly title: number;
  readonly path: number;
  readonly reason: number;
}

function writeRow(item: Played, widths: Widths): string {
  const { scene, status, upstreamSaw } = item;
  const mark = item.asExpected ? styleText('green', '✓') : styleText('red', '✗');
  const colour = status < 300 ? 'green' : 'yellow';
  const columns = [
    mark,
    scene.title.padEnd(widths.title),
    `GET ${scene.path.padEnd(widths.path)}`,
    styleText(colour, `${String(status)}  ${describeReason(item).padEnd(widths.reason)}`),
  ];
  const first = columns.join('  ').trimEnd();
  const indent = ' '.repeat(widths.title + widths.path + 11);
  const seen = upstreamSaw ?? [];
  const lines = upstreamSaw?.length === 0 ? ['upstream saw no identity header'] : seen;
  return [first, ...lines.map((line) => styleText('dim', `${indent}${line}`))].join('\n');
}

function describeReason({ reason, cache }: Played): string {
  return cache === 'hit' ? `${reason} (from the cache)` : reason;
}
