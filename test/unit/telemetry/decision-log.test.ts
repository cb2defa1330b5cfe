import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { allow, refuse } from '../../../src/authz/decide.ts';
import type { Decision } from '../../../src/authz/decision.ts';
import { deny, unavailable } from '../../../src/authz/refusal.ts';
import { mintPermit } from '../../../src/authz/permit.ts';
import { startTrail, type Trail } from '../../../src/authz/trail.ts';
import type { DecisionEvent } from '../../../src/telemetry/decision-event.ts';
import { createDecisionLog } from '../../../src/telemetry/decision-log.ts';
import { consumerOf, policyOf, requestOf, tokenOf } from '../../support/builders.ts';
import { captureLog } from './log-lines.ts';

const trail: Trail = {
  service: 'orders',
  route: 'admin',
  token: tokenOf({ secret_claim: 'private' }),
  clientId: 'billing',
  consumer: consumerOf(),
  cache: 'hit',
};
const permit = mintPermit('allowed', null, { header: 'none' });
const allowed: Decision = { ...allow({ request: requestOf(), permit, policy: policyOf() }), trail };
const expired: Decision = { ...refuse(deny('token_expired', 'exp is past'), policyOf()), trail };
const unknown: Decision = { ...refuse(deny('policy_unknown'), null), trail: startTrail() };
const outage: Decision = { ...refuse(unavailable('idp_unavailable'), null), trail: startTrail() };

function eventOf(decision: Decision, more: Partial<DecisionEvent> = {}): DecisionEvent {
  const request = { requestId: 'r-1', httpStatus: 401, durationMs: 1.23456, callerGone: false };
  return { decision, ...request, ...more };
}

function start(sampleAllows = 1, random = () => 0) {
  const log = captureLog();
  const clock = { now: () => Date.now() };
  return { log, write: createDecisionLog({ logger: log.logger, sampleAllows, clock, random }) };
}

beforeEach(() => {
  jest.useFakeTimers({ now: 1_000_000 });
});

afterEach(() => {
  jest.useRealTimers();
});

describe('a line of the decision log', () => {
  it('has exactly the fields of the contract', () => {
    const { log, write } = start();

    write(eventOf(allowed, { httpStatus: 200 }));

    expect(log.lines()).toEqual([
      {
        level: 'info',
        msg: 'decision',
        request_id: 'r-1',
        decision: 'allow',
        reason: 'allowed',
        http_status: 200,
        service: 'orders',
        route: 'admin',
        consumer: 'billing-app',
        client_id: 'billing',
        issuer: 'https://idp.example.com',
        auth_method: 'bearer',
        cache: 'hit',
        duration_ms: 1.235,
      },
    ]);
  });

  it('has the private detail of a refusal', () => {
    const { log, write } = start();

    write(eventOf(expired));

    expect(log.lines()).toMatchObject([
      { level: 'info', decision: 'deny', reason: 'token_expired', detail: 'exp is past' },
    ]);
  });

  it('says null for what is not known', () => {
    const { log, write } = start();

    write(eventOf(unknown, { requestId: null }));

    expect(log.lines()).toMatchObject([
      {
        request_id: null,
        service: null,
        consumer: null,
        client_id: null,
        issuer: null,
        cache: null,
      },
    ]);
  });

  it.each<[string, Partial<DecisionEvent>]>([
    ['warn', {}],
    ['error', { error: new Error('boom') }],
  ])('is a %s for an outage', (level, more) => {
    const { log, write } = start();

    write(eventOf(outage, more));

    expect(log.lines()).toMatchObject([{ level, decision: 'unavailable' }]);
  });

  it('holds no other claim and no token', () => {
    const { log, write } = start();

    write(eventOf(allowed));
    write(eventOf(expired));

    expect(log.text()).not.toMatch(/private|good-token|subject-1/);
  });
});

describe('the decision log', () => {
  it.each([
    [0, 0, 0],
    [0.5, 0.49, 1],
    [0.5, 0.5, 0],
    [1, 0.999, 1],
  ])('samples allows: share %d, drawn %d', (share, drawn, lines) => {
    const { log, write } = start(share, () => drawn);

    write(eventOf(allowed));

    expect(log.lines()).toHaveLength(lines);
  });

  it('writes refusals whatever the share', () => {
    const { log, write } = start(0, () => 0.5);

    write(eventOf(expired));

    expect(log.lines()).toHaveLength(1);
  });

  it('writes at most 100 lines of one reason a second, and tells how many it left out', () => {
    const { log, write } = start();

    for (let index = 0; index < 130; index += 1) write(eventOf(expired));
    for (let index = 0; index < 5; index += 1) write(eventOf(outage));

    expect(log.lines()).toHaveLength(105);
    jest.advanceTimersByTime(1000);
    expect(log.lines().slice(105)).toEqual([
      { level: 'warn', msg: 'decision lines left out', reason: 'token_expired', left_out: 30 },
    ]);
  });

  it('writes again in the next second', () => {
    const { log, write } = start();

    for (let index = 0; index < 101; index += 1) write(eventOf(expired));
    jest.advanceTimersByTime(1000);
    write(eventOf(expired));

    const decisions = log.lines().filter(({ msg }) => msg === 'decision');
    expect(decisions).toHaveLength(101);
  });
});
