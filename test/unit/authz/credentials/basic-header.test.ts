import { describe, expect, it } from '@jest/globals';
import { fc } from '../../../support/properties.ts';
import { extractCredential } from '../../../../src/authz/extract-credential.ts';
import type { GrantPlan } from '../../../../src/authz/policy.ts';
import { grantOf, headersOf, policyOf, requestOf } from '../../../support/builders.ts';

function extract(value: string, basicDecoding: GrantPlan['basicDecoding'] = 'auto') {
  const headers = headersOf(['authorization', value]);
  return extractCredential(requestOf({ headers }), policyOf({ grant: grantOf({ basicDecoding }) }));
}

function encode(text: string | Uint8Array) {
  return Buffer.from(text).toString('base64');
}

function pairOf(text: string, basicDecoding?: GrantPlan['basicDecoding']) {
  const credential = extract(`Basic ${encode(text)}`, basicDecoding);
  return credential.ok ? credential.value : credential.stop.reason;
}

describe('takes a pair', () => {
  it.each([
    ['as curl writes it', `Basic ${encode('id:secret')}`, 'id', 'secret'],
    ['with a scheme of another case', `bAsIc   ${encode('id:secret')}`, 'id', 'secret'],
    ['without its padding', 'Basic aWQ6c2VjcmV0cw', 'id', 'secrets'],
    ['without one of padding', 'Basic aWQ6c2VjcmU', 'id', 'secre'],
    ['with colons in the secret', `Basic ${encode('id:a:b:')}`, 'id', 'a:b:'],
    ['with blanks', `Basic ${encode(' id : x ')}`, ' id ', ' x '],
    ['in UTF-8', `Basic ${encode('użytkownik:hasło€')}`, 'użytkownik', 'hasło€'],
    ['with a byte order mark', `Basic ${encode('\ufeffid:x')}`, '\ufeffid', 'x'],
    ['as long as may be', `Basic ${encode(`id:${'x'.repeat(4094)}`)}`, 'id', 'x'.repeat(4094)],
  ])('%s', (_name, value, id, secret) => {
    expect(extract(value)).toEqual({
      ok: true,
      value: {
        kind: 'pair',
        pair: { id, secret },
        alternative: null,
        place: { kind: 'header', name: 'authorization' },
      },
    });
  });

  it('whatever is in it, as it was written', () => {
    const text = fc
      .string({ unit: 'grapheme', minLength: 1 })
      // eslint-disable-next-line no-control-regex
      .filter((value) => !/[\u0000-\u001f\u007f]/.test(value));
    const id = text.filter((value) => !value.includes(':'));
    fc.assert(
      fc.property(id, text, fc.boolean(), (name, secret, padded) => {
        const base64 = encode(`${name}:${secret}`);
        const value = `Basic ${padded ? base64 : base64.replace(/=+$/, '')}`;

        expect(extract(value, 'raw')).toMatchObject({
          value: { pair: { id: name, secret }, alternative: null },
        });
      }),
    );
  });
});

describe('refuses', () => {
  it.each([
    ['nothing', 'Basic'],
    ['nothing after the blank', 'Basic '],
    ['what is not base64', 'Basic id:secret'],
    ['base64 for URLs', 'Basic aWQ6_-__'],
    ['two words', 'Basic aWQ6 c2VjcmV0'],
    ['a blank at the end', `Basic ${encode('id:secret')} `],
    ['a line break', `Basic ${encode('id:secret')}\n`],
    ['a letter too many', 'Basic aWQ6c2Vjc'],
    ['half its padding', 'Basic aWQ6c2VjcmV0cw='],
    ['too much padding', 'Basic aWQ6c2VjcmV0cw==='],
    ['padding that is not needed', 'Basic aWQ6c2VjcmV0='],
    ['padding in the middle', 'Basic aWQ=OmE='],
    ['bits that stand for nothing', 'Basic aWQ6c2VjcmV0cx'],
    ['no colon', `Basic ${encode('idsecret')}`],
    ['no id', `Basic ${encode(':secret')}`],
    ['no secret', `Basic ${encode('id:')}`],
    ['a line break in the secret', `Basic ${encode('id:secret\n')}`],
    ['a NUL in the id', `Basic ${encode('id\u0000:secret')}`],
    ['a DEL in the secret', `Basic ${encode('id:secret\u007f')}`],
    ['what is not UTF-8', `Basic ${encode(Buffer.from('id:caf\u00e9', 'latin1'))}`],
    ['an overlong form', `Basic ${encode(Buffer.from([0x61, 0x3a, 0xc0, 0xaf]))}`],
    ['half of a letter', `Basic ${encode(Buffer.from([0x61, 0x3a, 0xed, 0xa0, 0x80]))}`],
    ['a byte too many', `Basic ${encode(`id:${'x'.repeat(4095)}`)}`],
    ['many bytes too many', `Basic ${'QUFB'.repeat(15_000)}`],
  ])('%s', (_name, value) => {
    expect(extract(value)).toMatchObject({
      ok: false,
      stop: { kind: 'deny', reason: 'credential_malformed' },
    });
  });

  it.each([
    ['two', `Basic ${encode('a:b')},Basic ${encode('c:d')}`],
    ['another scheme beside it', `Basic ${encode('a:b')}, Bearer x`],
  ])('%s', (_name, value) => {
    expect(extract(value)).toMatchObject({ stop: { reason: 'credential_ambiguous' } });
  });

  it('anything else, without ever throwing, and keeping it out of the log', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 20 }), (bytes) => {
        const base64 = encode(bytes);
        const read = extract(`Basic ${base64}`);

        if (!read.ok) expect(read.stop.detail).not.toContain(base64);
      }),
    );
  });
});

it.each([
  ['no pairs are taken', null],
  ['the header is off', grantOf({ places: new Set(['query']) })],
])('is not looked at where %s', (_name, grant) => {
  const headers = headersOf(['authorization', 'Basic !']);

  expect(extractCredential(requestOf({ headers }), policyOf({ grant }))).toMatchObject({
    stop: { reason: 'credential_missing' },
  });
});

describe('form encoding', () => {
  it.each([
    ['a plus sign', 'a+b:c', 'a b', 'c'],
    ['an escape in the id', 'a%3Ab:c', 'a:b', 'c'],
    ['an escape in the secret', 'a:c%2b%C3%A9', 'a', 'c+é'],
  ])('is tried second for %s', (_name, text, id, secret) => {
    const [rawId, rawSecret] = text.split(':');

    expect(pairOf(text, 'auto')).toMatchObject({
      pair: { id: rawId, secret: rawSecret },
      alternative: { id, secret },
    });
    expect(pairOf(text, 'form')).toMatchObject({ pair: { id, secret }, alternative: null });
    expect(pairOf(text, 'raw')).toMatchObject({
      pair: { id: rawId, secret: rawSecret },
      alternative: null,
    });
  });

  it.each([
    ['nothing is encoded', 'a:b'],
    ['a percent sign stands alone', 'a:100%'],
    ['an escape is none', 'a:%zz'],
    ['one of the escapes is none', 'a:%41%'],
    ['what is encoded is not UTF-8', 'a:%ff'],
    ['what is encoded is a control character', 'a:b%0a'],
  ])('is not tried where %s', (_name, text) => {
    expect(pairOf(text, 'auto')).toMatchObject({ kind: 'pair', alternative: null });
  });

  it.each(['a:100%', 'a:%ff', 'a:b%0a', '%00:b'])('is required where it is on: %s', (text) => {
    expect(pairOf(text, 'form')).toBe('credential_malformed');
  });
});
