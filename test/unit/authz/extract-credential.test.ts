import { describe, expect, it } from '@jest/globals';
import { fc } from '../../support/properties.ts';
import { extractCredential } from '../../../src/authz/extract-credential.ts';
import { headersOf, policyOf, requestOf } from '../../support/builders.ts';

function extract(...values: string[]) {
  const headers = headersOf(...values.map((value) => ['authorization', value] as const));
  return extractCredential(requestOf({ headers }), policyOf());
}

describe('extracts', () => {
  it.each([
    ['Bearer abc.def', 'abc.def'],
    ['bearer abc', 'abc'],
    ['BEARER   abc==', 'abc=='],
    ['Bearer a-._~+/9=', 'a-._~+/9='],
  ])('%s', (value, token) => {
    expect(extract(value)).toMatchObject({
      ok: true,
      value: { kind: 'token', scheme: 'bearer', token },
    });
  });

  it('any b64token after Bearer', () => {
    const token = fc.stringMatching(/^[A-Za-z0-9\-._~+/]+=*$/);
    fc.assert(
      fc.property(token, (text) => {
        expect(extract(`Bearer ${text}`)).toMatchObject({ ok: true, value: { token: text } });
      }),
    );
  });
});

describe('refuses', () => {
  it.each<[string, string[], string]>([
    ['no header', [], 'credential_missing'],
    ['a method that is off', ['Basic YTpi'], 'credential_missing'],
    ['an unknown scheme', ['Digest username="a", realm="b"'], 'credential_missing'],
    ['a scheme that only begins alike', ['Bearers abc'], 'credential_missing'],
    ['an empty header', [''], 'credential_malformed'],
    ['blanks', ['  '], 'credential_malformed'],
    ['no token', ['Bearer'], 'credential_malformed'],
    ['no token after the blank', ['Bearer '], 'credential_malformed'],
    ['two words', ['Bearer a b'], 'credential_malformed'],
    ['a tab after the scheme', ['Bearer\ta'], 'credential_malformed'],
    ['a tab after a scheme that is off', ['Basic\tYTpi'], 'credential_malformed'],
    ['a colon after the scheme', ['bearer:a'], 'credential_malformed'],
    ['a quote', ['Bearer "a"'], 'credential_malformed'],
    ['a line break', ['Bearer a\nb'], 'credential_malformed'],
    ['a NUL', ['Bearer a\u0000'], 'credential_malformed'],
    ['other letters', ['Bearer жетон'], 'credential_malformed'],
    ['two headers', ['Bearer a', 'Bearer a'], 'credential_ambiguous'],
    ['two merged headers', ['Bearer a,Bearer b'], 'credential_ambiguous'],
    ['two merged headers with a blank', ['Bearer a, Bearer b'], 'credential_ambiguous'],
    ['two schemes', ['Basic YTpi,Bearer b'], 'credential_ambiguous'],
    [
      'a scheme that is off before one that is on',
      ['Digest a=b, Bearer c'],
      'credential_ambiguous',
    ],
    ['a comma in the token', ['Bearer a,b'], 'credential_ambiguous'],
    ['our scheme after several commas', ['Digest a=b, c=d, Bearer e'], 'credential_ambiguous'],
  ])('%s', (_name, values, reason) => {
    expect(extract(...values)).toMatchObject({ ok: false, stop: { reason } });
  });

  it.each([`${'\u00a0'.repeat(60_000)}x`, ','.repeat(60_000), `Bearer ${' '.repeat(60_000)},x`])(
    'the longest header in one pass (%#)',
    (value) => {
      // Quadratic work on 60,000 characters takes seconds, which the time limit of a test notices.
      for (let round = 0; round < 20; round += 1) expect(extract(value).ok).toBe(false);
    },
  );

  it('anything else, without ever throwing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const credential = extract(value);
        if (credential.ok) expect(value.toLowerCase()).toMatch(/^bearer +\S+$/);
      }),
    );
  });
});
