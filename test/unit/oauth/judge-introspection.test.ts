import { describe, expect, it } from '@jest/globals';
import { fc } from '../../support/properties.ts';
import { judgeIntrospection } from '../../../src/oauth/judge-introspection.ts';

const now = 1_800_000_000;
const rules = {
  nowMs: now * 1000,
  leewayMs: 5000,
  maxTokenAgeMs: null,
  issuer: 'https://idp.example',
  issuers: new Set(['https://idp.example', 'https://alias.example']),
};

function judge(body: unknown, status = 200, contentType: string | null = 'application/json') {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return judgeIntrospection({ status, contentType, body: text }, rules);
}

function reasonOf(judged: ReturnType<typeof judge>): string {
  return judged.kind === 'active' ? 'active' : judged.refusal.reason;
}

describe('judgeIntrospection', () => {
  it.each([
    ['inactive', { active: false }, 'token_inactive'],
    ['inactive, whatever else it says', { active: false, exp: 'x', iss: 5 }, 'token_inactive'],
    ['active', { active: true }, 'active'],
    ['active, by an alias', { active: true, iss: 'https://alias.example' }, 'active'],
    ['active, with members of any type', { active: true, aud: 5, scope: {}, cnf: [] }, 'active'],
    ['active as text', { active: 'true' }, 'idp_unavailable'],
    ['active as a number', { active: 1 }, 'idp_unavailable'],
    ['active null', { active: null }, 'idp_unavailable'],
    ['no active', { exp: now + 60 }, 'idp_unavailable'],
    ['inherited active', '{"__proto__":{"active":true}}', 'idp_unavailable'],
    ['a list', [{ active: true }], 'idp_unavailable'],
    ['text', '"active"', 'idp_unavailable'],
    ['truncated', '{"active":tr', 'idp_unavailable'],
    ['nothing', '', 'idp_unavailable'],
    ['too long', { active: true, x: 'x'.repeat(70_000) }, 'idp_unavailable'],
    ['exp ahead', { active: true, exp: now + 1 }, 'active'],
    ['exp now, within the leeway', { active: true, exp: now }, 'active'],
    ['exp one second before the leeway ends', { active: true, exp: now - 4 }, 'active'],
    ['exp exactly where the leeway ends', { active: true, exp: now - 5 }, 'token_expired'],
    ['exp zero', { active: true, exp: 0 }, 'token_expired'],
    ['exp negative', { active: true, exp: -1 }, 'token_expired'],
    ['exp as digits', { active: true, exp: String(now + 60) }, 'token_expired'],
    ['exp null', { active: true, exp: null }, 'token_expired'],
    ['exp as a list', { active: true, exp: [now + 60] }, 'token_expired'],
    ['exp true', { active: true, exp: true }, 'token_expired'],
    ['exp beyond all numbers', '{"active":true,"exp":1e999}', 'token_expired'],
    ['nbf at the leeway', { active: true, nbf: now + 5 }, 'active'],
    ['nbf beyond the leeway', { active: true, nbf: now + 6 }, 'token_not_yet_valid'],
    ['nbf as digits', { active: true, nbf: '0' }, 'token_not_yet_valid'],
    ['nbf null', { active: true, nbf: null }, 'token_not_yet_valid'],
    ['iss of another', { active: true, iss: 'https://evil.example' }, 'token_issuer_mismatch'],
    ['iss with a slash', { active: true, iss: 'https://idp.example/' }, 'token_issuer_mismatch'],
    ['iss null', { active: true, iss: null }, 'token_issuer_mismatch'],
    ['iss as a list', { active: true, iss: ['https://idp.example'] }, 'token_issuer_mismatch'],
  ])('answers to %s: %s → %s', (_name, body, reason) => {
    expect(reasonOf(judge(body))).toBe(reason);
  });

  it.each([201, 204, 301, 302, 400, 401, 403, 404, 429, 500, 503])(
    'cannot tell from status %d, whatever the body says',
    (status) => {
      expect(reasonOf(judge({ active: true }, status))).toBe('idp_unavailable');
      expect(reasonOf(judge({ active: false }, status))).toBe('idp_unavailable');
    },
  );

  it.each([
    ['application/json', 'active'],
    ['application/json; charset=utf-8', 'active'],
    ['Application/JSON;charset=UTF-8', 'active'],
    ['text/html', 'idp_unavailable'],
    ['text/plain', 'idp_unavailable'],
    ['application/jsonp', 'idp_unavailable'],
    ['application/token-introspection+jwt', 'idp_unavailable'],
    [null, 'idp_unavailable'],
  ])('under the media type %s → %s', (contentType, expected) => {
    expect(reasonOf(judge({ active: true }, 200, contentType))).toBe(expected);
  });

  it('gives the claims as they came, the issuer, and the times in milliseconds', () => {
    const body = { active: true, exp: now + 60, nbf: now - 60, cnf: { jkt: 'x' }, aud: ['a'] };

    expect(judge(body)).toEqual({
      kind: 'active',
      issuer: 'https://idp.example',
      claims: body,
      validity: { expiresAt: (now + 60) * 1000, notBefore: (now - 60) * 1000 },
      keyId: null,
    });
  });

  it('finds a token active only where a JSON object says so literally', () => {
    fc.assert(
      fc.property(fc.json(), fc.integer({ min: 200, max: 599 }), (body, status) => {
        const judged = judge(body, status);
        const parsed: unknown = JSON.parse(body);
        const says =
          typeof parsed === 'object' &&
          parsed !== null &&
          Object.getOwnPropertyDescriptor(parsed, 'active')?.value === true;
        expect(judged.kind === 'active' && !(status === 200 && says)).toBe(false);
      }),
    );
  });

  it('never throws and never denies for an answer without a boolean active', () => {
    const odd = fc.record({ active: fc.jsonValue().filter((value) => typeof value !== 'boolean') });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          odd.map((each) => JSON.stringify(each)),
        ),
        (body) => {
          expect(reasonOf(judge(body))).toBe('idp_unavailable');
        },
      ),
    );
  });
});
