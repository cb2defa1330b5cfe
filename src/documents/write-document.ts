import { Document, Scalar, visit } from 'yaml';
import { escapeControls, hasControls } from '../lib/terminal-controls.ts';

/**
 * Plain data as a YAML document, without aliases and without folded lines, with nothing in it that a
 * terminal would obey: such characters are escaped.
 */
export function writeDocument(value: unknown): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  visit(document, {
    Scalar(_key, scalar) {
      // Only there can a character be escaped.
      if (isUnsafe(scalar.value)) scalar.type = Scalar.QUOTE_DOUBLE;
    },
  });
  return document
    .toString({ lineWidth: 0, doubleQuotedMinMultiLineLength: Number.POSITIVE_INFINITY })
    .split('\n')
    .map(escapeControls)
    .join('\n');
}

/** A line feed alone is an end of line of YAML, too. */
function isUnsafe(value: unknown): boolean {
  return typeof value === 'string' && hasControls(value.replaceAll('\n', ''));
}
