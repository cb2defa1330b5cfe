import { describe, expect, it } from '@jest/globals';
import { revocableText } from '../../../src/lib/revocable-text.ts';
import { fc } from '../../support/properties.ts';
import { createSigningKey, signText } from '../../support/fake-provider.ts';
import { mirrorSignature, respellEnd } from '../../support/respellings.ts';

const encode = (text: string) => Buffer.from(text).toString('base64url');
const jwe = `${encode('{"alg":"dir","enc":"A256GCM"}')}..${encode('iv')}.${encode('text')}.${encode('tag!')}`;

describe('what of a token is revoked', () => {
  it.each(['RS256', 'PS256', 'ES256', 'EdDSA'])('is what %s signed', async (alg) => {
    const key = await createSigningKey(alg, 'key-1');
    const token = await signText('{"sub":"ann"}', { kid: 'key-1' }, key);
    const signed = token.slice(0, token.lastIndexOf('.'));
    const spellings = respellEnd(token);

    expect(spellings.length).toBeGreaterThan(0);
    const ends = ['=', '==', '+', '/', '.', '.more', '.a.b.c'].map((end) => token + end);
    for (const text of [token, ...spellings, ...ends, `${signed}.other`]) {
      expect(revocableText(text)).toBe(signed);
    }
  });

  it('is the same for either signature of ECDSA', async () => {
    const key = await createSigningKey('ES256', 'key-1');
    const token = await signText('{"sub":"ann"}', { kid: 'key-1' }, key);

    expect(mirrorSignature(token)).not.toBe(token);
    expect(revocableText(mirrorSignature(token))).toBe(revocableText(token));
  });

  it('is all of an encrypted token, however it is spelt', () => {
    const spellings = respellEnd(jwe);

    expect(spellings.length).toBeGreaterThan(0);
    for (const text of [jwe, ...spellings, `${jwe}=`]) expect(revocableText(text)).toBe(jwe);
    expect(revocableText(jwe.replace(encode('text'), encode('TEXT')))).not.toBe(jwe);
  });

  it.each([
    'mF_9.B5f-4.1JqM+/=',
    'v4.public.eyJzdWIiOiJhbm4ifQ',
    'opaque',
    'a.b',
    `${encode('[]')}.b.c`,
    `${encode('null')}.b.c`,
    `${encode('{}')}.b`,
    '',
    '..',
  ])('is the whole of what is neither: %s', (token) => {
    expect(revocableText(token)).toBe(token);
  });

  it('tells tokens with other claims apart', () => {
    const header = encode('{"alg":"RS256"}');
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, other) => {
        const [text, same] = [one, other].map((payload) =>
          revocableText(`${header}.${encode(payload)}.c2ln`),
        );
        expect(text === same).toBe(encode(one) === encode(other));
      }),
    );
  });
});
