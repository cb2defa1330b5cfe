import { dirname, resolve } from 'node:path';
import type { DocumentPath, Finding } from '../documents/problem.ts';

/** Reads a text file whole; throws where it cannot. */
export type ReadFile = (path: string) => string;

/** Files that a configuration names, with what they hold. */
export interface ReferencedFiles {
  /** Absolute path of a path in the file: relative ones start at the file's own folder. */
  resolve(path: string): string;
  /** Text of a file, by its path as written, without the line break that ends it. */
  text(path: string): string;
  /** Absolute paths of all that were read. */
  readonly paths: readonly string[];
  readonly problems: readonly Finding[];
}

/** Keys whose files are read at load. */
const fileKeys: ReadonlySet<string> = new Set([
  'cert_file',
  'key_file',
  'client_ca_file',
  'ca_file',
  'secret_file',
  'secret_files',
  'token_file',
  'password_file',
  'url_file',
  'private_key_file',
  'keys_files',
  'key_files',
  'shared_key_file',
]);

/** Reads every file that a value names, so that all that are missing are told at once. */
export function readReferencedFiles(
  value: unknown,
  configFile: string,
  readFile: ReadFile,
): ReferencedFiles {
  const folder = dirname(configFile);
  const texts = new Map<string, string>();
  const problems: Finding[] = [];
  for (const { path, file } of findFiles(value, [])) {
    const absolute = resolve(folder, file);
    const text = readText(absolute, readFile);
    if (text.ok) texts.set(absolute, text.value);
    else problems.push({ path, message: text.message });
  }
  return {
    resolve: (path) => resolve(folder, path),
    text: (path) => texts.get(resolve(folder, path)) ?? '',
    paths: [...texts.keys()],
    problems,
  };
}

function* findFiles(
  value: unknown,
  path: DocumentPath,
): Generator<{ readonly path: DocumentPath; readonly file: string }> {
  if (typeof value !== 'object' || value === null) return;
  const isList = Array.isArray(value);
  for (const [key, item] of Object.entries(value)) {
    const inner = [...path, isList ? Number(key) : key];
    if (typeof item !== 'string') {
      yield* findFiles(item, inner);
    } else if (item !== '' && namesFile(inner)) {
      yield { path: inner, file: item };
    }
  }
}

/** A key may also hold a list of files. */
function namesFile(path: DocumentPath): boolean {
  const key = typeof path.at(-1) === 'number' ? path.at(-2) : path.at(-1);
  return typeof key === 'string' && fileKeys.has(key);
}

type FileText =
  { readonly ok: true; readonly value: string } | { readonly ok: false; readonly message: string };

function readText(path: string, readFile: ReadFile): FileText {
  try {
    const value = readFile(path).replace(/\r?\n$/, '');
    return value === '' ? { ok: false, message: 'the file is empty' } : { ok: true, value };
  } catch (error) {
    const { code } = error as { code?: unknown };
    const reason = typeof code === 'string' ? ` (${code})` : '';
    return { ok: false, message: `the file cannot be read${reason}` };
  }
}
