import { stringify } from 'yaml';

/** Plain data as a YAML document, without aliases and without folded lines. */
export function writeDocument(value: unknown): string {
  return stringify(value, { aliasDuplicateObjects: false, lineWidth: 0 });
}
