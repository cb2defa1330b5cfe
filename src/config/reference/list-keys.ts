import type { z } from 'zod';
import { code } from './markdown.ts';

type Schema = z.core.JSONSchema.BaseSchema;

/** One key of the file, ready for a table. */
export interface KeyRow {
  /** From the root: `services[].acl.allow`. */
  readonly key: string;
  readonly type: string;
  readonly default: string;
  readonly meaning: string;
}

/** Every key of a JSON Schema, parents before children, in the order of the schema. */
export function listKeys(schema: Schema, prefix = ''): readonly KeyRow[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, value]) => {
    // `not` stands for keys of a later version.
    if (typeof value === 'boolean' || value.not !== undefined) return [];
    const key = `${prefix}${name}`;
    const required = schema.required?.includes(name) ?? false;
    const row = {
      key,
      type: nameType(value),
      default: required ? 'required' : writeDefault(value),
      meaning: value.description ?? '',
    };
    return [row, ...listBelow(value, key)];
  });
}

/** Keys of a mapping, of the items of a list, or of one of the forms that a value may have. */
function listBelow(schema: Schema, key: string): readonly KeyRow[] {
  const forms = (schema.anyOf ?? []).filter((form) => typeof form !== 'boolean');
  const items = readItems(schema);
  return [
    ...listKeys(schema, `${key}.`),
    ...forms.flatMap((form) => listBelow(form, key)),
    ...(Object.keys(items).length === 0 ? [] : listBelow(items, `${key}[]`)),
  ];
}

function readItems(schema: Schema): Schema {
  const { items } = schema;
  return typeof items !== 'object' || Array.isArray(items) ? {} : items;
}

function nameType(schema: Schema): string {
  if (schema.title !== undefined) return schema.title;
  if (schema.const !== undefined) return code(String(schema.const));
  if (schema.enum !== undefined) return schema.enum.map((value) => code(String(value))).join(', ');
  if (schema.anyOf !== undefined) return nameAlternatives(schema.anyOf);
  if (schema.type === 'array') return `list of ${nameType(readItems(schema))}`;
  if (typeof schema.additionalProperties === 'object') {
    return `mapping of ${nameType(schema.additionalProperties)}`;
  }
  return nameRange(schema);
}

function nameAlternatives(schemas: readonly (Schema | boolean)[]): string {
  return schemas
    .filter((schema) => typeof schema !== 'boolean')
    .map(nameType)
    .join(' or ');
}

const typeNames: Readonly<Record<string, string>> = {
  object: 'mapping',
  integer: 'whole number',
  boolean: 'true or false',
};

function nameRange(schema: Schema): string {
  const type = String(schema.type ?? 'any');
  const name = typeNames[type] ?? type;
  const { minimum, maximum } = schema;
  return minimum === undefined || maximum === undefined
    ? name
    : `${name}, ${String(minimum)} to ${String(maximum)}`;
}

/** A mapping with defaults of its own shows them in its rows. */
function writeDefault(schema: Schema): string {
  if (schema.default === undefined || schema.properties !== undefined) return '';
  return code(typeof schema.default === 'string' ? schema.default : writeFlow(schema.default));
}

function writeFlow(value: unknown): string {
  return Array.isArray(value) ? `[${value.map(String).join(', ')}]` : JSON.stringify(value);
}
