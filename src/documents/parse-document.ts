import { LineCounter, parseDocument as parseYaml, type Document, type YAMLError } from 'yaml';
import { halt, pass, type Step } from '../lib/step.ts';
import { createLocator, type Locate } from './locate.ts';
import { sortProblems, type Position, type Problem } from './problem.ts';
import { readNodes, type TextProblem } from './read-nodes.ts';

/** A parsed file: its plain value, and where each part of it stands. */
export interface ParsedDocument {
  readonly file: string;
  /** Plain JSON-like data; `null` for an empty file. Aliases share one value. */
  readonly value: unknown;
  readonly locate: Locate;
}

export interface ParseDocumentOptions {
  /** Line of the file at which `text` begins, for a caller that cuts a file into pieces; default 1. */
  readonly firstLine?: number;
}

/**
 * Reads one YAML 1.2 document (JSON is a part of it): unique string keys, no unknown tags, no
 * control characters, bounded aliases and depth. Gives every problem at once and never throws.
 */
export function parseDocument(
  text: string,
  file: string,
  options: ParseDocumentOptions = {},
): Step<ParsedDocument, readonly Problem[]> {
  const lines = new LineCounter();
  const firstLine = options.firstLine ?? 1;
  const position = (offset: number) => toPosition(lines, offset, firstLine);

  const unreadable = findUnreadableCharacter(text);
  if (unreadable !== null) {
    const at = countLines(text, unreadable.offset, firstLine);
    return halt([{ file, ...at, path: '', message: unreadable.message }]);
  }

  const document = parseYaml(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    // Compared key by key this would be quadratic; readNodes does it with a look-up.
    uniqueKeys: false,
    resolveKnownTags: false,
    // 'silent' would hide a second document as well.
    logLevel: 'error',
  });
  const { value, problems } = readNodes(document.contents);
  const all = [...readSyntaxProblems(document), ...problems].map(({ offset, path, message }) => ({
    file,
    ...position(offset),
    path,
    message,
  }));
  return all.length > 0
    ? halt(sortProblems(all))
    : pass({ file, value, locate: createLocator(document, position) });
}

/** What the parser found; of a document that is too deep for it, only that. */
function readSyntaxProblems(document: Document.Parsed): readonly TextProblem[] {
  const errors = [...document.errors, ...document.warnings];
  const tooDeep = errors.find(({ code }) => code === 'RESOURCE_EXHAUSTION');
  const found = (tooDeep === undefined ? errors : [tooDeep]).map((error) => ({
    offset: error.pos[0],
    path: '',
    message: explainSyntax(error),
  }));
  // YAML 1.1 reads `no` as false, which is not what the author of a 1.2 file expects.
  const { explicit, version } = document.directives.yaml;
  if (explicit !== true || version === '1.2') return found;
  return [...found, { offset: 0, path: '', message: 'expected YAML 1.2' }];
}

/** The parser's words, without those that quote the text: that could be a secret. */
function explainSyntax({ code, message }: YAMLError): string {
  switch (code) {
    case 'MULTIPLE_DOCS':
      return 'expected one document, found several';
    case 'RESOURCE_EXHAUSTION':
      return 'nested too deeply';
    case 'TAG_RESOLVE_FAILED':
      return 'unknown tag; a string that begins with "!" needs quotes';
    case 'BAD_DQ_ESCAPE':
      return 'unknown escape sequence in a string in double quotes';
    default:
      return `not valid YAML: ${message.replace(/: .*$/s, '')}`;
  }
}

interface UnreadableCharacter {
  readonly offset: number;
  readonly message: string;
}

// Everything that is not `c-printable` (YAML 1.2.2 section 5.1), and U+FFFD, which is what decoding
// leaves of bytes that are not UTF-8.
const unreadable =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffd-\uffff]/;

function findUnreadableCharacter(text: string): UnreadableCharacter | null {
  const found = unreadable.exec(text);
  if (found === null) return null;
  const code = found[0].charCodeAt(0);
  const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  return {
    offset: found.index,
    message: code === 0xfffd ? 'expected UTF-8 text' : `control character ${name} in the text`,
  };
}

function countLines(text: string, offset: number, firstLine: number): Position {
  const before = text.slice(0, offset).split('\n');
  return { line: firstLine + before.length - 1, column: (before.at(-1)?.length ?? 0) + 1 };
}

function toPosition(lines: LineCounter, offset: number, firstLine: number): Position {
  const { line, col } = lines.linePos(offset);
  return line === 0 ? { line: firstLine, column: 1 } : { line: firstLine + line - 1, column: col };
}
