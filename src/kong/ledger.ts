import type { ParsedDocument } from '../documents/parse-document.ts';
import { formatPath, type DocumentPath } from '../documents/problem.ts';

/** One line of the report. */
export interface ReportEntry {
  /** A stable name, such as `openid-connect.domains` or `key-auth`. */
  readonly name: string;
  /** `file:line:column path`, where it stands in the import. */
  readonly at: string;
  readonly why: string;
}

export interface RefusedEntry extends ReportEntry {
  /** Cannot be accepted: without it there is nothing sensible to write. */
  readonly final: boolean;
  /** Named in `--accept-loss`. */
  readonly accepted: boolean;
}

export interface Report {
  readonly translated: readonly ReportEntry[];
  /** Without effect on who passes, or stricter here. */
  readonly ignored: readonly ReportEntry[];
  readonly refused: readonly RefusedEntry[];
  /** Names of `--accept-loss` that nothing was refused under: mistakes, perhaps. */
  readonly unusedAcceptLoss: readonly string[];
}

interface Books {
  readonly translated: Map<string, ReportEntry>;
  readonly ignored: Map<string, ReportEntry>;
  readonly refused: Map<string, RefusedEntry>;
}

/** Keeps account of what became of each thing of a file. The same thing twice is one entry. */
export class Ledger {
  readonly #document: ParsedDocument;
  readonly #accepted: ReadonlySet<string>;
  readonly #books: Books;

  constructor(document: ParsedDocument, accepted: ReadonlySet<string>, books?: Books) {
    this.#document = document;
    this.#accepted = accepted;
    this.#books = books ?? { translated: new Map(), ignored: new Map(), refused: new Map() };
  }

  /** The same account, for things of another file. */
  of(document: ParsedDocument): Ledger {
    return new Ledger(document, this.#accepted, this.#books);
  }

  translate(name: string, path: DocumentPath, why: string): void {
    this.#enter(this.#books.translated, { name, at: this.place(path), why });
  }

  ignore(name: string, path: DocumentPath, why: string): void {
    this.#enter(this.#books.ignored, { name, at: this.place(path), why });
  }

  /** Its loss would widen access, or nobody knows what it would do. */
  refuse(name: string, path: DocumentPath, why: string): void {
    const accepted = this.#accepted.has(name);
    this.#enter(this.#books.refused, { name, at: this.place(path), why, final: false, accepted });
  }

  /** Nothing can be written for it. */
  stop(name: string, path: DocumentPath, why: string): void {
    const entry = { name, at: this.place(path), why, final: true, accepted: false };
    this.#enter(this.#books.refused, entry);
  }

  report(): Report {
    const { translated, ignored, refused } = this.#books;
    const names = new Set([...refused.values()].map(({ name }) => name));
    return {
      translated: [...translated.values()],
      ignored: [...ignored.values()],
      refused: [...refused.values()],
      unusedAcceptLoss: [...this.#accepted].filter((name) => !names.has(name)),
    };
  }

  #enter<T extends ReportEntry>(book: Map<string, T>, entry: T): void {
    book.set([entry.name, entry.at, entry.why].join('\n'), entry);
  }

  /** `file:line:column path`. */
  place(path: DocumentPath): string {
    const { line, column } = this.#document.locate(path);
    const place = `${this.#document.file}:${String(line)}:${String(column)}`;
    return path.length === 0 ? place : `${place} ${formatPath(path)}`;
  }
}

/** Whether the import must not be written. */
export function isStopped({ refused }: Report): boolean {
  return refused.some(({ accepted }) => !accepted);
}
