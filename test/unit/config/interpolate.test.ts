import { describe, expect, it } from '@jest/globals';
import { fc } from '../../support/properties.ts';
import { interpolate } from '../../../src/config/interpolate.ts';

const env = { A: 'a', EMPTY: '', TRICKY: '${A}"\n- x: {y}' };

describe('interpolate', () => {
  it.each([
    ['a variable', '${A}', 'a'],
    ['a variable inside a text', 'x-${A}-${A}', 'x-a-a'],
    ['a default that is not needed', '${A:-b}', 'a'],
    ['a default of an unset variable', '${B:-b c}', 'b c'],
    ['a default of an empty variable', '${EMPTY:-b}', 'b'],
    ['an empty default', 'x${B:-}', 'x'],
    ['an empty variable', 'x${EMPTY}', 'x'],
    ['an escape', '$${A} $${', '${A} ${'],
    ['dollars that mean nothing', '$A $$ a$', '$A $$ a$'],
    ['a variable that looks like YAML and like a variable', '${TRICKY}', env.TRICKY],
  ])('puts in %s', (_, text, expected) => {
    expect(interpolate({ a: [text] }, env)).toEqual({ value: { a: [expected] }, problems: [] });
  });

  it.each([
    ['an unset variable', '${B}', 'the environment has no variable B'],
    [
      'a name that every object has',
      '${constructor}',
      'the environment has no variable constructor',
    ],
    ['no name', '${}', 'expected ${VAR} or ${VAR:-default}; $${ stands for ${ itself'],
    ['an open end', 'a${A', 'expected ${VAR} or ${VAR:-default}; $${ stands for ${ itself'],
    ['another name', '${1A}', 'expected ${VAR} or ${VAR:-default}; $${ stands for ${ itself'],
    ['another operator', '${A:?x}', 'expected ${VAR} or ${VAR:-default}; $${ stands for ${ itself'],
  ])('reports %s and leaves it as it is', (_, text, message) => {
    expect(interpolate({ a: [1, text] }, env)).toEqual({
      value: { a: [1, text] },
      problems: [{ path: ['a', 1], message }],
    });
  });

  it('leaves keys, numbers and other values alone', () => {
    const value = { '${A}': 1, b: null, c: [true, 1.5] };
    expect(interpolate(value, env)).toEqual({ value, problems: [] });
  });

  it('brings any text through a variable unchanged, as one string', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (text, around) => {
        fc.pre(!around.includes('$'));
        const { value, problems } = interpolate(`${around}\${V}${around}`, { V: text });
        expect([value, problems]).toEqual([`${around}${text}${around}`, []]);
      }),
    );
  });

  it('brings any text through an escape unchanged', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('$', '{', '}', 'A', ':-') }), (text) => {
        const escaped = text.replaceAll('${', () => '$${');
        expect(interpolate(escaped, env)).toEqual({ value: text, problems: [] });
      }),
    );
  });
});
