import { z } from 'zod';
import type { DocumentPath } from './problem.ts';

/** The keys that a schema knows for the object at `path`; empty where it has none to offer. */
export function listValidKeys(schema: z.core.$ZodType, path: DocumentPath): readonly string[] {
  let found = [schema];
  for (const item of path) found = found.flatMap(unwrap).flatMap((part) => stepInto(part, item));
  return found.flatMap(unwrap).flatMap(listKeys);
}

function listKeys(schema: z.core.$ZodType): string[] {
  if (!(schema instanceof z.core.$ZodObject)) return [];
  return Object.entries(schema._zod.def.shape)
    .filter(([, value]) => !isForbidden(value))
    .map(([key]) => key);
}

/** A key may stand in a schema only to be refused in words of its own. */
function isForbidden(schema: z.core.$ZodType): boolean {
  return unwrap(schema).every((part) => part instanceof z.core.$ZodNever);
}

/** The schemas that may judge a value, without what only wraps them. */
function unwrap(schema: z.core.$ZodType): z.core.$ZodType[] {
  if (schema instanceof z.core.$ZodUnion) return schema._zod.def.options.flatMap(unwrap);
  if (schema instanceof z.core.$ZodPipe) return unwrap(schema._zod.def.in);
  if (schema instanceof z.core.$ZodLazy) return unwrap(schema._zod.def.getter());
  const inner = readInner(schema);
  return inner === null ? [schema] : unwrap(inner);
}

function readInner(schema: z.core.$ZodType): z.core.$ZodType | null {
  if (
    schema instanceof z.core.$ZodOptional ||
    schema instanceof z.core.$ZodNullable ||
    schema instanceof z.core.$ZodDefault ||
    schema instanceof z.core.$ZodPrefault ||
    schema instanceof z.core.$ZodReadonly
  ) {
    return schema._zod.def.innerType;
  }
  return null;
}

function stepInto(schema: z.core.$ZodType, item: PropertyKey): z.core.$ZodType[] {
  if (schema instanceof z.core.$ZodArray) return [schema._zod.def.element];
  if (schema instanceof z.core.$ZodRecord) return [schema._zod.def.valueType];
  if (!(schema instanceof z.core.$ZodObject)) return [];
  const { shape } = schema._zod.def;
  const next = Object.hasOwn(shape, item) ? shape[String(item)] : undefined;
  return next === undefined ? [] : [next];
}
