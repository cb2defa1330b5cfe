import { describe, expect, it } from '@jest/globals';
import { answerItself } from '../../../src/authz/answer-itself.ts';
import type { AuthzRequest } from '../../../src/authz/request.ts';
import { unavailable } from '../../../src/authz/refusal.ts';
import type { Sessions } from '../../../src/authz/session.ts';
import { halt, pass } from '../../../src/lib/step.ts';
import {
  headersOf,
  policyOf,
  requestOf,
  sessionPolicyOf,
  unusedPorts,
} from '../../support/builders.ts';

const resourceMetadata = {
  path: '/.well-known/oauth-protected-resource/orders',
  url: 'https://api.example.com/.well-known/oauth-protected-resource/orders',
  body: '{"resource":"https://api.example.com/orders"}',
};
const logout = { path: '/logout', methods: new Set(['POST']), redirect: null };
const policy = policyOf({ resourceMetadata, session: sessionPolicyOf({ logout }) });

function ask(request: Partial<AuthzRequest>, more: Partial<Sessions> = {}, asked = policy) {
  const sessions = { ...unusedPorts.sessions, ...more };
  return answerItself(requestOf(request), asked, sessions, new AbortController().signal);
}

describe('metadata of the protected resource', () => {
  it.each(['GET', 'HEAD'])('are there for %s, whatever the query', (method) => {
    expect(ask({ method, path: `${resourceMetadata.path}?x=1` })).toMatchObject(
      pass({
        kind: 'answer',
        reason: 'resource_metadata',
        status: 200,
        body: resourceMetadata.body,
      }),
    );
  });

  it.each<[string, Partial<AuthzRequest>]>([
    ['another path', { path: '/.well-known/oauth-protected-resource' }],
    ['a path below', { path: `${resourceMetadata.path}/x` }],
    ['an encoded path', { path: resourceMetadata.path.replace('orders', '%6frders') }],
    ['another method', { path: resourceMetadata.path, method: 'POST' }],
  ])('are not there for %s', (_name, request) => {
    expect(ask(request)).toBeNull();
  });

  it('are not there where the Service shows none', () => {
    expect(ask({ path: resourceMetadata.path }, {}, policyOf())).toBeNull();
  });
});

describe('the logout page', () => {
  const request = {
    method: 'POST',
    path: '/logout?from=menu',
    headers: headersOf(['cookie', 'a=1; __Host-postern_session=S']),
  };

  it('ends the session of the cookie and clears it', async () => {
    const ended: string[] = [];
    const end: Sessions['end'] = (cookies) => {
      ended.push(...cookies);
      return pass('cleared');
    };

    expect(await ask(request, { end })).toMatchObject(
      pass({
        reason: 'logout',
        status: 204,
        headers: expect.arrayContaining([['set-cookie', 'cleared']]),
      }),
    );
    expect(ended).toEqual(['S']);
  });

  it('takes no cookie away where none came along', async () => {
    const answer = await ask({ ...request, headers: headersOf() }, { end: () => pass(null) });

    expect(answer).toMatchObject({
      value: { status: 204, headers: [['cache-control', 'no-store']] },
    });
  });

  it('redirects where it is told to', async () => {
    const session = sessionPolicyOf({ logout: { ...logout, redirect: 'https://example.com/bye' } });
    const answer = await ask(request, { end: () => pass('cleared') }, policyOf({ session }));

    expect(answer).toMatchObject({ value: { status: 303 } });
    expect(answer).toMatchObject({
      value: { headers: expect.arrayContaining([['location', 'https://example.com/bye']]) },
    });
  });

  it('says so when the session cannot be ended', async () => {
    const end = () => halt(unavailable('store_unavailable'));

    expect(await ask(request, { end })).toMatchObject({ stop: { reason: 'store_unavailable' } });
  });

  it.each<[string, Partial<AuthzRequest>]>([
    ['another method', { ...request, method: 'GET' }],
    ['another path', { ...request, path: '/logout/' }],
  ])('is not there for %s', (_name, asked) => {
    expect(ask(asked)).toBeNull();
  });
});
