import { describe, expect, it } from '@jest/globals';
import { fc } from '../../support/properties.ts';
import { parseDocument } from '../../../src/documents/parse-document.ts';
import { formatProblem } from '../../../src/documents/problem.ts';

function read(text: string): unknown {
  const parsed = parseDocument(text, 'a.yaml');
  return parsed.ok ? parsed.value.value : parsed.stop.map(formatProblem);
}

/** `depth` lists of nine, each of nine times the one before. */
function writeAliasBomb(depth: number): string {
  const lines = ['l0: &l0 [x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level <= depth; level += 1) {
    const items = Array.from({ length: 9 }, () => `*l${level - 1}`).join(', ');
    lines.push(`l${level}: &l${level} [${items}]`);
  }
  return lines.join('\n');
}

describe('parseDocument', () => {
  it.each([
    ['an empty text', '', null],
    ['a comment alone', '# nothing\n', null],
    ['a mapping', 'a: 1\nb: [x, true, null, 1.5]\n', { a: 1, b: ['x', true, null, 1.5] }],
    ['JSON', '{"a": {"b": [1, "2"]}}', { a: { b: [1, '2'] } }],
    ['words that YAML 1.1 takes for booleans', 'a: [no, on, y]', { a: ['no', 'on', 'y'] }],
    ['numbers as keys', '1: a', { 1: 'a' }],
    ['aliases', 'a: &x { b: 1 }\nc: *x', { a: { b: 1 }, c: { b: 1 } }],
    ['a merge key as a plain key', 'a: { <<: 1 }', { a: { '<<': 1 } }],
    ['names of a prototype', 'constructor: 1\ntoString: 2', { constructor: 1, toString: 2 }],
    ['a byte order mark', '\ufeffa: 1', { a: 1 }],
    ['line breaks of any system', 'a: 1\r\nb: 2\r\n', { a: 1, b: 2 }],
    ['the YAML 1.2 directive', '%YAML 1.2\n---\na: 1', { a: 1 }],
  ])('reads %s', (_, text, value) => {
    expect(read(text)).toEqual(value);
  });

  it.each([
    ['a duplicate key', 'a: 1\nb:\n  c: 1\n  c: 2\n', ['a.yaml:4:3: b.c: duplicate key']],
    ['a duplicate key in a flow', '{a: 1, a: 2}', ['a.yaml:1:8: a: duplicate key']],
    ['__proto__', 'a: { __proto__: 1 }', ['a.yaml:1:6: a.__proto__: unknown key "__proto__"']],
    ['several documents', 'a: 1\n---\nb: 2', ['a.yaml:2:1: expected one document, found several']],
    ['YAML 1.1', '%YAML 1.1\n---\na: no', ['a.yaml:1:1: expected YAML 1.2']],
    [
      'an unknown tag, which may be a secret',
      'a: !hunter2 x',
      ['a.yaml:1:4: unknown tag; a string that begins with "!" needs quotes'],
    ],
    [
      'binary data',
      'a: !!binary aGk=',
      ['a.yaml:1:4: unknown tag; a string that begins with "!" needs quotes'],
    ],
    [
      'an unknown escape',
      String.raw`a: "\q"`,
      ['a.yaml:1:5: unknown escape sequence in a string in double quotes'],
    ],
    ['an unknown alias', 'a: *x', ['a.yaml:1:4: a: no value before this has that anchor']],
    [
      'a value inside itself',
      'a: &x [1, *x]',
      ['a.yaml:1:11: a[1]: no value before this has that anchor'],
    ],
    ['NUL', 'a: 1\nb: \u0000', ['a.yaml:2:4: control character U+0000 in the text']],
    ['ESC', '\u001b[0m', ['a.yaml:1:1: control character U+001B in the text']],
    ['bytes that are not UTF-8', 'a: \ufffd', ['a.yaml:1:4: expected UTF-8 text']],
  ])('refuses %s', (_, text, problems) => {
    expect(read(text)).toEqual(problems);
  });

  it('tells every error of a text at once, in the order of the text', () => {
    expect(read('a: 1\na: *x\nb: !y 1\nb: 2\n')).toEqual([
      'a.yaml:2:1: a: duplicate key',
      'a.yaml:3:4: unknown tag; a string that begins with "!" needs quotes',
      'a.yaml:4:1: b: duplicate key',
    ]);
  });

  it('never quotes the text in a message of the parser', () => {
    const text = 'a: "hunter2" "hunter2"\nb: |hunter2\n  x\nc: [hunter2 "hunter2"\n@hunter2';
    expect(JSON.stringify(read(text))).not.toContain('hunter2');
  });

  it('stops aliases that repeat too much, at the alias that does', () => {
    expect(read(writeAliasBomb(12))).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^a\.yaml:\d+:\d+: l\d.*: aliases repeat too many values$/),
      ]),
    );
  });

  it('lets a file repeat a part of itself a few times', () => {
    const text = `a: &x [1, 2]\n${Array.from({ length: 50 }, (_, i) => `b${i}: *x`).join('\n')}`;
    expect(read(text)).toMatchObject({ b49: [1, 2] });
  });

  it('refuses nesting that is too deep, however deep', () => {
    for (const depth of [65, 20_000]) {
      expect(read('['.repeat(depth) + ']'.repeat(depth))).toEqual(
        expect.arrayContaining([expect.stringContaining('nested too deeply')]),
      );
    }
  });

  it('counts lines from where a piece of a file begins', () => {
    const parsed = parseDocument('a: 1\na: 2', 'a.yaml', { firstLine: 100 });
    expect(parsed.ok ? [] : parsed.stop.map(formatProblem)).toEqual([
      'a.yaml:101:1: a: duplicate key',
    ]);
  });

  it('never throws, and gives a value or at least one problem', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: yamlUnit })),
        (text) => {
          const parsed = parseDocument(text, 'a.yaml');
          expect(parsed.ok || parsed.stop.length > 0).toBe(true);
        },
      ),
    );
  });

  it('reads back whatever JSON can hold', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const text = JSON.stringify(value);
        fc.pre(!/__proto__|[\u007f-\u009f\ufffd-\uffff]/.test(text));
        expect(read(text)).toEqual(JSON.parse(text));
      }),
    );
  });
});

const yamlUnit = fc.constantFrom(
  ...'ab1:-?[]{},&*!|>\'"%@`#~<= \n\t\\.'.split(''),
  '---\n',
  ': ',
  '- ',
);
