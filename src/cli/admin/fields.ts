import { Option } from 'commander';
import type { Field } from './resource.ts';
import type { Session } from './session.ts';

/** The option that a field is given by. */
export function optionOf(field: Field): Option {
  const option = new Option(`--${flagOf(field)} ${field.placeholder}`, field.description);
  if (field.choices !== undefined) option.choices(field.choices);
  if (field.kind === 'list') {
    option.argParser((text: string, before: readonly string[] | undefined) => [
      ...(before ?? []),
      text,
    ]);
  }
  return option;
}

/** The values that the options give, by field; an empty one is null, which removes. */
export function readFields(fields: readonly Field[], session: Session): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const field of fields) {
    const given = readGiven(field, session);
    if (given !== undefined) body[field.name] = readValue(field, given, session);
  }
  return body;
}

/** The text of one option. */
export function readText(field: Field, session: Session): string | undefined {
  const given = readGiven(field, session);
  return typeof given === 'string' ? given : undefined;
}

function readGiven(field: Field, { options }: Session): unknown {
  return options[
    flagOf(field).replaceAll(/-(\w)/g, (_dash, letter: string) => letter.toUpperCase())
  ];
}

function flagOf({ name, option = name }: Field): string {
  return option.replaceAll('_', '-');
}

function readValue(field: Field, given: unknown, session: Session): unknown {
  if (Array.isArray(given)) return given.filter((text) => text !== '');
  if (given === '') return null;
  return field.kind === 'rate' ? readRate(String(given), session) : given;
}

function readRate(text: string, { refuseUsage }: Session): object {
  const [, count, unit] = /^(\d{1,10})\/(second|minute|hour|day)$/.exec(text) ?? [];
  if (count === undefined) {
    return refuseUsage(`--rate-limit: expected 10/second, or minute, hour, day`);
  }
  return { requests_per_unit: Number(count), unit };
}
