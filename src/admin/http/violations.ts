import type { Answer } from './answer.ts';

/** A field's name, or a nested one's in the same form, and what is wrong with it. */
export interface Fields {
  readonly [name: string]: string | readonly string[] | Fields;
}

/** Kong's `schema violation`: every field that is wrong, and the same in one line. */
export function schemaViolation(fields: Fields): Answer {
  const lines = listLines(fields, '').toSorted();
  const count = lines.length === 1 ? '' : `${String(lines.length)} `;
  const message = `${count}schema violation${lines.length === 1 ? '' : 's'} (${lines.join('; ')})`;
  return { status: 400, body: { message, name: 'schema violation', fields, code: 2 } };
}

function listLines(fields: Fields, prefix: string): string[] {
  return Object.entries(fields).flatMap(([name, value]) => {
    // What is wrong with the whole has no field; Kong files it under this name.
    if (Array.isArray(value)) return value.map(String);
    return typeof value === 'string'
      ? [`${prefix}${name}: ${value}`]
      : listLines(value as Fields, `${prefix}${name}.`);
  });
}

/** Something is wrong with the entity as a whole. */
export function entityViolation(message: string): Answer {
  return schemaViolation({ '@entity': [message] });
}

/** Kong's 409 where a value that must be unique is taken. */
export function uniqueViolation(fields: Fields): Answer {
  const pairs = Object.entries(fields).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  const message = `UNIQUE violation detected on '{${pairs.join(',')}}'`;
  return { status: 409, body: { message, name: 'unique constraint violation', fields, code: 5 } };
}

/** Kong's 400 where an entity is named that does not exist. */
export function foreignKeyViolation(field: string, key: Readonly<Record<string, string>>): Answer {
  const pairs = Object.entries(key).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  const message = `the foreign key '{${pairs.join(',')}}' does not reference an existing '${field}s' entity.`;
  const fields = { [field]: key };
  return { status: 400, body: { message, name: 'foreign key violation', fields, code: 4 } };
}

const optionErrors = {
  size: { name: 'invalid size', code: 9 },
  offset: { name: 'invalid offset', code: 7 },
} as const;

/** Kong's 400 for a query parameter. */
export function invalidOption(option: string, what: string): Answer {
  const known = option === 'size' || option === 'offset' ? optionErrors[option] : undefined;
  const { name, code } = known ?? { name: 'invalid options', code: 11 };
  const message = `${name.replace('options', 'option')} (${option}: ${what})`;
  return { status: 400, body: { message, name, fields: { [option]: what }, code } };
}
