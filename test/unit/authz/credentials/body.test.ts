import { describe, expect, it } from '@jest/globals';
import { fc } from '../../../support/properties.ts';
import { extractCredential } from '../../../../src/authz/extract-credential.ts';
import type { RequestBody } from '../../../../src/authz/request.ts';
import { grantOf, headersOf, policyOf, requestOf } from '../../../support/builders.ts';

const form = 'application/x-www-form-urlencoded';
const json = 'application/json';

function bodyOf(text: string | null, partial = false): RequestBody {
  return { partial, text: () => text };
}

const policy = policyOf({
  tokenPlaces: { headers: ['authorization'], query: null, cookie: null, body: 'access_token' },
  grant: grantOf({ places: new Set(['body']) }),
});

function extract(type: string | readonly string[], body: RequestBody | string | null, bearer = '') {
  const headers = [type].flat().map((value) => ['content-type', value] as const);
  const authorization = bearer === '' ? [] : [['authorization', `Bearer ${bearer}`] as const];
  const request = requestOf({
    method: 'POST',
    headers: headersOf(...headers, ...authorization),
    body: typeof body === 'string' ? bodyOf(body) : body,
  });
  return extractCredential(request, policy);
}

it('refuses a form at its first field that cannot be decoded', () => {
  expect(extract(form, 'a=1&%=2&access_token=x')).toMatchObject({
    stop: { reason: 'credential_malformed', detail: expect.stringContaining('field') },
  });
});

it('reads a body once, whatever is looked for in it', () => {
  let read = 0;
  const text = () => {
    read += 1;
    return 'a=1';
  };
  extract(form, { partial: false, text });

  expect(read).toBe(1);
});

describe('takes from a body', () => {
  it.each([
    ['a form', form, 'a=1&access_token=x%2By'],
    ['a form with an escaped name', form, 'access%5ftoken=x%2By'],
    ['a form with parameters in its type', `${form}; charset=UTF-8`, 'access_token=x%2By'],
    ['a type of another case', 'Application/JSON', '{"access_token":"x+y"}'],
    ['JSON', json, ' {"a":{"access_token":"no"},"access_token":"x\\u002by","b":[{"a":1}]} '],
    ['an escaped name in JSON', json, '{"access\\u005ftoken":"x+y"}'],
    ['JSON with names of prototypes', json, '{"__proto__":{"a":1},"access_token":"x+y"}'],
    ['JSON whose nested objects repeat', json, '{"a":{"b":1,"b":2},"access_token":"x+y"}'],
    ['JSON with the marks of JSON in strings', json, '{"a":"\\\\\\"}{:","access_token":"x+y"}'],
  ])('a token: %s', (_name, type, text) => {
    expect(extract(type, text)).toEqual({
      ok: true,
      value: { kind: 'token', scheme: 'bearer', token: 'x+y', place: { kind: 'body' } },
    });
  });

  it.each([
    [form, 'client_id=a&client_secret=%C3%A9+%3A'],
    [json, '{"client_secret":"é :","client_id":"a"}'],
  ])('a pair: %s', (type, text) => {
    expect(extract(type, text)).toEqual({
      ok: true,
      value: {
        kind: 'pair',
        pair: { id: 'a', secret: 'é :' },
        alternative: null,
        place: { kind: 'body' },
      },
    });
  });
});

describe('finds nothing in a body', () => {
  it.each<[string, string | readonly string[], string | null]>([
    ['that is not there', json, null],
    ['of another type', 'text/plain', 'access_token=x'],
    ['of a type that only ends alike', 'application/problem+json', '{"access_token":"x"}'],
    ['without a type', [], 'access_token=x'],
    ['of two types', [form, json], 'access_token=x'],
    ['of two joined types', `${form},${json}`, 'access_token=x'],
    ['without the name', form, 'token=x&access_tokens=y'],
    ['where only a nested member has the name', json, '{"a":{"access_token":"x"}}'],
    ['that is an array', json, '[{"access_token":"x"}]'],
    ['that is a string', json, '"access_token"'],
    ['that is null', json, 'null'],
    ['with names of prototypes only', json, '{"__proto__":{"access_token":"x"}}'],
    ['with an id alone', json, '{"client_id":"a"}'],
    ['with an id that is no string', json, '{"client_id":7}'],
    ['with an id twice in a form', form, 'client_id=a&client_id=b'],
  ])('%s', (_name, type, text) => {
    expect(extract(type, text)).toMatchObject({ stop: { reason: 'credential_missing' } });
  });
});

describe('refuses a body', () => {
  it.each<[string, string, RequestBody | string, string]>([
    ['of which Envoy sent a part', json, bodyOf('{"access_token":"x"}', true), 'malformed'],
    ['of which Envoy sent a part, with nothing in it', form, bodyOf('a=1', true), 'malformed'],
    ['that is not UTF-8', json, bodyOf(null), 'malformed'],
    ['that is too long', form, `access_token=x&a=${'b'.repeat(65_536)}`, 'malformed'],
    ['that is not JSON', json, '{access_token:"x"}', 'malformed'],
    ['that ends early', json, '{"access_token":"x"', 'malformed'],
    ['with a byte order mark', json, '\ufeff{"access_token":"x"}', 'malformed'],
    ['with a member twice', json, '{"access_token":"x","access_token":"x"}', 'malformed'],
    [
      'with a member in two spellings',
      json,
      '{"access_token":"x","access\\u005ftoken":"y"}',
      'malformed',
    ],
    ['with another member twice', json, '{"access_token":"x","a":1,"a":2}', 'malformed'],
    ['with __proto__ twice', json, '{"__proto__":1,"__proto__":2}', 'malformed'],
    ['with null', json, '{"access_token":null}', 'malformed'],
    ['with a number', json, '{"access_token":7}', 'malformed'],
    ['with an array', json, '{"access_token":["x"]}', 'malformed'],
    ['with an object', json, '{"access_token":{"access_token":"x"}}', 'malformed'],
    ['with an empty token', json, '{"access_token":""}', 'malformed'],
    ['with a token that is none', json, '{"access_token":"a b"}', 'malformed'],
    ['with half a letter', json, '{"client_id":"a","client_secret":"\\ud800"}', 'malformed'],
    ['with a secret that is null', json, '{"client_id":"a","client_secret":null}', 'malformed'],
    ['with an id that is null', json, '{"client_id":null,"client_secret":"b"}', 'malformed'],
    ['with a secret alone', json, '{"client_secret":"b"}', 'malformed'],
    ['with a field twice', form, 'access_token=x&access_token=x', 'ambiguous'],
    ['with a field in two spellings', form, 'access_token=x&access%5Ftoken=y', 'ambiguous'],
    ['with a broken escape', form, 'access_token=%4', 'malformed'],
    ['with an empty field', form, 'access_token=', 'malformed'],
    ['with a field without value', form, 'access_token', 'malformed'],
    ['with a token and a pair', form, 'access_token=x&client_id=a&client_secret=b', 'ambiguous'],
    ['with two secrets', form, 'client_id=a&client_secret=b&client_secret=c', 'ambiguous'],
  ])('%s', (_name, type, body, reason) => {
    expect(extract(type, body)).toMatchObject({
      ok: false,
      stop: { kind: 'deny', reason: `credential_${reason}` },
    });
  });

  it('with a second token, the first being in the header', () => {
    expect(extract(json, '{"access_token":"x"}', 'abc')).toMatchObject({
      stop: { reason: 'credential_ambiguous' },
    });
  });

  it('of which a part came, whatever the header has', () => {
    expect(extract(json, bodyOf('{', true), 'abc')).toMatchObject({
      stop: { reason: 'credential_malformed' },
    });
  });

  it.each([
    ['objects', '{"a":', '1', '}'],
    ['arrays', '[', '', ']'],
  ])('never, for how deep its %s lie', (_name, open, inner, close) => {
    const depth = 9_000;
    const nested = `${open.repeat(depth)}${inner}${close.repeat(depth)}`;

    expect(extract(json, `{"a":${nested},"access_token":"x"}`)).toMatchObject({
      ok: true,
      value: { token: 'x' },
    });
  });
});

it('finds the token of any JSON object, and a repeated member in each', () => {
  const member = fc
    .stringMatching(/^[a-z_"\\{}:[\]]{0,8}$/)
    .filter((key) => key !== 'client_secret');
  const objects = fc.dictionary(member, fc.jsonValue(), { maxKeys: 6 });
  fc.assert(
    fc.property(objects, fc.nat(), (object, indent) => {
      const text = JSON.stringify({ ...object, access_token: 'x' }, null, indent % 3);
      const twice = `${text.slice(0, text.lastIndexOf('}'))},"access_token":"y"}`;

      expect(extract(json, text)).toMatchObject({ ok: true, value: { token: 'x' } });
      expect(extract(json, twice)).toMatchObject({ stop: { reason: 'credential_malformed' } });
    }),
  );
});
