import type { Explanation, StepOutcome } from '../authz/explain/explanation.ts';
import { escapeControls } from '../lib/terminal-controls.ts';

type Paint = (text: string) => string;

const marks: Readonly<Record<StepOutcome, readonly [mark: string, color: number]>> = {
  passed: ['✓', 32],
  failed: ['✗', 31],
  skipped: ['–', 2],
  'not reached': ['·', 2],
};

/** An explanation for a person: the verdict, a line or more for each step, what to do. */
export function writeExplanation(explained: Explanation, useColor: boolean): string {
  const paint =
    (color: number): Paint =>
    (text) =>
      useColor ? `\u001b[${String(color)}m${text}\u001b[0m` : text;
  return [
    paint(1)(tellVerdict(explained)),
    '',
    ...explained.steps.flatMap((step) => writeStep(step, paint)),
    ...section('Upstream', tellUpstream(explained)),
    ...section('Advice', explained.advice === null ? [] : [explained.advice]),
    ...section('Limits of this answer', explained.limits),
  ].join('\n');
}

function tellVerdict(explained: Explanation): string {
  const { decision, reason, http_status: status, message } = explained;
  const words = message === null ? '' : ` ${message}`;
  const answer = decision === 'allow' ? '' : `, the client gets ${String(status)}${words}`;
  return escapeControls(`${decision}: ${reason}${answer}`);
}

function writeStep(
  { step, outcome, facts }: Explanation['steps'][number],
  paint: (color: number) => Paint,
): string[] {
  const [mark, color] = marks[outcome];
  const told = facts.length > 0 ? facts : [outcome === 'passed' ? '' : outcome];
  return told.map((fact, index) => {
    const start = index === 0 ? `${paint(color)(mark)} ${step.padEnd(12)}` : ' '.repeat(14);
    return `${start} ${escapeControls(fact)}`.trimEnd();
  });
}

function tellUpstream({ upstream }: Explanation): string[] {
  if (upstream === null) return [];
  const { set, remove, remove_query: query } = upstream;
  return [
    ...set.map(({ name, value }) => `${name}: ${value}`),
    ...(remove.length === 0 ? [] : [`removed: ${remove.join(', ')}`]),
    ...(query.length === 0 ? [] : [`removed of the query: ${query.join(', ')}`]),
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((it) => `  ${escapeControls(it)}`)];
}
