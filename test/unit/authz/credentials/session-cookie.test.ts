import { describe, expect, it } from '@jest/globals';
import { extractCredential } from '../../../../src/authz/extract-credential.ts';
import {
  grantOf,
  headersOf,
  policyOf,
  requestOf,
  sessionPolicyOf,
} from '../../../support/builders.ts';

const policy = policyOf({ session: sessionPolicyOf({ cookieName: 'sid' }), grant: grantOf() });

function extract(cookie: string, ...authorization: readonly string[]) {
  const headers = headersOf(
    ['cookie', cookie],
    ...authorization.map((value) => ['authorization', value] as const),
  );
  return extractCredential(requestOf({ headers }), policy);
}

describe('a session cookie', () => {
  it.each<[string, string, string[]]>([
    ['alone', 'a=1; sid=sealed', []],
    ['beside a scheme that is off', 'sid=sealed', ['Negotiate abc']],
  ])('is the credential: %s', (_name, cookie, authorization) => {
    expect(extract(cookie, ...authorization)).toEqual({
      ok: true,
      value: { kind: 'session', cookie: 'sealed', place: { kind: 'cookie', name: 'sid' } },
    });
  });

  it.each([
    ['Bearer abc', 'token'],
    ['Basic YTpi', 'pair'],
  ])('gives way to another credential: %s', (value, kind) => {
    expect(extract('sid=sealed', value)).toMatchObject({ ok: true, value: { kind } });
    expect(extract('sid=sealed; sid=tossed', value)).toMatchObject({ ok: true, value: { kind } });
  });

  it('gives way to one that is malformed, too', () => {
    expect(extract('sid=sealed', 'Bearer a b')).toMatchObject({
      stop: { reason: 'credential_malformed' },
    });
  });

  it.each(['sid=sealed; sid=tossed', 'sid=same; sid=same', 'sid=', 'sid=""'])(
    'is one that cannot be valid: %s',
    (cookie) => {
      expect(extract(cookie)).toMatchObject({ ok: true, value: { kind: 'session', cookie: '' } });
    },
  );

  it.each(['a=1', 'SID=sealed', 'sid'])('is none: %s', (cookie) => {
    expect(extract(cookie)).toMatchObject({ stop: { reason: 'credential_missing' } });
  });

  it('is not looked at where sessions are off', () => {
    const headers = headersOf(['cookie', 'sid=sealed']);

    expect(extractCredential(requestOf({ headers }), policyOf())).toMatchObject({
      stop: { reason: 'credential_missing' },
    });
  });
});
