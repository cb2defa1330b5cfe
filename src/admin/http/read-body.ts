import { halt, pass, type Step } from '../../lib/step.ts';
import { refusal, type Answer } from './answer.ts';
import { isOverlong, maxFields, readForm } from './read-form.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

const types: Readonly<Record<string, (text: string) => Step<unknown, Answer>>> = {
  'application/json': readJson,
  'application/x-www-form-urlencoded': readFormBody,
};

const tooMany = refusal(400, `A body has at most ${String(maxFields)} fields`);

/** What a body of this media type says; undefined where there is none. */
export function readBody(contentType: string | undefined, body: unknown): Step<unknown, Answer> {
  if (!Buffer.isBuffer(body) || body.length === 0) return pass(undefined);
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const read = Object.hasOwn(types, type) ? types[type] : undefined;
  if (read === undefined) return halt(refusal(415, 'Unsupported media type'));
  const text = decode(body);
  return text === null ? halt(refusal(400, 'Expected UTF-8')) : read(text);
}

/** Bytes that are no UTF-8 are refused, not replaced: names must arrive as sent. */
function decode(bytes: Buffer): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

function readJson(text: string): Step<unknown, Answer> {
  try {
    const value = JSON.parse(text) as unknown;
    const isOver = typeof value === 'object' && value !== null && countOwn(value) > maxFields;
    return isOver ? halt(tooMany) : pass(value);
  } catch {
    return halt(refusal(400, 'Cannot parse JSON body'));
  }
}

/** Lists of fields have limits of their own, which say where they are. */
function countOwn(value: object): number {
  return Array.isArray(value) ? value.length : Object.keys(value).length;
}

function readFormBody(text: string): Step<unknown, Answer> {
  if (isOverlong(text)) return halt(tooMany);
  const fields = readForm(text);
  return fields === null ? halt(refusal(400, 'Cannot parse form body')) : pass(fields);
}
