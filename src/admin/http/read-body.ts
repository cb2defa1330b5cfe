import { halt, pass, type Step } from '../../lib/step.ts';
import { refusal, type Answer } from './answer.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

const types: Readonly<Record<string, (bytes: Buffer) => Step<unknown, Answer>>> = {
  'application/json': readJson,
  'application/x-www-form-urlencoded': readForm,
};

/** What a body of this media type says; undefined where there is none. */
export function readBody(contentType: string | undefined, body: unknown): Step<unknown, Answer> {
  if (!Buffer.isBuffer(body) || body.length === 0) return pass(undefined);
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const read = Object.hasOwn(types, type) ? types[type] : undefined;
  return read === undefined ? halt(refusal(415, 'Unsupported media type')) : read(body);
}

/** Bytes that are no UTF-8 are refused, not replaced: names must arrive as sent. */
function readJson(bytes: Buffer): Step<unknown, Answer> {
  try {
    return pass(JSON.parse(utf8.decode(bytes)) as unknown);
  } catch {
    return halt(refusal(400, 'Cannot parse JSON body'));
  }
}

/** Fields of which a form says more than a string. */
const converted: Readonly<Record<string, (value: string) => unknown>> = {
  status: (value) => (/^\d$/.test(value) ? Number(value) : value),
  suspended: readFlag,
};

function readFlag(value: string): unknown {
  return value === 'true' ? true : value === 'false' ? false : value;
}

/** A form as curl sends it to Kong: `tags[]=a`, `consumer.id=…`. */
function readForm(bytes: Buffer): Step<unknown, Answer> {
  const body: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [name, value] of new URLSearchParams(bytes.toString('utf8'))) {
    if (!putField(body, name, value)) return halt(refusal(400, 'Cannot parse form body'));
  }
  return pass({ ...body });
}

/** `name`, `name[]`, `name[1]` or `name.inner`. */
const fieldName = /^(?!__proto__)([\w@-]{1,64})(?:(\[\d*\])|\.(?!__proto__)([\w-]{1,64}))?$/;

function putField(body: Record<string, unknown>, name: string, value: string): boolean {
  const [, field, list, nested] = fieldName.exec(name) ?? [];
  if (field === undefined) return false;
  const present = body[field];
  if (nested !== undefined) return putNested(body, field, nested, value);
  if (list === undefined && field !== 'tags') {
    body[field] = converted[field]?.(value) ?? value;
    return present === undefined;
  }
  const items: readonly unknown[] | null = listOf(present);
  if (items !== null) body[field] = [...items, value];
  return items !== null;
}

function putNested(
  body: Record<string, unknown>,
  field: string,
  nested: string,
  value: string,
): boolean {
  const present = body[field] ?? {};
  if (typeof present !== 'object' || Array.isArray(present)) return false;
  body[field] = { ...present, [nested]: value };
  return true;
}

function listOf(present: unknown): readonly unknown[] | null {
  if (present === undefined) return [];
  return Array.isArray(present) ? present : null;
}
