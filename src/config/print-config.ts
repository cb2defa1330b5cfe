import { z } from 'zod';
import { writeDocument } from '../documents/write-document.ts';
import { settingsSchema, type Settings } from './schema/settings.ts';

/** The effective configuration as YAML, in the names of the file, secrets covered. */
export function printConfig(settings: Settings): string {
  return writeDocument(escapePlaceholders(z.encode(settingsSchema, settings)));
}

/** What is printed can be loaded again: a `${` that a variable brought in is not a variable. */
function escapePlaceholders(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('${', () => '$${');
  if (Array.isArray(value)) return value.map(escapePlaceholders);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, escapePlaceholders(item)]),
  );
}
