import { describe, expect, it } from '@jest/globals';
import { escapeControls } from '../../../src/lib/terminal-controls.ts';
import { writeTable } from '../../../src/cli/write-table.ts';
import { fc } from '../../support/properties.ts';

describe('writeTable', () => {
  it('puts values below their titles', () => {
    const rows = [
      ['anna', '0oa1'],
      ['山田', '0oa2'],
      ['', '0oa3'],
    ];

    expect(writeTable(rows, { titles: ['USERNAME', 'CUSTOM_ID'], useColor: false })).toBe(
      'USERNAME  CUSTOM_ID\nanna      0oa1\n山田      0oa2\n          0oa3\n',
    );
  });

  it('has bold titles where colours are wanted, and nothing else', () => {
    expect(writeTable([['anna']], { titles: ['NAME'], useColor: true })).toBe(
      '\u001b[1mNAME\u001b[22m\nanna\n',
    );
  });

  it('is empty where there is nothing', () => {
    expect(writeTable([], { titles: null, useColor: false })).toBe('');
  });

  it('keeps to one line a row, and sends a terminal nothing that it would obey', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const written = writeTable([['x', text]], { titles: null, useColor: false });

        expect(written.indexOf('\n')).toBe(written.length - 1);
        // eslint-disable-next-line no-control-regex -- these are what is looked for
        expect(written.slice(0, -1)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
      }),
    );
  });
});

it('escapes what turns the direction of text', () => {
  expect(escapeControls('a\u001b[2J\u009b\u202eb')).toBe('a\\u001b[2J\\u009b\\u202eb');
});
