import { styleText } from 'node:util';
import { reasonTable } from '../src/authz/reason-table.ts';
import type { ClientAnswer, Played } from './play.ts';
import type { Scene } from './scene.ts';

const titleWidth = 38;
const requestWidth = 20;
const lineWidth = 96;
const indent = ' '.repeat(5);
const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

export function writeChapter(title: string): string {
  return `\n${styleText('bold', title)}\n`;
}

/** What was sent, what came back and why; colours only where the terminal shows them. */
export function writeRow(played: Played): string {
  const { scene, status, asExpected } = played;
  const mark = asExpected ? styleText('green', '✓') : styleText('red', '✗');
  const path = scene.path.replaceAll(uuid, (id) => `${id.slice(0, 4)}…`);
  const request = `${scene.method ?? 'GET'} ${path}`.padEnd(requestWidth);
  const outcome = `${String(status)}  ${describeOutcome(played)}`;
  const colour = status < 300 ? 'green' : 'yellow';
  const first = `  ${mark}  ${scene.title.padEnd(titleWidth)}${request}  ${styleText(colour, outcome)}`;
  const lines = [
    ...write('sent', describeSent(scene)),
    ...write('because', describeCause(played)),
    ...write('upstream saw', describeUpstream(played)),
    ...write('client got', describeClient(played.answer)),
  ];
  return [first, ...lines.map((line) => styleText('dim', line))].join('\n');
}

function describeOutcome({ scene, reason, method, cache }: Played): string {
  if (scene.to === 'admin') return reason === '' ? 'done' : reason;
  if (reason !== 'allowed') return reason;
  return `allowed by ${method}${cache === 'hit' ? ', from the cache' : ''}`;
}

function describeSent({ headers, body }: Scene): string[] {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${shorten(value)}`);
  if (body !== undefined) lines.push(shorten(JSON.stringify(body)));
  return lines.length === 0 ? ['nothing but the request'] : lines;
}

/** Why it was refused, by Postern's log; else what the reason means. */
function describeCause({ reason, detail }: Played): string[] {
  if (!Object.hasOwn(reasonTable, reason)) return [];
  return [detail === '' ? reasonTable[reason as keyof typeof reasonTable].meaning : detail];
}

function describeUpstream({ upstreamSaw }: Played): string[] {
  if (upstreamSaw?.length === 0) return ['no identity header'];
  return (upstreamSaw ?? []).map((line) => line.replace(/^(x-consumer-id: .{8}).*/, '$1…'));
}

function describeClient({ setCookie, challenge, page }: ClientAnswer): string[] {
  return [
    ...(challenge === null ? [] : [`www-authenticate: ${challenge}`]),
    ...setCookie.map((cookie) => `set-cookie: ${shorten(cookie)}`),
    ...(page === '' ? [] : [page.length > lineWidth ? `${page.slice(0, lineWidth)}…` : page]),
  ];
}

/** Items beside each other, as many as a line holds. */
function write(what: string, items: readonly string[]): string[] {
  const rows: string[] = [];
  for (const item of items) {
    const longer = `${rows.at(-1) ?? ''}  ${item}`;
    if (rows.length > 0 && longer.length <= lineWidth) rows[rows.length - 1] = longer;
    else rows.push(item);
  }
  return rows.map((row, at) => `${indent}${(at === 0 ? what : '').padEnd(14)}${row}`);
}

/** The beginning of what is long: tokens, proofs and what is sealed. */
function shorten(value: string): string {
  return value.replaceAll(/[\w.~+/-]{25,}=*/g, (long) => `${long.slice(0, 20)}…`);
}
