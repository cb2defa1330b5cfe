import { Option } from 'commander';
import { writeDocument } from '../documents/write-document.ts';
import { writeJson } from './write-json.ts';

export type Format = 'table' | 'json' | 'yaml';

export function formatOption(): Option {
  return new Option('-o, --output <format>', 'format of the result')
    .choices(['table', 'json', 'yaml'])
    .default('table');
}

/** The result for a program (JSON, YAML), or the text for a person. */
export function writeResult(format: Format, result: unknown, text: string): string {
  if (format === 'json') return `${writeJson(result, 2)}\n`;
  if (format === 'yaml') return writeDocument(result);
  return `${text}\n`;
}
