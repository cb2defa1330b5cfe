import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Check } from '../../../src/authz/check.ts';
import { allow, refuse } from '../../../src/authz/decide.ts';
import type { Decision } from '../../../src/authz/decision.ts';
import { deny, unavailable } from '../../../src/authz/refusal.ts';
import { mintPermit } from '../../../src/authz/permit.ts';
import { startTrail } from '../../../src/authz/trail.ts';
import {
  createAuthorizationService,
  type AuthorizationServiceOptions,
  type CheckCall,
  type DecisionEvent,
} from '../../../src/envoy/authorization-service.ts';
import { undecodable } from '../../../src/envoy/check-codec.ts';
import { readCheckRequest } from '../../../src/envoy/read-check-request.ts';
import type { CheckResponseMessage } from '../../../src/envoy/messages.ts';
import { policyOf, requestOf } from '../../support/builders.ts';
import { createCheckRequest, type CheckInput } from '../../support/check-client.ts';

const nowMs = 1_000_000;

const allowed: Decision = {
  ...allow({
    request: requestOf(),
    permit: mintPermit('allowed', null, { header: 'none' }),
    policy: policyOf(),
  }),
  trail: startTrail(),
};
const denied: Decision = {
  ...refuse(deny('credential_missing'), policyOf()),
  trail: { ...startTrail(), service: 'orders' },
};

class FakeCall extends EventEmitter {
  readonly request: CheckCall['request'];
  readonly #deadline: Date | number;
  cancelled = false;

  constructor(input: CheckInput = {}, deadline: Date | number = Infinity) {
    super();
    this.request = readCheckRequest(createCheckRequest(input));
    this.#deadline = deadline;
  }

  getDeadline() {
    return this.#deadline;
  }

  cancel(): void {
    this.cancelled = true;
    this.emit('cancelled');
  }
}

function start(check: Check, more: Partial<AuthorizationServiceOptions> = {}) {
  const events: DecisionEvent[] = [];
  const service = createAuthorizationService({
    check,
    maxInFlight: 2,
    unavailable: 'deny',
    clock: { now: () => nowMs },
    stopwatch: () => 0,
    onDecision: (event) => events.push(event),
    ...more,
  });
  const ask = (call: FakeCall = new FakeCall()) =>
    new Promise<CheckResponseMessage>((resolve) => {
      service.handlers.Check(call, (_error, response) => {
        resolve(response);
      });
    });
  return { service, ask, events };
}

/** Never answers; tells of the signal. */
function hanging() {
  const signals: AbortSignal[] = [];
  const check: Check = (_request, signal) => {
    signals.push(signal);
    return new Promise(() => undefined);
  };
  return { check, signals };
}

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
});

afterEach(() => {
  jest.useRealTimers();
});

it('answers before the handler returns, where nothing has to be waited for', () => {
  const { service } = start(() => denied);
  const sent: CheckResponseMessage[] = [];

  service.handlers.Check(new FakeCall(), (_error, response) => sent.push(response));

  expect(sent).toMatchObject([{ status: { code: 16 } }]);
  expect(service.inFlight()).toBe(0);
});

describe('answers a Check', () => {
  it('with the decision, and reports it', async () => {
    const { ask, events, service } = start(() => Promise.resolve(denied));

    const response = await ask(new FakeCall({ headers: { 'x-request-id': 'r-1' } }));

    expect(response).toMatchObject({
      status: { code: 16 },
      denied_response: { status: { code: 401 } },
    });
    await Promise.resolve();
    expect(events).toMatchObject([
      { decision: denied, requestId: 'r-1', httpStatus: 401, durationMs: 0, callerGone: false },
    ]);
    expect(events[0]).not.toHaveProperty('error');
    expect(service.inFlight()).toBe(0);
  });

  it('gives the check what Envoy said', async () => {
    const paths: string[] = [];
    const { ask } = start((request) => {
      paths.push(request.path);
      return Promise.resolve(allowed);
    });

    const response = await ask(new FakeCall({ path: '/a?b' }));

    expect(response.status.code).toBe(0);
    expect(paths).toEqual(['/a?b']);
  });
});

describe('turns a fault into unavailable', () => {
  const fault = new Error('boom');

  it.each<[string, Check]>([
    ['a rejection', () => Promise.reject(fault)],
    [
      'an exception',
      () => {
        throw fault;
      },
    ],
  ])('when the check ends in %s', async (_name, check) => {
    const { ask, events } = start(check);

    const response = await ask(new FakeCall({ path: '/p' }));

    expect(response).toMatchObject({
      status: { code: 14 },
      denied_response: { status: { code: 503 } },
    });
    await Promise.resolve();
    expect(events).toMatchObject([
      { decision: { reason: 'internal' }, request: { path: '/p' }, httpStatus: 503, error: fault },
    ]);
  });

  it('when the decision cannot be shaped', async () => {
    const broken: object = { kind: 'deny', reason: 'no such reason', trail: startTrail() };
    const { ask, events } = start(() => Promise.resolve(broken as Decision));

    const response = await ask();

    expect(response).toMatchObject({ status: { code: 14 } });
    await Promise.resolve();
    expect(events).toMatchObject([
      { decision: { reason: 'internal' }, error: expect.any(TypeError) },
    ]);
  });

  it('when the message cannot be read', async () => {
    const call = new FakeCall();
    Object.defineProperty(call, 'request', { value: undecodable });
    const { ask } = start(() => Promise.resolve(allowed));

    expect(await ask(call)).toMatchObject({ status: { code: 14 } });
  });

  it('but lets no report break an answer', async () => {
    const onDecision = () => {
      throw new Error('the disk is full');
    };
    const { ask, service } = start(() => Promise.resolve(denied), { onDecision });

    expect((await ask()).status.code).toBe(16);
    expect((await ask()).status.code).toBe(16);
    expect(service.inFlight()).toBe(0);
  });

  it('and survives a call that cannot be answered any more', async () => {
    const { service, ask } = start(() => Promise.resolve(denied));

    service.handlers.Check(new FakeCall(), () => {
      throw new Error('the stream is closed');
    });

    expect((await ask()).status.code).toBe(16);
    expect(service.inFlight()).toBe(0);
  });
});

describe('keeps to the time of the caller', () => {
  it.each<[string, Date | number, number]>([
    ['90 % of the time left', nowMs + 200, 180],
    ['the same for a Date', new Date(nowMs + 200), 180],
    ['its default where the caller sets no deadline', Infinity, 10_000],
  ])('by answering at %s', async (_name, deadline, expectedMs) => {
    const { check, signals } = hanging();
    const { ask, events } = start(check);

    const answer = ask(new FakeCall({}, deadline));
    jest.advanceTimersByTime(expectedMs - 1);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    jest.advanceTimersByTime(1);

    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    expect(await answer).toMatchObject({
      status: { code: 14 },
      denied_response: { status: { code: 503 } },
    });
    await Promise.resolve();
    expect(events).toMatchObject([
      { decision: { reason: 'deadline_exceeded' }, callerGone: false },
    ]);
  });

  it('by not judging at all when the deadline has passed', async () => {
    const { check, signals } = hanging();
    const { ask } = start(check);

    expect(await ask(new FakeCall({}, nowMs))).toMatchObject({ status: { code: 14 } });
    expect(signals).toEqual([]);
  });

  it('by preferring what a check says once the signal aborts', async () => {
    const late: Decision = {
      ...refuse(unavailable('deadline_exceeded', 'while asking the provider'), null),
      trail: { ...startTrail(), service: 'orders' },
    };
    const check: Check = (_request, signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          resolve(late);
        });
      });
    const { ask, events } = start(check);

    const answer = ask(new FakeCall({}, nowMs + 100));
    jest.advanceTimersByTime(90);
    await answer;
    await Promise.resolve();

    expect(events).toMatchObject([{ decision: { trail: { service: 'orders' } } }]);
  });

  it('by telling how far a check came that never ends', async () => {
    const check: Check = (_request, _signal, trail) => {
      if (trail !== undefined) trail.service = 'orders';
      return new Promise(() => undefined);
    };
    const { ask, events } = start(check);

    const answer = ask(new FakeCall({}, nowMs + 100));
    jest.advanceTimersByTime(90);
    await answer;
    await Promise.resolve();

    expect(events).toMatchObject([
      { decision: { reason: 'deadline_exceeded', trail: { service: 'orders' } } },
    ]);
  });

  it('by leaving an answered check alone when grpc-js ends its call', async () => {
    const signals: AbortSignal[] = [];
    const { ask, events } = start((_request, signal) => {
      signals.push(signal);
      return Promise.resolve({ ...refuse(deny('credential_missing'), null), trail: startTrail() });
    });
    const call = new FakeCall();
    await ask(call);
    call.cancel();

    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    expect(events).toMatchObject([{ callerGone: false }]);
  });

  it('by aborting when the caller is gone', async () => {
    const { check, signals } = hanging();
    const { ask, events, service } = start(check);
    const call = new FakeCall();

    const answer = ask(call);
    call.cancel();
    await answer;
    await Promise.resolve();

    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    expect(events).toMatchObject([{ decision: { reason: 'deadline_exceeded' }, callerGone: true }]);
    expect(service.inFlight()).toBe(0);
  });

  it('and leaves no timer behind', async () => {
    const { ask } = start(() => Promise.resolve(allowed));

    await ask();

    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('sheds load', () => {
  it('above the limit, without judging, and recovers', async () => {
    const release: ((decision: Decision) => void)[] = [];
    const { ask, events, service } = start(() => new Promise((resolve) => release.push(resolve)));

    const first = ask();
    const second = ask();
    const third = await ask();

    expect(third).toMatchObject({
      status: { code: 14 },
      denied_response: { status: { code: 503 } },
    });
    await Promise.resolve();
    expect(events).toMatchObject([{ decision: { reason: 'overloaded' } }]);
    expect(release).toHaveLength(2);
    expect(service.inFlight()).toBe(2);

    for (const resolve of release) resolve(allowed);
    expect((await first).status.code).toBe(0);
    expect((await second).status.code).toBe(0);
    expect(service.inFlight()).toBe(0);
  });
});
