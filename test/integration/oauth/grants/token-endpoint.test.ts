import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ProviderOptions } from '../../../../src/oauth/provider-options.ts';
import { answerJson } from '../../../support/fake-faults.ts';
import { FakeProvider, oauthError, type Fault } from '../../../support/fake-provider.ts';
import { optionsOf } from '../setup.ts';
import { grantRigOf, outcomeOf, type GrantRig } from './setup.ts';

let idp: FakeProvider;
const rigs: GrantRig[] = [];

beforeEach(async () => {
  idp = await FakeProvider.start();
});

afterEach(async () => {
  await Promise.all(rigs.splice(0).map((rig) => rig.close()));
  await idp.close();
});

function rigWith(more: Partial<ProviderOptions> = {}): GrantRig {
  const rig = grantRigOf(optionsOf(idp.issuer, more));
  rigs.push(rig);
  return rig;
}

describe('an outage of the token endpoint', () => {
  it.each<[string, Fault]>([
    ['a server error', { kind: 'status', status: 500 }],
    ['too many requests', { kind: 'status', status: 429 }],
    ['not found', { kind: 'status', status: 404 }],
    ['unauthorized without an OAuth error', answerJson({ message: 'no' }, 401)],
    ['a login page', { kind: 'html' }],
    ['a redirect', { kind: 'redirect', location: '/login' }],
    ['a reset', { kind: 'reset' }],
    ['an answer cut off', { kind: 'cut_off' }],
    ['an answer that is no JSON', { kind: 'truncated' }],
    ['an answer without a token', answerJson({ token_type: 'Bearer' })],
    ['an answer that is too long', { kind: 'huge', bytes: 2_000_000 }],
    ['a DPoP token', answerJson({ access_token: 'x', token_type: 'DPoP' })],
    ['invalid_scope', oauthError('invalid_scope')],
    ['invalid_request', oauthError('invalid_request')],
    ['unsupported_grant_type', oauthError('unsupported_grant_type')],
  ])('with %s is no verdict and not remembered', async (_name, fault) => {
    idp.script('token', fault);
    const rig = rigWith();

    expect(await outcomeOf(rig.obtain('app-1', 'x'))).toBe('idp_unavailable');
    expect(await outcomeOf(rig.obtain('app-1', 'x'))).toBe('client_credentials miss');
  });

  it('that hangs ends by the provider’s time-out', async () => {
    idp.fail({ kind: 'hang' }, 'token');
    const endpoints = { token: `${idp.issuer}/token`, jwks: null, introspection: null };
    const rig = rigWith({ timeoutMs: 50, discovery: null, endpoints });

    expect(await rig.obtain('app-1', 'x')).toMatchObject({
      stop: { reason: 'idp_unavailable', detail: 'token: timeout' },
    });
  });

  it('that hangs costs a caller no more than its own deadline', async () => {
    idp.fail({ kind: 'hang' }, 'token');
    const rig = rigWith();
    const caller = new AbortController();
    const asked = rig.obtain('app-1', 'x', { signal: caller.signal });
    await idp.received('token', 1);
    caller.abort();

    expect(await outcomeOf(asked)).toBe('deadline_exceeded');
  });

  it.each([
    [
      'cannot be discovered',
      { discovery: { url: 'http://127.0.0.1:1/' } },
      'discovery failed: http://127.0.0.1:1/: connection (ECONNREFUSED)',
    ],
    ['has none', { discovery: null }, 'the provider has no token endpoint'],
  ] as const)('of a provider that %s is told of', async (_name, options, detail) => {
    const stop = { reason: 'idp_unavailable', detail };

    expect(await rigWith(options).obtain('app-1', 'x')).toMatchObject({ stop });
  });
});

describe('a fetched token that does not pass', () => {
  it.each([
    ['of another issuer', { iss: 'https://evil.example' }, /token_issuer_mismatch/],
    ['that has expired', { exp: 1 }, /token_expired/],
    ['that is bound to a key', { cnf: { jkt: 'x' } }, /bound to a key/],
  ])('%s is the provider’s fault', async (_name, claims, detail) => {
    idp.token.claims = claims;
    for (const format of ['opaque', 'jwt'] as const) {
      idp.token.format = format;
      const obtained = await rigWith().obtain('app-1', 'x');

      expect(obtained).toMatchObject({ stop: { kind: 'unavailable', reason: 'idp_unavailable' } });
      expect(obtained.ok ? '' : obtained.stop.detail).toMatch(detail);
    }
  });

  it('is inactive at the very provider that gave it', async () => {
    idp.token.fields = { access_token: 'nobody-knows-me' };

    expect(await rigWith().obtain('app-1', 'x')).toMatchObject({
      stop: {
        reason: 'idp_unavailable',
        detail: 'the fetched token was refused: token_inactive',
      },
    });
  });

  it('is opaque where the provider cannot be asked', async () => {
    expect(await rigWith({ client: null }).obtain('app-1', 'x')).toMatchObject({
      stop: {
        reason: 'idp_unavailable',
        detail: 'the fetched token is opaque, and the provider cannot introspect',
      },
    });
  });

  it('is asked for again by the next request', async () => {
    idp.script('introspection', { kind: 'status', status: 503 });
    const rig = rigWith();

    expect(await outcomeOf(rig.obtain('app-1', 'x'))).toBe('idp_unavailable');
    expect(await outcomeOf(rig.obtain('app-1', 'x'))).toBe('client_credentials miss');
    expect(idp.calls('token')).toBe(2);
  });
});
