import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Secret } from '../../../src/lib/secret.ts';
import { FakeProvider } from '../../support/fake-provider.ts';
import { optionsOf, outcomeOf, rigOf, type Rig } from './setup.ts';

let idp: FakeProvider;
let rig: Rig;

beforeEach(async () => {
  idp = await FakeProvider.start();
  rig = rigOf(optionsOf(idp.issuer));
});

afterEach(async () => {
  await rig.close();
  await idp.close();
});

function lastIntrospection() {
  return idp.requests.filter(({ endpoint }) => endpoint === 'introspection').at(-1)!;
}

describe('an opaque token', () => {
  it('is introspected once and then served from the cache at once', async () => {
    const token = idp.issueOpaque({ groups: ['gold'] });

    const first = await rig.verify(token);
    const second = rig.verify(token);

    expect(first).toMatchObject({
      ok: true,
      value: {
        cache: 'miss',
        token: { method: 'introspection', issuer: idp.issuer, claims: { groups: ['gold'] } },
      },
    });
    expect(second).not.toBeInstanceOf(Promise);
    expect(await outcomeOf(second)).toBe('introspection hit');
    expect(idp.calls('introspection')).toBe(1);
    expect(idp.calls('jwks')).toBe(0);
  });

  it('takes the provider’s issuer where the answer names none', async () => {
    idp.introspections.set('plain', { active: true });

    expect(await rig.verify('plain')).toMatchObject({ value: { token: { issuer: idp.issuer } } });
  });

  it('of five parts is introspected as well', async () => {
    const token = 'eyJhbGciOiJkaXIifQ.a.b.c.d';
    idp.introspections.set(token, { active: true });

    expect(await outcomeOf(rig.verify(token))).toBe('introspection miss');
  });

  it('is asked about as RFC 7662 says, with the credentials form-encoded', async () => {
    const client = { id: 'a:b c', secret: new Secret('s3/cret:odd %+é') } as const;
    const its = rigOf(
      optionsOf(idp.issuer, { client: { ...client, authMethod: 'client_secret_basic' } }),
    );

    await its.verify('opaque+/=');

    const { method, headers, form } = lastIntrospection();
    const [user = '', password = ''] = Buffer.from(headers.authorization!.slice(6), 'base64')
      .toString()
      .split(':')
      .map((part) => decodeURIComponent(part.replaceAll('+', ' ')));
    expect([method, user, password]).toEqual(['POST', 'a:b c', 's3/cret:odd %+é']);
    expect(headers.accept).toBe('application/json');
    expect(headers['content-type']).toMatch('application/x-www-form-urlencoded');
    expect(Object.fromEntries(form)).toEqual({
      token: 'opaque+/=',
      token_type_hint: 'access_token',
    });
    await its.close();
  });

  it('is asked about with the credentials in the body where the operator wants that', async () => {
    const secret = new Secret('s3&cret');
    const its = rigOf(
      optionsOf(idp.issuer, { client: { id: 'gw', secret, authMethod: 'client_secret_post' } }),
    );

    await its.verify('opaque');

    const { headers, form } = lastIntrospection();
    expect(headers.authorization).toBeUndefined();
    expect([form.get('client_id'), form.get('client_secret')]).toEqual(['gw', 's3&cret']);
    await its.close();
  });

  it.each([
    ['there is no client', { client: null }],
    [
      'there is no endpoint',
      { discovery: null, endpoints: { token: null, jwks: null, introspection: null } },
    ],
  ])('is malformed where %s', async (_name, more) => {
    const its = rigOf(optionsOf(idp.issuer, more));

    expect(await outcomeOf(its.verify('opaque'))).toBe('token_malformed');
    expect(idp.calls('introspection')).toBe(0);
    await its.close();
  });

  it('is malformed where discovery brings no endpoint', async () => {
    const other = await FakeProvider.start({ metadata: { introspection_endpoint: undefined } });
    const its = rigOf(optionsOf(other.issuer));

    expect(await outcomeOf(its.verify('opaque'))).toBe('token_malformed');
    expect(await outcomeOf(its.verify('opaque'))).toBe('token_malformed');
    await its.close();
    await other.close();
  });

  it('is malformed where introspection is off', async () => {
    const token = idp.issueOpaque();

    expect(await outcomeOf(rig.verify(token, { plan: { introspect: false } }))).toBe(
      'token_malformed',
    );
    expect(idp.requests).toHaveLength(0);
  });
});

describe('a provider that fails', () => {
  it.each([
    ['401 to our credentials', { kind: 'status', status: 401 }],
    ['403 to our credentials', { kind: 'status', status: 403 }],
    ['400', { kind: 'status', status: 400 }],
    ['404', { kind: 'status', status: 404 }],
    ['429', { kind: 'status', status: 429, retryAfter: 1 }],
    ['500', { kind: 'status', status: 500 }],
    ['503', { kind: 'status', status: 503 }],
    ['201', { kind: 'status', status: 201 }],
    ['204', { kind: 'status', status: 204 }],
    ['799', { kind: 'status', status: 799 }],
    ['a reset', { kind: 'reset' }],
    ['truncated JSON', { kind: 'truncated' }],
    ['a body cut off', { kind: 'cut_off' }],
    ['HTML', { kind: 'html' }],
    ['a redirect', { kind: 'redirect', location: 'http://127.0.0.1:9/' }],
    ['a body beyond the cap', { kind: 'huge', bytes: 2 * 1024 * 1024 }],
    ['no body', { kind: 'body', body: '' }],
    [
      'active under another type',
      { kind: 'body', body: '{"active":true}', contentType: 'text/plain' },
    ],
    ['no active', { kind: 'body', body: '{}' }],
    ['active as a string', { kind: 'body', body: '{"active":"true"}' }],
    ['active in __proto__', { kind: 'body', body: '{"__proto__":{"active":true}}' }],
    ['a list', { kind: 'body', body: '[{"active":true}]' }],
    ['null', { kind: 'body', body: 'null' }],
  ] as const)('by %s is unavailable, and nothing of it is remembered', async (_name, fault) => {
    const token = idp.issueOpaque();
    idp.fail(fault, 'introspection');

    expect(await outcomeOf(rig.verify(token))).toBe('idp_unavailable');
    idp.recover();

    expect(await outcomeOf(rig.verify(token))).toBe('introspection miss');
  });

  it('by silence is unavailable after its own time-out', async () => {
    const its = rigOf(optionsOf(idp.issuer, { timeoutMs: 60 }));
    await its.provider.start();
    idp.fail({ kind: 'hang' }, 'introspection');

    expect(await outcomeOf(its.verify(idp.issueOpaque()))).toBe('idp_unavailable');
    expect(its.events).toContainEqual(
      expect.objectContaining({ operation: 'introspection', outcome: 'timeout' }),
    );
    await its.close();
  });

  it('by refusing connections is unavailable', async () => {
    const token = idp.issueOpaque();
    await rig.provider.start();
    await idp.close();

    expect(await outcomeOf(rig.verify(token))).toBe('idp_unavailable');
    expect(rig.events).toContainEqual(
      expect.objectContaining({ operation: 'introspection', outcome: 'connection' }),
    );
    idp = await FakeProvider.start();
  });

  it('never follows a redirect', async () => {
    const elsewhere = await FakeProvider.start();
    idp.fail({ kind: 'redirect', location: `${elsewhere.issuer}/introspection` }, 'introspection');

    await rig.verify('opaque');

    expect(elsewhere.requests).toHaveLength(0);
    await elsewhere.close();
  });

  it('opens the circuit after ten calls of a source whose tokens were active', async () => {
    for (let round = 0; round < 10; round++) await rig.verify(idp.issueOpaque());
    idp.fail({ kind: 'status', status: 500 }, 'introspection');
    for (let round = 0; round < 30; round++) await rig.verify(`token-${round}`);

    expect(idp.calls('introspection')).toBe(20);
    expect(rig.events).toContainEqual({ provider: 'idp', state: 'open' });
    expect(rig.provider.status()).toMatchObject({ status: 'degraded' });
  });

  it('opens the circuit after calls of ten sources that are new', async () => {
    await rig.provider.start();
    idp.fail({ kind: 'status', status: 500 }, 'introspection');
    for (let round = 0; round < 30; round++) {
      await rig.verify(`token-${round}`, { source: `new-${round}` });
    }

    expect(idp.calls('introspection')).toBe(10);
    expect(rig.provider.status()).toMatchObject({ status: 'degraded' });
  });

  it('opens the circuit after ten calls of whomever while its keys cannot be had either', async () => {
    await rig.provider.start();
    idp.fail({ kind: 'reset' });
    rig.clock.advance(30_000);
    await rig.provider.refresh();
    for (let round = 0; round < 30; round++) await rig.verify(`token-${round}`);

    expect(idp.calls('introspection')).toBe(10);
    expect(rig.events).toContainEqual({ provider: 'idp', state: 'open' });
  });

  it.each([
    ['an error', { kind: 'status', status: 500 }],
    ['a rate limit', { kind: 'status', status: 429 }],
    ['a reset', { kind: 'reset' }],
  ] as const)(
    'by %s over the made-up tokens of one source is held off for that source alone',
    async (_name, fault) => {
      const [trusted, newcomer] = [{ source: 'trusted' }, { source: 'newcomer' }];
      await rig.verify(idp.issueOpaque(), trusted);
      idp.fail(fault, 'introspection');
      for (let round = 0; round < 50; round++) {
        expect(await outcomeOf(rig.verify(`x-${round}`, { source: 'bad' }))).toBe(
          'idp_unavailable',
        );
      }
      expect(idp.calls('introspection')).toBe(11);
      idp.recover();

      expect(await outcomeOf(rig.verify('x', { source: 'bad' }))).toBe('idp_unavailable');
      expect(await outcomeOf(rig.verify(idp.issueOpaque(), trusted))).toBe('introspection miss');
      expect(await outcomeOf(rig.verify(idp.issueOpaque(), newcomer))).toBe('introspection miss');
      expect(rig.events).not.toContainEqual({ provider: 'idp', state: 'open' });
      rig.clock.advance(1000);
      expect(await outcomeOf(rig.verify('x', { source: 'bad' }))).toBe('token_inactive');
    },
  );

  it('over many made-up tokens of one source at once opens no circuit', async () => {
    await rig.provider.start();
    idp.fail({ kind: 'status', status: 500 }, 'introspection');
    const flood = Array.from({ length: 100 }, (_, index) => outcomeOf(rig.verify(`x-${index}`)));

    expect(new Set(await Promise.all(flood))).toEqual(new Set(['idp_unavailable']));
    expect(rig.events).not.toContainEqual({ provider: 'idp', state: 'open' });
  });

  it('does not open the circuit by 4xx to our credentials or by inactive tokens', async () => {
    await rig.provider.start();
    idp.fail({ kind: 'status', status: 401 }, 'introspection');
    for (let round = 0; round < 30; round++) await rig.verify(`refused-${round}`);
    idp.recover();
    for (let round = 0; round < 30; round++) await rig.verify(`inactive-${round}`);

    expect(idp.calls('introspection')).toBe(60);
    expect(rig.provider.status()).toEqual({ status: 'ready' });
  });

  it('does not open the circuit by rate limiting a source of made-up tokens', async () => {
    for (let round = 0; round < 8; round++) await rig.verify(`made-up-${round}`, { source: 'bad' });
    idp.fail({ kind: 'status', status: 429 }, 'introspection');
    for (let round = 0; round < 30; round++) await rig.verify(`more-${round}`, { source: 'bad' });
    idp.recover();

    const outcome = await outcomeOf(rig.verify(idp.issueOpaque(), { source: 'good' }));

    expect(outcome).toBe('introspection miss');
    expect(idp.calls('introspection')).toBe(8 + 10 + 1);
  });
});

describe('many callers', () => {
  it('with one new token make one call', async () => {
    const token = idp.issueOpaque();

    const outcomes = await Promise.all(
      Array.from({ length: 50 }, () => outcomeOf(rig.verify(token))),
    );

    expect(new Set(outcomes)).toEqual(new Set(['introspection miss']));
    expect(idp.calls('introspection')).toBe(1);
  });

  it('with 100 tokens make 100 calls for 10,000 requests', async () => {
    const tokens = Array.from({ length: 100 }, () => idp.issueOpaque());

    const outcomes = await Promise.all(
      Array.from({ length: 10_000 }, (_, index) => outcomeOf(rig.verify(tokens[index % 100]!))),
    );

    expect(new Set(outcomes)).toEqual(new Set(['introspection miss']));
    expect(idp.calls('introspection')).toBe(100);
  });

  it('leave one by one at their own deadline, and the call goes on and fills the cache', async () => {
    await rig.provider.start();
    const token = idp.issueOpaque();
    idp.fail({ kind: 'hang' }, 'introspection');
    const hurried = new AbortController();
    const first = outcomeOf(rig.verify(token, { signal: hurried.signal }));
    const patient = outcomeOf(rig.verify(token));

    hurried.abort();
    expect(await first).toBe('deadline_exceeded');
    idp.recover();
    // The request may not have reached the fake when it was told to recover.
    expect(await patient).toBe('introspection miss');

    expect(await outcomeOf(rig.verify(token))).toBe('introspection hit');
    expect(idp.calls('introspection')).toBe(1);
  });

  it('that come too late start nothing', async () => {
    const outcome = await outcomeOf(rig.verify('opaque', { signal: AbortSignal.abort() }));

    expect(outcome).toBe('deadline_exceeded');
    expect(idp.requests).toHaveLength(0);
  });

  it('with made-up tokens leave room for the others', async () => {
    const its = rigOf(optionsOf(idp.issuer, { maxConcurrentCalls: 4 }));
    await its.provider.start();
    idp.fail({ kind: 'hang' }, 'introspection');
    const flood = Array.from({ length: 200 }, (_, index) =>
      outcomeOf(its.verify(`made-up-${index}`, { source: 'bad' })),
    );
    // The last in line finds the queue full; it does not wait for anything.
    expect(await flood.at(-1)).toBe('idp_unavailable');

    const good = outcomeOf(its.verify(idp.issueOpaque(), { source: 'good' }));
    await idp.received('introspection', 4);
    const asked = idp.requests.map(({ form }) => form.get('token') ?? '');

    expect(asked.filter((token) => token.startsWith('made-up'))).toHaveLength(3);
    expect(asked.filter((token) => token.startsWith('opaque'))).toHaveLength(1);
    idp.recover();
    expect(await good).toBe('introspection miss');
    await Promise.all(flood);
    await its.close();
  });
});
