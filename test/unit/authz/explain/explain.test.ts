import { describe, expect, it } from '@jest/globals';
import { stepNames, stepOfReason } from '../../../../src/authz/explain/step-of-reason.ts';
import { deny, unavailable } from '../../../../src/authz/refusal.ts';
import { reasonTable } from '../../../../src/authz/reason-table.ts';
import type { DenyReason, Outage } from '../../../../src/authz/reasons.ts';
import { halt, pass } from '../../../../src/lib/step.ts';
import {
  consumerOf,
  headersOf,
  policyOf,
  sessionPolicyOf,
  tokenOf,
} from '../../../support/builders.ts';
import { aclOf, anonymousConsumer, approved, basic, decideIn, type World } from '../decide-in.ts';
import { explainIn, factsOf, outcomesOf } from './explain-in.ts';
import { refusedWorlds } from './refusals.ts';

const reasons = Object.keys(reasonTable) as (DenyReason | Outage)[];

/** Outages stand where they were met. */
const metAt: Partial<Record<Outage, string>> = { deadline_exceeded: 'consumer' };

describe('each reason', () => {
  it.each(reasons)('%s has its step, its words and its advice', async (reason) => {
    const { advice, ...world } = refusedWorlds[reason];
    const step = metAt[reason as Outage] ?? stepOfReason[reason];

    const explained = await explainIn(world);

    expect(explained).toMatchObject({
      decision: reasonTable[reason].grpc === 14 ? 'unavailable' : 'deny',
      reason,
      http_status: reasonTable[reason].http,
      message: reasonTable[reason].message,
      upstream: null,
    });
    expect(explained.advice).toContain(advice);
    const failed = stepNames.indexOf(step as (typeof stepNames)[number]);
    expect(explained.steps.map(({ outcome }) => outcome)).toEqual(
      stepNames.map((_name, index) => {
        if (index === failed) return 'failed';
        return index > failed ? 'not reached' : expect.stringMatching(/passed|skipped|failed|not/);
      }),
    );
    expect(explained.steps[failed]?.facts).not.toEqual([]);
  });

  it.each(reasons)('%s is what the Check itself decides', async (reason) => {
    const world = refusedWorlds[reason];
    const decided = await decideIn({
      ...world,
      ports: { revocations: { current: () => pass(null) }, ...world.ports },
    });

    expect(decided.reason).toBe(reason);
  });
});

describe('an allow', () => {
  it('tells each step, and what goes upstream', async () => {
    const explained = await explainIn({
      policy: { registrationRequired: true, acl: aclOf('allow', 'gold') },
      claims: { aud: 'api', iss: 'https://idp.example.com', exp: 1_900_000_000 },
      consumers: [consumerOf({ registrations: approved, groups: new Set(['gold', 'new']) })],
    });

    expect(explained).toMatchObject({
      decision: 'allow',
      reason: 'allowed',
      http_status: 200,
      detail: null,
      message: null,
      advice: null,
      service: 'orders',
      route: null,
      limits: [],
    });
    expect(outcomesOf(explained)).toEqual([
      'policy: passed',
      'credential: passed',
      'token: passed',
      'proof: skipped',
      'claims: skipped',
      'consumer: passed',
      'registration: passed',
      'acl: passed',
      'headers: passed',
    ]);
    expect(factsOf(explained, 'credential')).toBe(
      'An access token in the header authorization: opaque, (10 characters).',
    );
    expect(factsOf(explained, 'token')).toContain(
      'exp 2030-03-17T17:46:40.000Z; client_id billing',
    );
    expect(factsOf(explained, 'consumer')).toContain('The client is billing (claim client_id).');
    expect(factsOf(explained, 'consumer')).toContain('Groups: gold, new.');
    expect(explained.upstream?.set).toContainEqual({
      name: 'x-consumer-groups',
      value: 'gold, new',
    });
    expect(explained.upstream?.remove).toContain('authorization');
  });

  it.each<[string, World, string]>([
    ['of an open route', { policy: { open: true } }, 'auth: none'],
    [
      'of a preflight',
      { policy: { runOnPreflight: false }, request: { method: 'OPTIONS' } },
      'run_on_preflight is off',
    ],
  ])('%s asks nobody', async (_name, world, fact) => {
    const explained = await explainIn(world);

    expect(explained.decision).toBe('allow');
    expect(factsOf(explained, 'policy')).toContain(fact);
    expect(outcomesOf(explained).filter((line) => !line.endsWith(': skipped'))).toEqual([
      'policy: passed',
      'headers: passed',
    ]);
  });

  it('without a Consumer says that none is needed', async () => {
    const explained = await explainIn({ consumers: [], policy: { consumerOptional: true } });

    expect(explained.decision).toBe('allow');
    expect(factsOf(explained, 'consumer')).toContain('No Consumer has the custom_id billing.');
    expect(factsOf(explained, 'consumer')).toContain('consumer_optional');
  });
});

describe('a policy', () => {
  it('says how it was chosen', async () => {
    const named = await explainIn({
      routes: { admin: {} },
      request: {
        contextExtensions: new Map([
          ['service', 'orders'],
          ['route', 'admin'],
        ]),
      },
    });
    const byHost = await explainIn({ request: { contextExtensions: new Map() } });

    expect(named).toMatchObject({ service: 'orders', route: 'admin', decision: 'allow' });
    expect(factsOf(named, 'policy')).toBe(
      'Service orders, Route admin: by the names that Envoy’s route gives.',
    );
    expect(factsOf(byHost, 'policy')).toContain('by the host');
  });
});

describe('a refused token', () => {
  it('shows what it says of itself, and no more', async () => {
    const token = jwtOf(
      { alg: 'RS256', kid: 'k1', typ: 'at+jwt' },
      { iss: 'https://other.example', exp: 1, client_id: 'billing', email: 'secret@example.com' },
    );
    const explained = await explainIn({
      request: { headers: headersOf(['authorization', `Bearer ${token}`]) },
      verifyToken: () => halt(deny('token_issuer_mismatch', 'no provider has this issuer')),
    });

    expect(factsOf(explained, 'credential')).toContain('a JWT with alg RS256, kid k1, typ at+jwt');
    expect(factsOf(explained, 'token')).toContain(
      'The token says of itself, unproven: iss https://other.example; exp 1970-01-01T00:00:01.000Z; client_id billing.',
    );
    expect(factsOf(explained, 'token')).toContain('The time here is 2026-07-27T10:00:00.000Z.');
    expect(explained.detail).toBe('no provider has this issuer');
    expect(JSON.stringify(explained)).not.toContain('secret@example.com');
    expect(JSON.stringify(explained)).not.toContain(token.split('.')[1]);
  });
});

describe('claims', () => {
  it('tell what is required and what is there', async () => {
    const explained = await explainIn({
      policy: {
        audienceRequired: [['api://orders']],
        scopesRequired: [['orders.read', 'orders.write'], ['admin']],
        claimsRequired: [{ path: ['tenant'], values: new Set(['acme']) }],
      },
      claims: { aud: 'api://orders', scope: 'orders.read', tenant: 'acme' },
    });

    expect(explained.reason).toBe('scope_insufficient');
    expect(factsOf(explained, 'claims').split('\n')).toEqual([
      'Required audience of the Service: api://orders; there is: api://orders (met).',
      'Required scopes (claim scp or scope): orders.read orders.write or admin; there is: orders.read (not met).',
      'The claim tenant with one of acme is required; there is: acme.',
    ]);
  });
});

describe('the anonymous Consumer', () => {
  const policy = { anonymous: 'anonymous' };

  it('stands in with the caller’s own refusal told', async () => {
    const explained = await explainIn({
      policy,
      consumers: [anonymousConsumer],
      verifyToken: () => halt(deny('token_expired', 'exp has passed')),
    });

    expect(explained).toMatchObject({ decision: 'allow', reason: 'allowed' });
    expect(outcomesOf(explained).slice(0, 6)).toEqual([
      'policy: passed',
      'credential: passed',
      'token: failed',
      'proof: not reached',
      'claims: not reached',
      'consumer: passed',
    ]);
    expect(factsOf(explained, 'token')).toContain('Refused: exp has passed.');
    expect(factsOf(explained, 'consumer')).toContain('The anonymous Consumer anonymous stands in.');
  });

  it('refused for its groups: the advice names what the caller failed with', async () => {
    const explained = await explainIn({
      policy: { ...policy, acl: aclOf('allow', 'gold') },
      consumers: [anonymousConsumer],
      request: { headers: headersOf() },
    });

    expect(explained.reason).toBe('group_not_allowed');
    expect(explained.advice).toContain('who stands in after credential_missing');
    expect(factsOf(explained, 'acl')).toContain('Groups by the Consumer: public.');
  });

  it('does not stand in for an outage', async () => {
    const explained = await explainIn({
      policy,
      consumers: [anonymousConsumer],
      verifyToken: () => halt(unavailable('idp_unavailable')),
    });

    expect(explained).toMatchObject({ decision: 'unavailable', reason: 'idp_unavailable' });
  });
});

describe('a dry run', () => {
  it('opens, renews and ends no session, and signs nothing', async () => {
    const session = sessionPolicyOf({
      logout: { path: '/logout', methods: new Set(['GET']), redirect: null },
    });
    const upstreamJwt = { header: 'x-jwt', audience: [], service: 'orders' };
    const headers = headersOf(['cookie', '__Host-postern_session=good-and-sealed']);
    const resumed = {
      token: { ...tokenOf(), method: 'session' as const },
      openedBy: 'bearer' as const,
      credentialIdentifier: null,
      marks: { id: 'a', tokenHash: 'b', jti: null, issuedAt: null },
      state: {},
    };
    const ports: World['ports'] = {
      sessions: {
        ...failing(['open', 'renew', 'end', 'clearing']),
        resume: () => pass(resumed),
      },
    };

    const opening = await explainIn({ policy: { session, upstreamJwt }, ports });
    const renewing = await explainIn({ policy: { session }, ports, request: { headers } });
    const ending = await explainIn({
      policy: { session },
      ports,
      request: { headers, path: '/logout' },
    });

    expect(opening).toMatchObject({ decision: 'allow' });
    expect(opening.limits).toEqual(['A real request may get a session cookie; none was made.']);
    expect(opening.upstream?.set).not.toContainEqual(expect.objectContaining({ value: 'dry-run' }));
    expect(renewing).toMatchObject({ decision: 'allow', limits: ['The session was not renewed.'] });
    expect(ending).toMatchObject({ decision: 'answer', reason: 'logout', http_status: 204 });
    expect(factsOf(ending, 'policy')).toContain('This is the logout page');
  });

  it('counts for no real source', async () => {
    const sources: string[] = [];
    await explainIn({
      verifyToken: ({ source }) => {
        sources.push(source);
        return halt(deny('token_inactive'));
      },
    });

    expect(sources).toEqual(['dry run']);
  });

  it('says what it cannot know', async () => {
    const { tokenPlaces, proof } = policyOf();
    const explained = await explainIn({
      policy: {
        tokenPlaces: { ...tokenPlaces, body: 'access_token' },
        proof: { ...proof, mtls: 'optional' },
      },
    });

    expect(explained.limits).toEqual([
      'A body is not part of a dry run: credentials in it were not looked for.',
      'No client certificate was given to the dry run.',
    ]);
  });

  it('tells of a bug as `internal`, and of what it was to the log', async () => {
    const faults: unknown[] = [];
    const bug = new TypeError('with a secret in it');
    const explained = await explainIn(
      {
        verifyToken: () => {
          throw bug;
        },
      },
      faults,
    );

    expect(explained).toMatchObject({ decision: 'unavailable', reason: 'internal' });
    expect(outcomesOf(explained)[2]).toBe('token: failed');
    expect(JSON.stringify(explained)).not.toContain('secret in it');
    expect(faults).toEqual([bug]);
  });

  it('names the application and not its secret', async () => {
    const explained = await explainIn({
      ...basic,
      ports: { obtainToken: () => halt(unavailable('idp_unavailable')) },
    });

    expect(factsOf(explained, 'credential')).toBe(
      'The client id billing-app and a secret, in the header authorization.',
    );
    expect(explained.limits).toEqual([
      'The pair was shown to the identity provider, as for any request.',
    ]);
  });
});

function failing<Name extends string>(names: readonly Name[]): Record<Name, () => never> {
  const refuse = (): never => {
    throw new Error('not in a dry run');
  };
  return Object.fromEntries(names.map((name) => [name, refuse])) as Record<Name, () => never>;
}

function jwtOf(...parts: readonly object[]): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  return `${parts.map(encode).join('.')}.c2lnbmF0dXJl`;
}
