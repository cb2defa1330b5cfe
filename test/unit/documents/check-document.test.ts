import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { checkDocument, problemAt } from '../../../src/documents/check-document.ts';
import { parseDocument } from '../../../src/documents/parse-document.ts';
import { formatProblem } from '../../../src/documents/problem.ts';

const schema = z.strictObject({
  name: z.string().min(2).max(5).optional(),
  level: z.enum(['low', 'high']).optional(),
  mode: z.literal('fast').optional(),
  count: z.int().min(1).max(9).optional(),
  parts: z
    .array(z.strictObject({ id: z.string(), tags: z.array(z.string()).min(1).optional() }))
    .optional(),
  path: z.union([z.string(), z.array(z.string())]).optional(),
  form: z
    .union([z.strictObject({ a: z.string() }), z.strictObject({ b: z.number(), c: z.number() })])
    .optional(),
  later: z.never({ error: 'not available in this version' }).optional(),
});

function check(text: string): unknown {
  const document = parseDocument(text, 'a.yaml');
  const checked = document.ok ? checkDocument(document.value, schema) : document;
  return checked.ok ? checked.value : checked.stop.map(formatProblem);
}

describe('checkDocument', () => {
  it('gives what the schema makes of the document', () => {
    expect(check('name: abc\nparts: [{ id: x }]')).toEqual({ name: 'abc', parts: [{ id: 'x' }] });
  });

  it.each([
    ['an empty document', '', ['a.yaml:1:1: expected a mapping, found nothing']],
    ['a list', '- a', ['a.yaml:1:1: expected a mapping, found a list']],
    ['a wrong type', 'name: 5', ['a.yaml:1:7: name: expected a string, found a number']],
    ['a boolean', 'name: true', ['a.yaml:1:7: name: expected a string, found true']],
    [
      'a key without a value',
      'count: 1\nname:\n',
      ['a.yaml:2:1: name: expected a string, found nothing'],
    ],
    [
      'a missing key',
      'parts:\n  - tags: [a]\n',
      ['a.yaml:2:5: parts[0].id: required; expected a string'],
    ],
    ['a short string', 'name: a', ['a.yaml:1:7: name: expected at least 2 characters']],
    ['a long string', 'name: abcdef', ['a.yaml:1:7: name: expected at most 5 characters']],
    ['a small number', 'count: 0', ['a.yaml:1:8: count: expected a number of at least 1']],
    ['a large number', 'count: 10', ['a.yaml:1:8: count: expected a number of at most 9']],
    ['a fraction', 'count: 1.5', ['a.yaml:1:8: count: expected a whole number, found a number']],
    ['not a number', 'count: .nan', ['a.yaml:1:8: count: expected a number, found NaN']],
    [
      'an empty list',
      'parts: [{ id: a, tags: [] }]',
      ['a.yaml:1:24: parts[0].tags: expected at least 1 item'],
    ],
    ['a wrong word', 'level: xyz', ['a.yaml:1:8: level: expected one of: low, high']],
    [
      'a nearly right word',
      'level: hgh',
      ['a.yaml:1:8: level: expected one of: low, high; did you mean "high"?'],
    ],
    ['another constant', 'mode: slow', ['a.yaml:1:7: mode: expected fast']],
    ['no form of several', 'path: 5', ['a.yaml:1:7: path: none of the accepted forms fits']],
    [
      'the nearest of several forms',
      'path: [a, 5]',
      ['a.yaml:1:11: path[1]: expected a string, found a number'],
    ],
    ['a key of a later version', 'later: 1', ['a.yaml:1:8: later: not available in this version']],
  ])('tells %s', (_, text, problems) => {
    expect(check(text)).toEqual(problems);
  });

  it.each([
    [
      'with the key that was meant',
      'nam: a',
      ['a.yaml:1:1: nam: unknown key "nam"; did you mean "name"?'],
    ],
    [
      'with the known keys, but not those of a later version',
      'parts:\n  - id: a\n    latter: 1\n',
      ['a.yaml:3:5: parts[0].latter: unknown key "latter"; expected one of: id, tags'],
    ],
    [
      'that a prototype has',
      'constructor: 1',
      [
        'a.yaml:1:1: constructor: unknown key "constructor"; expected one of: name, level, mode, count, parts, path, form',
      ],
    ],
    [
      'that is no plain word',
      'parts: [{ id: a, "a.b": 1 }]',
      ['a.yaml:1:18: parts[0]["a.b"]: unknown key "a.b"; expected one of: id, tags'],
    ],
  ])('tells an unknown key %s', (_, text, problems) => {
    expect(check(text)).toEqual(problems);
  });

  it('tells everything at once, in the order of the text', () => {
    expect(check('zzz: 1\nname: 5\nparts:\n  - x: 1\n  - id: 2\n')).toEqual([
      expect.stringMatching(/^a\.yaml:1:1: zzz: unknown key/),
      'a.yaml:2:7: name: expected a string, found a number',
      'a.yaml:4:5: parts[0].id: required; expected a string',
      'a.yaml:4:5: parts[0].x: unknown key "x"; expected one of: id, tags',
      'a.yaml:5:9: parts[1].id: expected a string, found a number',
    ]);
  });

  it('never quotes a value', () => {
    const text =
      'name: hunter2\nlevel: hunter2\nmode: hunter2\ncount: hunter2\nparts: hunter2\npath: {a: hunter2}\nlater: hunter2';
    expect(check(text)).toHaveLength(7);
    expect(JSON.stringify(check(text))).not.toContain('hunter2');
  });

  it('follows aliases to the place of a value', () => {
    expect(check('parts:\n  - &p { id: 5 }\n  - *p\n')).toEqual([
      'a.yaml:2:14: parts[0].id: expected a string, found a number',
      'a.yaml:2:14: parts[1].id: expected a string, found a number',
    ]);
  });
});

describe('problemAt', () => {
  const document = parseDocument('a:\n  bb: [x, y]\n', 'a.yaml');

  it.each([
    ['a value', ['a', 'bb', 1], 'value', 'a.yaml:2:11: a.bb[1]: m'],
    ['a key', ['a', 'bb'], 'key', 'a.yaml:2:3: a.bb: m'],
    ['the last part that exists', ['a', 'bb', 7, 'z'], 'value', 'a.yaml:2:7: a.bb[7].z: m'],
    ['the document', [], 'value', 'a.yaml:1:1: m'],
  ] as const)('finds %s', (_, path, part, expected) => {
    expect(document.ok && formatProblem(problemAt(document.value, path, 'm', part))).toBe(expected);
  });
});
