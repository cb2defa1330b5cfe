/** A part of a Consumers file that can be read on its own. */
export type ConsumerPiece =
  /** One line of JSON lines. */
  | { readonly kind: 'json'; readonly line: number; readonly text: string }
  /** A block sequence, as a rule of one Consumer, with its indentation. */
  | { readonly kind: 'items'; readonly line: number; readonly text: string }
  /** `consumers:` written in another way, flow style for one. */
  | { readonly kind: 'section'; readonly line: number; readonly text: string }
  /** A whole YAML document whose first key does not tell what it is, or one Consumer. */
  | { readonly kind: 'document'; readonly line: number; readonly text: string }
  /** A section that is not about Consumers. */
  | { readonly kind: 'ignored'; readonly line: number; readonly section: string }
  | { readonly kind: 'problem'; readonly line: number; readonly message: string };

type Emit = (piece: ConsumerPiece) => void;

const blank = /^\s*(#|$)/;
const topKey = /^([A-Za-z_][\w-]*):(?=\s|$)(.*)$/s;
const documentStart = /^---(?=\s|$)/;
const documentEnd = /^\.\.\.(?=\s|$)/;
const sequenceItem = /^ *-(?=\s|$)/;

/** First keys of a document with lists, as Kong's tools write it; others are a Consumer's. */
const listKeys = new Set([
  'ca_certificates',
  'certificates',
  'consumer_groups',
  'consumers',
  'filter_chains',
  'plugins',
  'routes',
  'services',
  'upstreams',
  'vaults',
]);

export interface SliceOptions {
  /** Every line is a JSON document, whatever it looks like. */
  readonly jsonLines?: boolean;
}

/**
 * Cuts a Consumers file, line by line, into pieces that each fit into memory: JSON lines, several
 * YAML documents, or one YAML document with a block sequence under `consumers:`. YAML is decided
 * by indentation alone there, so what a piece holds is what the whole document would hold, except
 * that an alias does not reach from one Consumer into another.
 */
export class ConsumerSlicer {
  readonly #emit: Emit;
  #line = 0;
  #mode: 'start' | 'json' | 'document' | 'sections';
  #atFirstContent = true;
  #document: PieceBuffer = { line: 1, lines: [] };
  #section: Section | null = null;
  #seenKeys = new Set<string>();

  constructor(emit: Emit, options: SliceOptions = {}) {
    this.#emit = emit;
    this.#mode = options.jsonLines === true ? 'json' : 'start';
  }

  /** Takes the next line with its line feed; the last line of a file may have none. */
  push(line: string): void {
    this.#line += 1;
    if (this.#mode === 'json') {
      this.#pushJson(line);
    } else if (documentStart.test(line)) {
      this.#finishDocument();
      const rest = `   ${line.slice(3)}`;
      if (!blank.test(rest)) this.#openDocument(rest);
    } else if (documentEnd.test(line)) {
      this.#finishDocument();
    } else if (this.#mode === 'start') {
      if (!blank.test(line)) this.#begin(line);
    } else if (this.#mode === 'document') {
      this.#document.lines.push(line);
    } else {
      this.#pushToSections(line);
    }
  }

  /** Takes the end of the file. */
  end(): void {
    this.#finishDocument();
  }

  #pushJson(line: string): void {
    if (line.trim() !== '') this.#emit({ kind: 'json', line: this.#line, text: line });
  }

  /** Decides by the first line of content how a document is to be cut. */
  #begin(line: string): void {
    const first = this.#atFirstContent;
    this.#atFirstContent = false;
    const key = topKey.exec(line)?.[1];
    if (first && isJsonRecord(line)) {
      this.#mode = 'json';
      this.#pushJson(line);
    } else if (key !== undefined && (key.startsWith('_') || listKeys.has(key))) {
      this.#mode = 'sections';
      this.#pushToSections(line);
    } else {
      this.#openDocument(line);
    }
  }

  #openDocument(line: string): void {
    this.#atFirstContent = false;
    this.#mode = 'document';
    this.#document = { line: this.#line, lines: [line] };
  }

  #finishDocument(): void {
    if (this.#mode === 'document') this.#emit({ kind: 'document', ...joined(this.#document) });
    this.#closeSection();
    if (this.#mode === 'sections' && !this.#seenKeys.has('consumers')) {
      this.#problem('this document has no consumers');
    }
    this.#seenKeys.clear();
    if (this.#mode !== 'json') this.#mode = 'start';
  }

  #pushToSections(line: string): void {
    const key = topKey.exec(line);
    if (key !== null) this.#openSection(key[1] ?? '', key[2] ?? '', line);
    else this.#section?.push(line, this.#line);
  }

  #openSection(key: string, rest: string, line: string): void {
    this.#closeSection();
    if (this.#seenKeys.has(key)) this.#problem(`the key ${key} is there twice`);
    this.#seenKeys.add(key);
    if (key === 'consumers') {
      this.#section = new ConsumersSection(this.#emit, this.#line, line, rest);
      return;
    }
    this.#section = new OtherSection();
    // Kong's tools keep their own marks under such names.
    if (!key.startsWith('_')) this.#emit({ kind: 'ignored', line: this.#line, section: key });
  }

  #closeSection(): void {
    this.#section?.end();
    this.#section = null;
  }

  #problem(message: string): void {
    this.#emit({ kind: 'problem', line: this.#line, message });
  }
}

interface PieceBuffer {
  line: number;
  lines: string[];
}

interface Section {
  push(line: string, number: number): void;
  end(): void;
}

class OtherSection implements Section {
  push(): void {
    // What Postern does not read it does not judge.
  }

  end(): void {
    // As above.
  }
}

/** The lines below `consumers:`. */
class ConsumersSection implements Section {
  readonly #emit: Emit;
  #style: 'undecided' | 'items' | 'whole' | 'refused';
  #indent = 0;
  #buffer: PieceBuffer;

  constructor(emit: Emit, number: number, line: string, rest: string) {
    this.#emit = emit;
    this.#style = blank.test(rest) ? 'undecided' : 'whole';
    this.#buffer = { line: number, lines: [line] };
  }

  push(line: string, number: number): void {
    if (this.#style === 'refused') return;
    if (this.#style === 'undecided' && !blank.test(line)) this.#decide(line, number);
    else if (this.#style === 'items' && !blank.test(line)) this.#pushToItems(line, number);
    else this.#buffer.lines.push(line);
  }

  end(): void {
    if (this.#style === 'refused') return;
    const kind = this.#style === 'items' ? 'items' : 'section';
    this.#emit({ kind, ...joined(this.#buffer) });
  }

  #decide(line: string, number: number): void {
    if (!sequenceItem.test(line)) {
      this.#style = 'whole';
      this.#buffer.lines.push(line);
      return;
    }
    this.#style = 'items';
    this.#indent = indentOf(line);
    this.#buffer = { line: number, lines: [line] };
  }

  #pushToItems(line: string, number: number): void {
    const indent = indentOf(line);
    if (indent === this.#indent && sequenceItem.test(line)) {
      this.#emit({ kind: 'items', ...joined(this.#buffer) });
      this.#buffer = { line: number, lines: [line] };
    } else if (indent > this.#indent || line.startsWith('\t')) {
      this.#buffer.lines.push(line);
    } else {
      this.#emit({ kind: 'items', ...joined(this.#buffer) });
      this.#emit({
        kind: 'problem',
        line: number,
        message: 'expected the next Consumer, or a key at the start of the line',
      });
      this.#style = 'refused';
    }
  }
}

function joined({ line, lines }: PieceBuffer): { line: number; text: string } {
  return { line, text: lines.join('') };
}

function indentOf(line: string): number {
  return /^ */.exec(line)?.[0].length ?? 0;
}

/** Whether a first line is a Consumer by itself, as in JSON lines. */
function isJsonRecord(line: string): boolean {
  if (!line.startsWith('{')) return false;
  try {
    return !Object.hasOwn(JSON.parse(line) as object, 'consumers');
  } catch {
    return false;
  }
}
