import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createCheck, type Check } from '../../../src/authz/check.ts';
import { refuse } from '../../../src/authz/decide.ts';
import type { Decision } from '../../../src/authz/decision.ts';
import { deny, unavailable } from '../../../src/authz/refusal.ts';
import { reasonTable } from '../../../src/authz/reason-table.ts';
import type { DenyReason, Outage, ReasonRow } from '../../../src/authz/reasons.ts';
import { startTrail } from '../../../src/authz/trail.ts';
import { pass } from '../../../src/lib/step.ts';
import { consumerOf, policyOf, tokenOf, unusedPorts } from '../../support/builders.ts';
import { createCheckClient, type CheckClient } from '../../support/check-client.ts';
import { startServer, type RunningServer } from '../../support/running-server.ts';

const policy = policyOf({ exposeReason: true });
const reasons = Object.keys(reasonTable) as (DenyReason | Outage)[];

/** Refuses for the reason that the test asks for; without one, judges as Postern does. */
const judge = createCheck({
  ...unusedPorts,
  policies: {
    services: new Map([['orders', { service: policy, routes: new Map() }]]),
    byHost: null,
  },
  verifyToken: () => pass({ token: tokenOf(), cache: 'miss' }),
  resolveConsumer: () => pass(consumerOf({ groups: new Set(['gold', 'beta']) })),
});
const check: Check = (request, signal) => {
  const [reason] = request.headers.values('x-test-reason');
  return reason === undefined
    ? judge(request, signal)
    : Promise.resolve(refuseFor(reason as DenyReason | Outage));
};

function refuseFor(reason: DenyReason | Outage): Decision {
  const row: ReasonRow = reasonTable[reason];
  const refusal = row.http === 503 ? unavailable(reason as Outage) : deny(reason as DenyReason);
  return { ...refuse(refusal, policy), trail: { ...startTrail(), service: 'orders' } };
}

let running: RunningServer;
let client: CheckClient;

beforeAll(async () => {
  running = await startServer(check);
  client = createCheckClient(running.server.address);
});

afterAll(async () => {
  client.close();
  await running.server.stop();
});

describe.each(['headers', 'header_map'] as const)('with %s, over gRPC', (encoding) => {
  const contextExtensions = { service: 'orders' };

  it.each(reasons)('%s is refused with the words of the table', async (reason) => {
    const row: ReasonRow = reasonTable[reason];

    const result = await client.check({ headers: { 'x-test-reason': reason }, encoding });

    expect(result).toMatchObject({
      kind: 'denied_response',
      code: row.grpc,
      allowed: false,
      httpStatus: row.http,
      metadata: { decision: row.http === 503 ? 'unavailable' : 'deny', reason, service: 'orders' },
    });
    expect(JSON.parse(result.body)).toEqual({ message: row.message });
    expect(result.headers).toContainEqual(['cache-control', 'no-store']);
    expect(result.headers).toContainEqual(['x-postern-reason', reason]);
    const names = result.headers.map(([name]) => name);
    expect(names.includes('www-authenticate')).toBe(row.challenge !== 'none');
  });

  it('an allow replaces the identity headers of the caller', async () => {
    const headers = {
      authorization: 'Bearer good-token',
      'x-consumer-username': 'root',
      'x-consumer_id': 'root',
      'x-anonymous-consumer': 'true',
    };

    const result = await client.check({ headers, contextExtensions, encoding });

    expect(result).toMatchObject({ code: 0, kind: 'ok_response' });
    expect(Object.fromEntries(result.headers)).toEqual({
      'x-consumer-id': consumerOf().id,
      'x-consumer-custom-id': 'billing',
      'x-consumer-username': 'billing-app',
      'x-consumer-groups': 'gold, beta',
      'x-credential-identifier': 'subject-1',
    });
    expect(result.removed).toEqual(
      expect.arrayContaining(['authorization', 'x-consumer_id', 'x-anonymous-consumer']),
    );
    expect(result.metadata).toMatchObject({
      decision: 'allow',
      consumer: { username: 'billing-app', groups: ['gold', 'beta'] },
    });
  });

  it.each<[string, Record<string, string | string[]>, string]>([
    ['no credential', {}, 'credential_missing'],
    ['two headers', { authorization: ['Bearer a', 'Bearer b'] }, 'credential_ambiguous'],
    ['two in one header', { authorization: 'Bearer a,Bearer b' }, 'credential_ambiguous'],
    ['an empty header', { authorization: '' }, 'credential_malformed'],
    ['bytes that are no text', { authorization: 'Bearer \uFFFD' }, 'credential_malformed'],
  ])('%s', async (_name, headers, reason) => {
    const result = await client.check({ headers, contextExtensions, encoding });

    expect(result).toMatchObject({ allowed: false, metadata: { reason } });
  });

  it('a request without context extensions has no policy', async () => {
    const headers = { authorization: 'Bearer good-token' };

    const result = await client.check({ headers, encoding });

    expect(result).toMatchObject({ httpStatus: 403, metadata: { reason: 'policy_unknown' } });
  });
});
