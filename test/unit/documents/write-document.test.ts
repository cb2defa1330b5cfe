import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { writeDocument } from '../../../src/documents/write-document.ts';
import { hasControls } from '../../../src/lib/terminal-controls.ts';
import { fc } from '../../support/properties.ts';

const nasty = fc.constantFrom('\u001b', '\u007f', '\u009b', '\u0085', '\u2028', '\u202e', '\u200f');
const text = fc.string({ unit: fc.oneof(fc.string({ minLength: 1, maxLength: 1 }), nasty) });

describe('a YAML document', () => {
  it('holds any data, and nothing that a terminal would obey', () => {
    fc.assert(
      fc.property(fc.dictionary(text, fc.array(text)), (data) => {
        const written = writeDocument(data);

        expect(parse(written)).toEqual(data);
        expect(hasControls(written.replaceAll('\n', ''))).toBe(false);
      }),
    );
  });

  it('has lines of any length, and several of one text', () => {
    const long = 'word '.repeat(60).trim();

    expect(writeDocument({ long, lines: 'a\nb\n', again: { long } })).toBe(
      `long: ${long}\nlines: |\n  a\n  b\nagain:\n  long: ${long}\n`,
    );
  });
});
