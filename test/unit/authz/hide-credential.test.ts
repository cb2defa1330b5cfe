import { describe, expect, it } from '@jest/globals';
import { fc } from '../../support/properties.ts';
import type { Credential, Place } from '../../../src/authz/credentials/credential.ts';
import { extractCredential } from '../../../src/authz/extract-credential.ts';
import { hideCredential } from '../../../src/authz/hide-credential.ts';
import type { AuthzRequest } from '../../../src/authz/request.ts';
import {
  grantOf,
  headersOf,
  policyOf,
  requestOf,
  sessionPolicyOf,
} from '../../support/builders.ts';

const nothing = { removeHeaders: [], setHeaders: [], removeQuery: [] };
const session = sessionPolicyOf({ cookieName: 'sid' });

function tokenIn(place: Place, scheme: 'bearer' | 'dpop' = 'bearer'): Credential {
  return { kind: 'token', scheme, token: 'x', place };
}

function withCookies(...values: readonly string[]) {
  return requestOf({ headers: headersOf(...values.map((value) => ['cookie', value] as const)) });
}

describe('hides', () => {
  it.each<[string, Credential | null, object]>([
    ['nothing', null, {}],
    ['a header', tokenIn({ kind: 'header', name: 'x-token' }), { removeHeaders: ['x-token'] }],
    [
      'a header and the proof that goes with it',
      tokenIn({ kind: 'header', name: 'authorization' }, 'dpop'),
      { removeHeaders: ['authorization', 'dpop'] },
    ],
    ['a query argument', tokenIn({ kind: 'query', names: ['token'] }), { removeQuery: ['token'] }],
    [
      'both arguments of a pair',
      {
        kind: 'pair',
        pair: { id: 'a', secret: 'b' },
        alternative: null,
        place: { kind: 'query', names: ['client_id', 'client_secret'] },
      },
      { removeQuery: ['client_id', 'client_secret'] },
    ],
    ['nothing of a body', tokenIn({ kind: 'body' }), {}],
  ])('%s', (_name, credential, changes) => {
    const request = withCookies('sid=1; token=2');

    expect(hideCredential(request, credential, policyOf())).toEqual({ ...nothing, ...changes });
  });

  it.each<[string, readonly string[], object]>([
    ['one cookie out of several', ['a=1; token=x; b=2'], { setHeaders: [['cookie', 'a=1; b=2']] }],
    ['the only cookie', ['token=x'], { removeHeaders: ['cookie'] }],
    ['one in several headers', ['a=1', 'token=x; b=2'], { setHeaders: [['cookie', 'a=1; b=2']] }],
  ])('%s', (_name, cookies, changes) => {
    const credential = tokenIn({ kind: 'cookie', name: 'token' });

    expect(hideCredential(withCookies(...cookies), credential, policyOf())).toEqual({
      ...nothing,
      ...changes,
    });
  });

  it.each<[string, Credential | null, object]>([
    ['nobody is authenticated', null, { setHeaders: [['cookie', 'token=2; a=3']] }],
    [
      'the session itself is used',
      { kind: 'session', cookie: '1', place: { kind: 'cookie', name: 'sid' } },
      { setHeaders: [['cookie', 'token=2; a=3']] },
    ],
    [
      'a header is used',
      tokenIn({ kind: 'header', name: 'authorization' }),
      { setHeaders: [['cookie', 'token=2; a=3']], removeHeaders: ['authorization'] },
    ],
    [
      'another cookie is used',
      tokenIn({ kind: 'cookie', name: 'token' }),
      { setHeaders: [['cookie', 'a=3']] },
    ],
  ])('the session cookie where %s', (_name, credential, changes) => {
    const request = withCookies('sid=1; token=2; sid=tossed; a=3');

    expect(
      hideCredential(request, credential, policyOf({ guardedCookies: new Set(['sid']) })),
    ).toEqual({
      ...nothing,
      ...changes,
    });
  });
});

it('hides the sessions of other Services, which a browser sends along', () => {
  const policy = policyOf({ session, guardedCookies: new Set(['sid', 'other']) });
  const changes = hideCredential(withCookies('other=1; a=2; sid=3'), null, policy);

  expect(changes.setHeaders).toEqual([['cookie', 'a=2']]);
});

describe('of what is taken from any request', () => {
  const policy = policyOf({
    tokenPlaces: {
      headers: ['authorization', 'x-token'],
      query: 'token',
      cookie: 'token',
      body: null,
    },
    grant: grantOf({ places: new Set(['header', 'query']) }),
    proof: { ...policyOf().proof, dpop: 'optional' },
    session,
    guardedCookies: new Set(['sid']),
  });
  const value = fc.constantFrom('x', 'a.b.c', 'x y', '', '%41', 'x=y');
  const fields = fc.array(
    fc.tuple(fc.constantFrom('token', 'sid', 'client_id', 'client_secret', 'a'), value),
    { maxLength: 4 },
  );
  const header = fc.oneof(
    fc.tuple(
      fc.constant('authorization'),
      fc.constantFrom('Bearer x', 'DPoP x', 'Basic YTpi', 'Digest x'),
    ),
    fc.tuple(fc.constantFrom('x-token', 'dpop', 'accept'), value),
    fc.tuple(fc.constant('cookie'), fields.map(join('; '))),
  );
  const requests = fc.record({
    headers: fc.uniqueArray(header, { selector: ([name]) => name, maxLength: 4 }),
    query: fields.map(join('&')),
  });

  it('nothing is left, nothing else is touched, and nothing is set and removed', () => {
    let taken = 0;
    fc.assert(
      fc.property(requests, ({ headers, query }) => {
        const request = requestOf({ path: `/a?${query}`, headers: headersOf(...headers) });
        const credential = extractCredential(request, policy);
        if (!credential.ok) return;
        taken += 1;
        const changes = hideCredential(request, credential.value, policy);
        const changed = apply(request, changes);

        expect(extractCredential(changed, policy)).toMatchObject({
          stop: { reason: 'credential_missing' },
        });
        expect(changed.headers.values('accept')).toEqual(request.headers.values('accept'));
        expect(plain(changed)).toEqual(plain(request));
        const names = new Set(changes.setHeaders.map(([name]) => name));
        expect(changes.removeHeaders.filter((name) => names.has(name))).toEqual([]);
      }),
      { numRuns: 1000 },
    );
    expect(taken).toBeGreaterThan(50);
  });

  function join(separator: string) {
    return (pairs: readonly (readonly [string, string])[]) =>
      pairs.map(([name, text]) => `${name}=${text}`).join(separator);
  }

  /** What Envoy makes of the changes. */
  function apply(request: AuthzRequest, changes: ReturnType<typeof hideCredential>): AuthzRequest {
    const gone = new Set([...changes.removeHeaders, ...changes.setHeaders.map(([name]) => name)]);
    const kept = [...request.headers.names()].filter((name) => !gone.has(name));
    const headers = kept.flatMap((name) =>
      request.headers.values(name).map((text) => [name, text] as const),
    );
    const [path = '', query = ''] = request.path.split('?');
    const left = query.split('&').filter((field) => {
      const [name = ''] = field.split('=', 1);
      return !changes.removeQuery.includes(name);
    });
    return {
      ...request,
      path: `${path}?${left.join('&')}`,
      headers: headersOf(...headers, ...changes.setHeaders),
    };
  }

  /** Every `a` of a query and of cookies, in order. */
  function plain({ path, headers }: AuthzRequest): readonly string[] {
    const cookies = headers.values('cookie').flatMap((text) => text.split('; '));
    return [...path.slice(3).split('&'), ...cookies].filter((field) => field.startsWith('a='));
  }
});
