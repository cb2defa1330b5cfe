import { describe, expect, it } from '@jest/globals';
import { fc } from '../../support/properties.ts';
import { classifyToken, peekIssuer } from '../../../src/oauth/classify-token.ts';

const encode = (text: string) => Buffer.from(text).toString('base64url');

describe('classifyToken', () => {
  it.each([
    ['a signed JWT', `${encode('{"alg":"RS256"}')}.${encode('{"iss":"x"}')}.c2ln`, 'jwt'],
    ['an unsigned JWT', `${encode('{"alg":"none"}')}.${encode('{}')}.`, 'jwt'],
    ['a JWT whose payload is no JSON', `${encode('{}')}.%%%`, 'opaque'],
    ['a JWE of five parts', `${encode('{"alg":"dir"}')}.a.b.c.d`, 'opaque'],
    ['three parts without a header', 'a.b.c', 'opaque'],
    ['a header that is a list', `${encode('[]')}.${encode('{}')}.c`, 'opaque'],
    ['a header that is null', `${encode('null')}.${encode('{}')}.c`, 'opaque'],
    ['a random string', 'mF_9.B5f-4.1JqM+/=', 'opaque'],
    ['nothing', '', 'opaque'],
    ['dots', '..', 'opaque'],
  ])('takes %s as it is', (_name, token, kind) => {
    expect(classifyToken(token).kind).toBe(kind);
  });

  it('never throws, and whatever is a JWT has a header', () => {
    const part = fc.oneof(fc.string(), fc.json().map(encode), fc.base64String());
    const token = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(part, { maxLength: 6 }).map((parts) => parts.join('.')),
    );
    fc.assert(
      fc.property(token, (text) => {
        const shape = classifyToken(text);
        if (shape.kind === 'opaque') expect(peekIssuer(shape)).toBeNull();
        else expect(typeof shape.header).toBe('object');
      }),
    );
  });
});

describe('peekIssuer', () => {
  it.each([
    ['{"iss":"https://a.example"}', 'https://a.example'],
    ['{"iss":["https://a.example"]}', null],
    ['{"iss":null}', null],
    ['{"__proto__":{"iss":"https://a.example"}}', null],
    ['{}', null],
    ['[]', null],
    ['not json', null],
  ])('of %s is %s', (payload, expected) => {
    const token = `${encode('{"alg":"RS256"}')}.${encode(payload)}.c2ln`;

    expect(peekIssuer(classifyToken(token))).toBe(expected);
  });
});
