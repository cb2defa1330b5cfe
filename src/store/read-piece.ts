import { checkDocument, problemAt } from '../documents/check-document.ts';
import { parseDocument, type ParsedDocument } from '../documents/parse-document.ts';
import type { DocumentPath, Problem } from '../documents/problem.ts';
import { consumerSchema, type ConsumerEntry } from './consumer-document.ts';
import { hasDuplicateKeys } from './has-duplicate-keys.ts';
import type { ConsumerPiece } from './slice-consumers.ts';

/** What a Consumers file says, in its order. */
export type ReadEvent =
  | { readonly kind: 'consumer'; readonly line: number; readonly entry: ConsumerEntry }
  | { readonly kind: 'problem'; readonly problem: Problem }
  /** A section that is not about Consumers, as a file of Kong's tools may have. */
  | { readonly kind: 'ignored'; readonly line: number; readonly section: string };

/** Reads one piece of the file `file`; never throws. */
export type ReadPiece = (piece: ConsumerPiece) => readonly ReadEvent[];

export function createReadPiece(file: string): ReadPiece {
  let index = 0;

  return function readPiece(piece) {
    switch (piece.kind) {
      case 'problem':
        return [
          problemEvent({ file, line: piece.line, column: 1, path: '', message: piece.message }),
        ];
      case 'ignored':
        return [piece];
      case 'json':
        return readJsonLine(piece.text, piece.line, file);
      case 'items':
      case 'section':
      case 'document':
        return readYaml(piece);
    }
  };

  function readYaml(piece: ConsumerPiece & { text: string }): readonly ReadEvent[] {
    const parsed = parseDocument(piece.text, file, { firstLine: piece.line });
    const first = index;
    if (piece.kind === 'items') index += parsed.ok ? lengthOf(parsed.value.value) : 1;
    if (!parsed.ok) {
      return parsed.stop.map((problem) =>
        problemEvent(renumber(keepInside(problem, piece), first)),
      );
    }
    if (piece.kind !== 'items') return readDocument(parsed.value);
    return readList(parsed.value, parsed.value.value, [], first);
  }
}

/** Straight from the text where that is good; through YAML where a problem needs its place. */
function readJsonLine(text: string, line: number, file: string): readonly ReadEvent[] {
  const entry = readGoodJson(text);
  if (entry !== null) return [{ kind: 'consumer', line, entry }];
  const parsed = parseDocument(text, file, { firstLine: line });
  return parsed.ok ? readOne(parsed.value) : parsed.stop.map(problemEvent);
}

function readGoodJson(text: string): ConsumerEntry | null {
  // What decoding leaves of bytes that are not UTF-8.
  if (text.includes('\ufffd')) return null;
  try {
    const value: unknown = JSON.parse(text);
    const read = consumerSchema.safeParse(value);
    return read.success && !hasDuplicateKeys(text, value) ? read.data : null;
  } catch {
    return null;
  }
}

function readDocument(document: ParsedDocument): readonly ReadEvent[] {
  const { value } = document;
  const isList = typeof value === 'object' && value !== null && 'consumers' in value;
  if (!isList) return value === null ? [] : readOne(document);
  const ignored = Object.keys(value)
    .filter((key) => key !== 'consumers' && !key.startsWith('_'))
    .map((section): ReadEvent => {
      return { kind: 'ignored', line: document.locate([section], 'key').line, section };
    });
  const list = readList(document, value.consumers ?? [], ['consumers'], 0);
  return [...ignored, ...list];
}

function readOne(document: ParsedDocument): readonly ReadEvent[] {
  const checked = checkDocument(document, consumerSchema);
  if (!checked.ok) return checked.stop.map(problemEvent);
  return [{ kind: 'consumer', line: document.locate([]).line, entry: checked.value }];
}

/** Each Consumer by itself, so that a bad one does not hide the others. */
function readList(
  document: ParsedDocument,
  list: unknown,
  base: DocumentPath,
  firstIndex: number,
): readonly ReadEvent[] {
  if (!Array.isArray(list)) {
    return [problemEvent(problemAt(document, base, 'expected a list of Consumers'))];
  }
  return list.flatMap((value: unknown, index) => {
    const at = [...base, index];
    const item: ParsedDocument = {
      file: document.file,
      value,
      locate: (path, part) => document.locate([...at, ...path], part),
    };
    return readOne(item).map((event) =>
      event.kind === 'problem' ? problemEvent(inList(event.problem, firstIndex + index)) : event,
    );
  });
}

function lengthOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 1;
}

function problemEvent(problem: Problem): ReadEvent {
  return { kind: 'problem', problem };
}

/** The path in a Consumer, as a path in the file. */
function inList(problem: Problem, index: number): Problem {
  const item = `consumers[${String(index)}]`;
  const dot = problem.path === '' || problem.path.startsWith('[') ? '' : '.';
  return { ...problem, path: `${item}${dot}${problem.path}` };
}

/** What is missing at the end of a piece is missed in its last line, not in the next piece. */
function keepInside(problem: Problem, piece: { line: number; text: string }): Problem {
  const last = piece.line + piece.text.trimEnd().split('\n').length - 1;
  return problem.line <= last ? problem : { ...problem, line: last, column: 1 };
}

/** The path in a piece that begins with Consumer number `first`, as a path in the file. */
function renumber(problem: Problem, first: number): Problem {
  const path = problem.path.replace(
    /^\[(\d+)\]/,
    (_, item: string) => `consumers[${String(first + Number(item))}]`,
  );
  return { ...problem, path };
}
