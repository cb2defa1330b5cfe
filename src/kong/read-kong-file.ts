import { checkDocument } from '../documents/check-document.ts';
import { parseDocument, type ParsedDocument } from '../documents/parse-document.ts';
import type { Problem } from '../documents/problem.ts';
import { halt, pass, type Step } from '../lib/step.ts';
import { kongFileSchema, type KongFile } from './kong-schema.ts';
import { markReferences, type EnvVaults } from './references.ts';

export interface ReadKongFile {
  readonly document: ParsedDocument;
  readonly file: KongFile;
  readonly vaults: EnvVaults;
}

/** More than any gateway's; a longer text is a mistake. */
const maxLength = 64 * 1024 * 1024;

/** Reads a declarative file, or gives every problem at its place. */
export function readKongFile(text: string, name: string): Step<ReadKongFile, readonly Problem[]> {
  if (text.length > maxLength) {
    const message = `expected at most ${String(maxLength)} characters`;
    return halt([{ file: name, line: 1, column: 1, path: '', message }]);
  }
  const marked = markReferences(text, name);
  if (marked.problems.length > 0) return halt(marked.problems);
  const parsed = parseDocument(marked.text, name);
  if (!parsed.ok) return parsed;
  const document = { ...parsed.value, value: fillDefaults(parsed.value.value) };
  const checked = checkDocument(document, kongFileSchema);
  if (!checked.ok) return checked;
  return pass({ document, file: checked.value, vaults: listEnvVaults(checked.value) });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `_info.defaults`: what decK fills in where a Service or Route says nothing. */
function fillDefaults(value: unknown): unknown {
  if (!isRecord(value) || !isRecord(value['_info'])) return value;
  const { defaults } = value['_info'];
  if (!isRecord(defaults)) return value;
  const fill = (entity: unknown, kind: 'service' | 'route'): unknown => {
    if (!isRecord(entity)) return entity;
    const filled = { ...(isRecord(defaults[kind]) ? defaults[kind] : {}), ...entity };
    return kind === 'service' ? { ...filled, ...fillList(entity, 'routes', 'route') } : filled;
  };
  const fillList = (owner: Record<string, unknown>, key: string, kind: 'service' | 'route') => {
    const items = owner[key];
    return Array.isArray(items) ? { [key]: items.map((item) => fill(item, kind)) } : {};
  };
  return {
    ...value,
    ...fillList(value, 'services', 'service'),
    ...fillList(value, 'routes', 'route'),
  };
}

/** The vault `env` is always there; others of its kind have entities. */
function listEnvVaults(file: KongFile): EnvVaults {
  const own = (file.vaults ?? []).filter((vault) => vault.name === 'env');
  const named = own.map((vault): [string, string] => [vault.prefix, vault.config?.prefix ?? '']);
  return new Map([['env', ''], ...named]);
}
