import type { Problem } from '../documents/problem.ts';

/**
 * A reference to the environment, while a file is translated: a name between two characters that no
 * declaration uses. Only at the end it becomes `${NAME}`, when every other `${` has been escaped.
 */
const opening = '\uE000';
const closing = '\uE001';
const marked = /\uE000([A-Za-z_][A-Za-z0-9_]*)\uE001/g;

export function hasReference(text: string): boolean {
  return text.includes(opening);
}

/** Marks `${{ env "NAME" }}`, which decK replaces before it reads the YAML. */
export function markReferences(
  text: string,
  file: string,
): { readonly text: string; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const report = (offset: number, message: string) => {
    const before = text.slice(0, offset).split('\n');
    const column = (before.at(-1)?.length ?? 0) + 1;
    problems.push({ file, line: before.length, column, path: '', message });
  };
  const strange = /[\uE000\uE001]/.exec(text);
  if (strange !== null) report(strange.index, 'a character for private use in the text');
  const result = text.replace(/\$\{\{([^\n]*?)\}\}/g, (all, inner: string, offset: number) => {
    const name = /^\s*env\s+\\?["'`]([A-Za-z_][A-Za-z0-9_]*)\\?["'`]\s*$/.exec(inner)?.[1];
    if (name !== undefined) return `${opening}${name}${closing}`;
    report(offset, 'expected ${{ env "NAME" }}; other templates have to be filled in before');
    return all;
  });
  return { text: result, problems };
}

/** Variable prefixes of the vaults of kind `env`, by the name in `{vault://<name>/…}`. */
export type EnvVaults = ReadonlyMap<string, string>;

/** What a string becomes that may be `{vault://…}`; null = a vault that is not the environment. */
export function resolveVault(text: string, vaults: EnvVaults): string | null {
  const body = /^\{vault:\/\/([^}]*)\}$/.exec(text)?.[1];
  if (body === undefined) return text;
  const parts = /^(?<vault>[^/?]*)\/(?<path>[^?]*)(?:\?(?<query>.*))?$/.exec(body)?.groups ?? {};
  const usual = vaults.get(parts['vault'] ?? '');
  if (usual === undefined) return null;
  const prefix = new URLSearchParams(parts['query']).get('prefix') ?? usual;
  const name = `${prefix}${parts['path'] ?? ''}`.replaceAll('-', '_').toUpperCase();
  return /^[A-Z_][A-Z0-9_]*$/.test(name) ? `${opening}${name}${closing}` : null;
}

/** Plain data for a Postern configuration: variables as variables, anything else as it is. */
export function writeReferences(value: unknown): unknown {
  return mapStrings(value, (text) =>
    text.replaceAll('${', '$$${').replace(marked, (_all, name: string) => `\${${name}}`),
  );
}

/** Whether a reference is left in data that cannot have any. */
export function findReference(value: unknown): boolean {
  let found = false;
  mapStrings(value, (text) => {
    found ||= hasReference(text) || text.startsWith('{vault://');
    return text;
  });
  return found;
}

function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, mapStrings(item, change)]);
  return Object.fromEntries(entries) as unknown;
}
